import type { GroupState } from '../src/protocol/events.ts'
import { Badge } from './badge.tsx'
import { countOf } from './words.ts'

/** How a company's listing is read; `shown` is how many of its jobs the stream has told of. */
export function PlanNote({ plan, shown }: { plan: GroupState; shown: number }) {
  if (plan.status === 'failed')
    return (
      <div className="space-y-1.5">
        <Badge tone="failed">listing failed</Badge>
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
        <p className="text-sm wrap-anywhere text-muted">The run was aborted before it was read</p>
      </div>
    )
  const words = describe(plan, shown)
  return words === '' ? null : <p className="text-sm text-muted">{words}</p>
}

/** Nothing where the card's own numbers say it all. */
function describe({ status, found }: GroupState, shown: number): string {
  const more = found > shown ? `${countOf(found, 'posting')} found` : ''
  if (status === 'waiting') return 'Waiting for its listing to be read'
  if (status === 'planning') return more === '' ? 'Reading its listing…' : `${more} so far…`
  return found === 0 ? 'No postings' : more
}
