import { JobStatus } from '../src/protocol/status.ts'
import { Badge } from './badge.tsx'
import type { JobTally } from './tally.ts'
import { count, jobTones } from './words.ts'

/** A badge for each status that has jobs, in the order in which a job passes them. */
export function TallyBadges(props: { tally: JobTally }) {
  return (
    <ul className="flex flex-wrap gap-1.5">
      {JobStatus.options.map((status) => {
        const jobs = props.tally.by_status.get(status)
        if (jobs === undefined) return null
        return (
          <li key={status}>
            <Badge tone={jobTones[status]}>
              {status} <span>{count(jobs)}</span>
            </Badge>
          </li>
        )
      })}
    </ul>
  )
}
