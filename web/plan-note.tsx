import type { GroupView } from '../src/protocol/run.ts'
import { Badge } from './badge.tsx'
import { countOf } from './words.ts'

/** How a company's listing is read; `shown` is how many of its jobs the stream has told of. */
export function PlanNote({ view, shown }: { view: GroupView; shown: number }) {
  if (view.status === 'failed')
    return (
      <div className="space-y-1.5">
        <Badge tone="failed">listing failed</Badge>
        {view.reason && (
          <p className="text-sm wrap-anywhere text-failed-ink">
            {view.reason.message} <code className="text-xs">({view.reason.code})</code>
          </p>
        )}
      </div>
    )
  const words = describe(view, shown)
  return (
    <>
      {words !== '' && <p className="text-sm text-muted">{words}</p>}
      {view.waits && (
        <p className="text-sm wrap-anywhere text-muted">
          Waits until <time dateTime={view.waits.until}>{clock(view.waits.until)}</time>:{' '}
          {view.waits.message}
        </p>
      )}
    </>
  )
}

function clock(time: string): string {
  return new Date(time).toLocaleTimeString()
}

/** Nothing where the card's own numbers say it all. */
function describe({ status, found }: GroupView, shown: number): string {
  const more = found > shown ? `${countOf(found, 'posting')} found` : ''
  if (status === 'waiting') return 'Waiting for its listing to be read'
  if (status === 'planning') return more === '' ? 'Reading its listing…' : `${more} so far…`
  return found === 0 ? 'No postings' : more
}
