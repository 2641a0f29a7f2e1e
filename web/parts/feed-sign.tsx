import { ConnectionState, type RunState } from '../../src/client/react.ts'

type FeedState = RunState['connection']

const dots: Record<FeedState['status'], string> = {
  connecting: 'bg-pending-bar animate-pulse',
  live: 'bg-ready-bar',
  reconnecting: 'bg-skipped-bar animate-pulse',
  paused: 'bg-pending-bar',
  ended: 'bg-pending-bar',
  failed: 'bg-failed-bar',
}

/** Says whether the page is told what happens. */
export function FeedSign({ connection }: { connection: FeedState }) {
  return (
    <p className="flex items-center gap-2 text-sm text-muted tabular-nums">
      <span aria-hidden className={`size-2.5 shrink-0 rounded-full ${dots[connection.status]}`} />
      <span className="sr-only">Connection:</span>
      <span data-testid="connection" className="max-w-[9rem] truncate sm:max-w-none">
        <ConnectionState connection={connection} />
      </span>
    </p>
  )
}
