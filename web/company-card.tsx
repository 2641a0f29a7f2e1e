import { memo } from 'react'

import type { GroupView } from '../src/protocol/run.ts'
import { PlanNote } from './plan-note.tsx'
import { TallyBadges } from './tally-badges.tsx'
import { TallyBar } from './tally-bar.tsx'
import { tally, type Jobs } from './tally.ts'
import { count } from './words.ts'

type Props = {
  group: string
  jobs: Jobs
  view: GroupView | undefined
  chosen: boolean
  onChoose: (group: string) => void
}

/** Drawn anew only when its own jobs or its own group changed. */
export const CompanyCard = memo(Card, (before, after) => {
  return (
    before.jobs === after.jobs &&
    before.chosen === after.chosen &&
    before.onChoose === after.onChoose &&
    isSameView(before.view, after.view)
  )
})

// Each reading of the run makes its views anew. A group's reason comes with its status.
function isSameView(before: GroupView | undefined, after: GroupView | undefined): boolean {
  return (
    before?.status === after?.status &&
    before?.found === after?.found &&
    before?.waits?.until === after?.waits?.until
  )
}

function Card({ group, jobs, view, chosen, onChoose }: Props) {
  const counts = tally(jobs)
  return (
    <li
      data-company={group}
      className={`panel relative flex flex-col gap-2.5 p-4 hover:border-accent ${chosen ? 'border-accent ring-1 ring-accent' : ''}`}
    >
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="min-w-0 font-semibold">
          <button
            type="button"
            aria-pressed={chosen}
            className="max-w-full cursor-pointer truncate align-bottom after:absolute after:inset-0 after:rounded-xl"
            onClick={() => onChoose(group)}
          >
            {group}
          </button>
        </h3>
        <p className="text-sm whitespace-nowrap text-muted tabular-nums">
          {count(counts.done)} / {count(counts.total)}
        </p>
      </div>
      <TallyBar label={`Jobs of ${group}`} tally={counts} />
      {counts.total > 0 && <TallyBadges tally={counts} />}
      {view && <PlanNote view={view} shown={counts.total} />}
    </li>
  )
}
