import type { Sockets } from '../../src/durable/watch/sockets.ts'
import type { WatchEndpoint } from '../../src/durable/watch/watch-endpoint.ts'
import { Crowded } from '../../src/protocol/crowded.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import { TokenExpired } from '../../src/protocol/token-expired.ts'
import { Reading } from './reading.ts'
import { type Pipe, TestSockets } from './test-socket.ts'
import { plain, type TestWatch, watchJobs } from './test-watch.ts'
import { wireWatchEndpoint } from './wire-watch-endpoint.ts'

/** A socket's client that reads everything as soon as it comes. */
export class SocketClient extends Reading {
  /** True when the server has said that its token has expired. */
  expired = false
  /** True when the server has said that there is no place for it. */
  crowded = false
  /** The number of characters that it was sent. */
  sent = 0
  readonly pipe: Pipe

  constructor(pipe: Pipe) {
    super()
    this.pipe = pipe
    pipe.arrived = () => this.take()
  }

  get closedWith(): number | undefined {
    return this.pipe.closedWith
  }

  private take(): void {
    for (const text of this.pipe.unread.splice(0)) {
      this.sent += text.length
      const said: unknown = JSON.parse(text)
      if (TokenExpired.safeParse(said).success) this.expired = true
      else if (Crowded.safeParse(said).success) this.crowded = true
      else this.read(RunEvent.parse(said))
    }
  }
}

type Arrival = Parameters<Sockets['open']>[1]

/** A run's watch endpoint, with a client for each socket that is opened. */
export class SocketClients {
  readonly all: SocketClient[] = []
  endpoint: WatchEndpoint
  private sockets: Sockets
  private readonly watch: TestWatch
  private readonly revoked: (token_id: string) => boolean
  private readonly network = new TestSockets((pipe) => this.all.push(new SocketClient(pipe)))

  constructor(watch: TestWatch, revoked: (token_id: string) => boolean = () => false) {
    this.watch = watch
    this.revoked = revoked
    const { endpoint, sockets } = wireWatchEndpoint(watch, this.network, revoked)
    this.endpoint = endpoint
    this.sockets = sockets
  }

  open(given: Partial<Arrival> = {}): SocketClient {
    this.sockets.open(this.watch.test.run, { wanted: plain, cursor: null, ...given })
    const client = this.all.at(-1)
    if (client === undefined) throw new Error('no socket was opened')
    return client
  }

  ack(client: SocketClient, cursor = client.cursor): void {
    this.say(client, JSON.stringify({ ack: cursor }))
  }

  say({ pipe }: SocketClient, message: string | ArrayBuffer): void {
    this.sockets.message(this.network.end(pipe), message)
  }

  /** The client has gone. The platform tells the object. */
  leave({ pipe }: SocketClient): void {
    this.sockets.closed(this.network.end(pipe))
  }

  /** The object is evicted, and an event wakes it. */
  wake(): void {
    this.network.evict()
    this.watch.restart()
    const { endpoint, sockets } = wireWatchEndpoint(this.watch, this.network, this.revoked)
    this.endpoint = endpoint
    this.sockets = sockets
    sockets.restore()
  }
}

const settings = {
  tick_ms: 1,
  relist_ms: 1,
  progress_ms: 60_000,
  unacked_bytes: 200,
  page_bytes: 500,
}

/** Makes a run with `count` jobs at work, and clients that watch it by socket. */
export function watchBySockets(count = 20) {
  const { test, watch } = watchJobs(count, settings)
  return { test, watch, fake: new SocketClients(watch) }
}
