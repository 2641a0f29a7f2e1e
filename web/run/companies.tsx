import { useCallback, useRef, useState } from 'react'

import type { RunState } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { useNouns } from '../parts/nouns.ts'
import { capital, count, countOf } from '../parts/words.ts'
import { CompanyCard } from './company-card.tsx'
import { useFollowed } from './followed.ts'
import { JobList } from './job-list.tsx'

const STEP = 60

/** A card for each group of the run, and the jobs of the chosen group. */
export function Companies({ run_id }: { run_id: RunId }) {
  const [chosen, setChosen] = useState<string>()
  const [shown, setShown] = useState(STEP)
  const opener = useRef<Element | null>(null)
  const choose = useCallback((name: string) => {
    opener.current = document.activeElement
    setChosen(name)
  }, [])
  const close = () => {
    setChosen(undefined)
    if (opener.current instanceof HTMLElement) opener.current.focus()
  }
  const { group } = useNouns()
  const names = useFollowed(run_id, namesOf, areSame)
  if (names.length === 0) return null
  const layout = chosen === undefined ? 'sm:grid-cols-2 lg:grid-cols-3' : 'sm:grid-cols-2'
  return (
    <section aria-labelledby="companies" className="space-y-3">
      <h2 id="companies" className="text-lg font-bold">
        {capital(group.many)}{' '}
        <span className="font-normal text-muted">({count(names.length)})</span>
      </h2>
      <div className="flex flex-col items-start gap-4 lg:flex-row">
        <div className="w-full min-w-0 flex-1 space-y-4">
          <ul className={`grid grid-cols-1 gap-3 ${layout}`}>
            {names.slice(0, shown).map((name) => (
              <CompanyCard
                key={name}
                run_id={run_id}
                group={name}
                chosen={name === chosen}
                onChoose={choose}
              />
            ))}
          </ul>
          {names.length > shown && (
            <button
              type="button"
              className="button button-quiet w-full"
              onClick={() => setShown(shown + STEP)}
            >
              Show more of {countOf(names.length, group)}
            </button>
          )}
        </div>
        {chosen !== undefined && (
          <JobList key={chosen} run_id={run_id} group={chosen} onClose={close} />
        )}
      </div>
    </section>
  )
}

function namesOf({ run }: RunState): readonly string[] {
  return [...new Set([...run.groups.keys(), ...run.jobs.keys()])]
}

function areSame(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((name, i) => name === after[i])
}
