import { ConnectionState, type RunState } from '../src/client/react.ts'
import type { RunId } from '../src/protocol/ids.ts'
import { useFollowed } from './followed.ts'

const dots: Record<RunState['connection']['status'], string> = {
  connecting: 'bg-pending-bar animate-pulse',
  live: 'bg-ready-bar',
  reconnecting: 'bg-skipped-bar animate-pulse',
  paused: 'bg-pending-bar',
  ended: 'bg-pending-bar',
  failed: 'bg-failed-bar',
}

export function ConnectionSign({ run_id }: { run_id: RunId }) {
  const connection = useFollowed(run_id, (state) => state.connection)
  return (
    <p className="flex items-center gap-2 text-sm text-muted tabular-nums">
      <span aria-hidden className={`size-2.5 shrink-0 rounded-full ${dots[connection.status]}`} />
      <span className="sr-only">Connection:</span>
      <span data-testid="connection">
        <ConnectionState connection={connection} />
      </span>
    </p>
  )
}
