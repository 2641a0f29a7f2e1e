import type { Settings } from '../../settings.ts'
import type { Run } from '../run-state.ts'
import type { ShownRows } from '../store/run-store.ts'
import { Door } from '../watch/door.ts'
import { RunFrames } from '../watch/frames.ts'
import { RunProgress } from '../watch/progress.ts'
import { type SocketHost, Sockets } from '../watch/sockets.ts'
import { Watchers } from '../watch/watchers.ts'

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
export function archivedDoor({ run: ended, rows, settings, host: hostFor, failed }: Parts): Door {
  const run = (): Run => ended
  const frames = new RunFrames(rows, settings.page_bytes)
  const progress = new RunProgress(settings)
  const watchers = new Watchers(
    {
      seq: () => ended.seq,
      frame: (standing, relist) => frames.frame(ended, standing, relist),
      progress: () => progress.frame({ run: ended, entries: [], now: Date.now() }),
      ticked: () => frames.ticked(ended.seq),
      forget: () => frames.forget(),
      // Postgres had it before the object let it go.
      synced: () => Promise.resolve(),
      failed,
    },
    settings,
  )
  const host = hostFor(() => sockets)
  const sockets = new Sockets({ host, run, watchers, settings })
  return new Door({ run, watchers, sockets, settings, archivedFor: nobody, revoked: nobody })
}
