import type { Run } from '../durable/run/run-state.ts'
import { type SocketHost, Sockets } from '../durable/watch/sockets.ts'
import { WatchEndpoint } from '../durable/watch/watch-endpoint.ts'
import type { Log } from '../log.ts'
import type { Settings } from '../settings.ts'
import type { ArchivedFrames } from './archived-frames.ts'
import { ArchivedWatchers } from './archived-watchers.ts'

/** Opens sockets whose messages and closes go to these `sockets`. */
export type HostFor = (sockets: () => Pick<Sockets, 'message' | 'closed'>) => SocketHost

type EndpointParts = {
  readonly run: Run
  readonly frames: ArchivedFrames
  readonly settings: Settings
  readonly host: HostFor
  readonly log: Log
}

/**
 * Answers whether the run is archived elsewhere, and whether a token was revoked: never. The run's object was
 * asked before, and it refuses revoked tokens.
 */
const never = (): boolean => false

/** The watch endpoint of an archived run. Its frames, sinks and rules are those of a run's object (W-10). */
export function archivedEndpoint({ host: hostFor, ...parts }: EndpointParts): WatchEndpoint {
  const { settings } = parts
  const run = (): Run => parts.run
  const watchers = new ArchivedWatchers(parts)
  const host = hostFor(() => sockets)
  const sockets = new Sockets({ host, run, watchers, settings })
  return new WatchEndpoint({ run, watchers, sockets, settings, archivedFor: never, revoked: never })
}
