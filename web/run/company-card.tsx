import { memo } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { useNouns } from '../parts/nouns.ts'
import { TallyBar } from '../parts/tally-bar.tsx'
import { noJobs, tally } from '../parts/tally.ts'
import { capital, count } from '../parts/words.ts'
import { useFollowed } from './followed.ts'
import { PlanNote } from './plan-note.tsx'
import { TallyBadges } from './tally-badges.tsx'

type CompanyCardProps = {
  run_id: RunId
  group: string
  chosen: boolean
  onChoose: (group: string) => void
}

/** React renders a card again only if its own jobs or its own group changed. */
export const CompanyCard = memo(Card)

function Card({ run_id, group, chosen, onChoose }: CompanyCardProps) {
  const counts = tally(useFollowed(run_id, ({ run }) => run.jobs.get(group) ?? noJobs))
  const plan = useFollowed(run_id, ({ run }) => run.groups.get(group))
  const title = plan?.title ?? group
  const { job } = useNouns()
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
            className="line-clamp-3 cursor-pointer text-left wrap-anywhere after:absolute after:inset-0 after:rounded-xl"
            onClick={() => onChoose(group)}
          >
            {title}
          </button>
        </h3>
        <p className="text-sm whitespace-nowrap text-muted tabular-nums">
          {count(counts.done)} / {count(counts.total)}
        </p>
      </div>
      <TallyBar label={`${capital(job.many)} of ${title}`} tally={counts} />
      {counts.total > 0 && <TallyBadges tally={counts} />}
      {plan && <PlanNote plan={plan} shown={counts.total} />}
    </li>
  )
}
