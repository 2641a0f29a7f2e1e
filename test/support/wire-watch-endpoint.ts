import { Sockets } from '../../src/durable/watch/sockets.ts'
import { WatchEndpoint } from '../../src/durable/watch/watch-endpoint.ts'
import type { TestSockets } from './test-socket.ts'
import type { TestWatch } from './test-watch.ts'

type Revoked = (token_id: string) => boolean

/** The watch endpoint of a run and its sockets, wired as in the object. */
export function wireWatchEndpoint(
  { test, watchers }: TestWatch,
  network: TestSockets,
  revoked: Revoked = () => false,
): { endpoint: WatchEndpoint; sockets: Sockets } {
  const archivedFor = (owner: string): boolean => test.engine.tombstone?.owner === owner
  const parts = { run: () => test.engine.run, archivedFor, watchers, settings: test.settings }
  const sockets = new Sockets({ ...parts, host: network.host() })
  return { sockets, endpoint: new WatchEndpoint({ ...parts, sockets, revoked }) }
}
