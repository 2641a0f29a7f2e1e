import type { Connection } from './run-watch.ts'

const dots: Record<Connection, string> = {
  connecting: 'bg-pending-bar animate-pulse',
  live: 'bg-ready-bar',
  reconnecting: 'bg-skipped-bar animate-pulse',
  ended: 'bg-pending-bar',
  lost: 'bg-failed-bar',
}

export function ConnectionSign({ connection }: { connection: Connection }) {
  return (
    <p className="flex items-center gap-2 text-sm text-muted">
      <span aria-hidden className={`size-2.5 rounded-full ${dots[connection]}`} />
      <span className="sr-only">Connection:</span>
      <span data-testid="connection">{connection}</span>
    </p>
  )
}
