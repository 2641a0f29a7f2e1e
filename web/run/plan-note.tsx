import type { GroupState } from '../../src/protocol/events.ts'
import type { Nouns } from '../../src/protocol/pipelines.ts'
import { Badge } from '../parts/badge.tsx'
import { useNouns } from '../parts/nouns.ts'
import { countOf } from '../parts/words.ts'

/** The state of a group's plan. `shown` is the number of its jobs that the stream has sent. */
export function PlanNote({ plan, shown }: { plan: GroupState; shown: number }) {
  const nouns = useNouns()
  if (plan.status === 'failed')
    return (
      <div className="space-y-1.5">
        <Badge tone="failed">could not be read</Badge>
        {plan.reason && (
          <p className="text-sm wrap-anywhere text-failed-ink">
            {plan.reason.message} <code className="text-xs">({plan.reason.code})</code>
          </p>
        )}
      </div>
    )
  if (plan.status === 'aborted')
    return (
      <div className="space-y-1.5">
        <Badge tone="aborted">aborted</Badge>
        <p className="text-sm wrap-anywhere text-muted">
          The run was aborted before the {nouns.list.one} was read
        </p>
      </div>
    )
  const words = describe(plan, shown, nouns)
  return words === '' ? null : <p className="text-sm text-muted">{words}</p>
}

/** Describes a plan. Returns an empty text if the card's numbers already say it. */
function describe({ status, found }: GroupState, shown: number, { job, list }: Nouns): string {
  const more = found > shown ? `${countOf(found, job)} found` : ''
  if (status === 'waiting') return `Waiting for a worker to read the ${list.one}`
  if (status === 'planning') return more === '' ? `Reading the ${list.one}…` : `${more} so far…`
  return found === 0 ? `No ${job.many}` : more
}
