import { Badge } from '../parts/badge.tsx'
import { useJobStatuses } from '../parts/nouns.ts'
import type { JobTally } from '../parts/tally.ts'
import { count, jobTone } from '../parts/words.ts'

/** A badge for each status that has jobs, in the order in which a job passes them. */
export function TallyBadges(props: { tally: JobTally }) {
  const statuses = useJobStatuses()
  const others = [...props.tally.by_status.keys()].filter((status) => !statuses.includes(status))
  return (
    <ul className="flex flex-wrap gap-1.5">
      {[...statuses, ...others].map((status) => {
        const jobs = props.tally.by_status.get(status)
        if (jobs === undefined) return null
        return (
          <li key={status}>
            <Badge tone={jobTone(status)}>
              {status} <span>{count(jobs)}</span>
            </Badge>
          </li>
        )
      })}
    </ul>
  )
}
