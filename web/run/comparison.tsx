import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import type { RunId } from '../../src/protocol/ids.ts'
import { Figures, RunComparison } from '../../src/protocol/run-comparison.ts'
import { Failure } from '../parts/list-states.tsx'
import { useNouns } from '../parts/nouns.ts'
import { count, countOf } from '../parts/words.ts'
import { request } from '../wire/request.ts'

const NAMES = Figures.keyof().options
const SHOWN = 10

/** What is different from the last run of the same groups. `end` is the cursor of the run's end. */
export function Comparison({ run_id, end }: { run_id: RunId; end: string }) {
  const loaded = useQuery({
    queryKey: ['run', run_id, 'comparison', end],
    queryFn: () => request(`/api/runs/${run_id}/compare`, RunComparison),
  })
  const { data } = loaded
  const { group } = useNouns()
  if (loaded.error) return <Failure what="The comparison" loaded={loaded} />
  if (data === undefined || data.with === null || data.before === null) return null
  const { before, now, groups, equal_groups } = data
  return (
    <section aria-labelledby="comparison" className="panel space-y-3 p-5">
      <h2 id="comparison" className="text-lg font-bold">
        Difference from{' '}
        <Link to="/runs/$run_id" params={{ run_id: data.with }} className="text-accent underline">
          the last run
        </Link>
      </h2>
      <p className="flex flex-wrap gap-x-4 gap-y-1 tabular-nums">
        {NAMES.filter((name) => before[name] !== now[name]).map((name) => (
          <span key={name}>
            {name}: {count(before[name])} → <b>{count(now[name])}</b>
          </span>
        ))}
        {NAMES.every((name) => before[name] === now[name]) && 'All figures are the same.'}
      </p>
      <ul className="space-y-1 text-sm">
        {groups.slice(0, SHOWN).map((one) => (
          <li key={one.group} className="wrap-anywhere tabular-nums">
            <span className="font-semibold">{one.title ?? one.group}</span>: {words(one)}
          </li>
        ))}
      </ul>
      <p className="text-sm text-muted">
        {groups.length > SHOWN && `${countOf(groups.length - SHOWN, group)} more differ. `}
        {countOf(equal_groups, group)} the same.
      </p>
    </section>
  )
}

function words({ before, now }: RunComparison['groups'][number]): string {
  if (before === null) return 'not in the last run'
  if (now === null) return 'only in the last run'
  return NAMES.filter((name) => before[name] !== now[name])
    .map((name) => `${name} ${count(before[name])} → ${count(now[name])}`)
    .join(', ')
}
