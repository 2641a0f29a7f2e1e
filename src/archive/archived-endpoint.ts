import type { Run } from '../durable/run/run-state.ts'
import type { ShownRows } from '../durable/run/store/run-store.ts'
import { RunProgress } from '../durable/run/watch/progress.ts'
import { RunFrames } from '../durable/run/watch/run-watch.ts'
import { type SocketHost, Sockets } from '../durable/run/watch/sockets.ts'
import { WatchEndpoint } from '../durable/run/watch/watch-endpoint.ts'
import { Watchers } from '../durable/run/watch/watchers.ts'
import type { Settings } from '../settings.ts'

/** Where sockets come from that are heard by these. */
export type HostFor = (sockets: () => Pick<Sockets, 'message' | 'closed'>) => SocketHost

type Parts = {
  readonly run: Run
  readonly rows: ShownRows
  readonly settings: Settings
  readonly host: HostFor
  readonly failed: (error: unknown) => void
}

/** Its object was asked first, and has refused a token that was revoked. */
const nobody = (): boolean => false

/** The door of one watcher of an archived run: its frames, its sinks and its rules are the object's (W-10). */
export function archivedDoor({
  run: ended,
  rows,
  settings,
  host: hostFor,
  failed,
}: Parts): WatchEndpoint {
  const run = (): Run => ended
  const frames = new RunFrames(rows, settings.page_bytes)
  const progress = new RunProgress(settings)
  const watchers = new Watchers(
    {
      seq: () => ended.seq,
      frame: (subscription, relist) => frames.frame(ended, subscription, relist),
      progress: () => progress.frame({ run: ended, entries: [], now: Date.now() }),
      ticked: () => frames.ticked(ended.seq),
      forget: () => frames.forget(ended.seq),
      // Postgres had it before the object let it go.
      synced: () => Promise.resolve(),
      failed,
    },
    settings,
  )
  const host = hostFor(() => sockets)
  const sockets = new Sockets({ host, run, watchers, settings })
  return new WatchEndpoint({
    run,
    watchers,
    sockets,
    settings,
    archivedFor: nobody,
    revoked: nobody,
  })
}
