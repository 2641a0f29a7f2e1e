import type { SubscriptionOptions } from '../../src/durable/watch/position.ts'
import type { Sockets } from '../../src/durable/watch/sockets.ts'
import type { WatchEndpoint } from '../../src/durable/watch/watch-endpoint.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import { ShownRun } from './shown-run.ts'
import { TestClient, type Transport } from './test-client.ts'
import { TestSockets } from './test-socket.ts'
import type { TestWatch } from './test-watch.ts'
import { wireWatchEndpoint } from './wire-watch-endpoint.ts'

/** Cursors that a client may send although it never got them. */
const oddCursors = ['', 'garbage', 'other.0', 'other.3', 'epoch.999999', 'e'.repeat(300)]

const elsewhere: WatchedRun = {
  ...unwatched,
  jobs: new Map([
    ['group 0', new Map([['ghost', { external_id: 'ghost', title: 'Ghost', status: 'ready' }]])],
  ]),
}

/** Clients that come, leave, lag, change transports and come back. Each event is checked. */
export class WatchHarness {
  readonly clients: TestClient[] = []
  /** The names of what happened, to prove that a history contains it. */
  readonly seen = new Set<string>()
  private readonly watch: TestWatch
  private readonly network = new TestSockets()
  private readonly shown = new ShownRun()
  private endpoint: WatchEndpoint
  private sockets: Sockets
  private sync_ms = 0

  constructor(watch: TestWatch) {
    this.watch = watch
    const { endpoint, sockets } = wireWatchEndpoint(this.watch, this.network)
    this.endpoint = endpoint
    this.sockets = sockets
    this.note()
    watch.synced = async () => {
      const { seq } = watch.test.run
      if (this.sync_ms > 0) await new Promise((done) => setTimeout(done, this.sync_ms))
      this.shown.synced(seq)
    }
  }

  /** Descriptions of everything that was shown wrongly. */
  get faults(): string[] {
    return this.shown.faults
  }

  /** Notes the state after a transaction. */
  note(): void {
    const { test } = this.watch
    this.shown.note({ run: test.run, groups: test.store.readGroups(), jobs: test.jobs() })
  }

  join(pick: number): void {
    const wanted: SubscriptionOptions = {
      lean: pick % 2 === 0,
      detail: pick % 3 === 0,
      log: pick % 5 === 0,
    }
    const client = new TestClient(wanted, (one, event) => this.check(one, event))
    this.clients.push(client)
    void this.connect(client, transportOf(pick))
  }

  /** Cuts a connection at any point. */
  leave(pick: number): void {
    this.pick(pick)?.hangUp?.()
  }

  /** A client comes back with its last cursor, with an older one, or with any text. */
  comeBack(pick: number): void {
    const client = this.pick(pick)
    if (client === undefined) return
    client.hangUp?.()
    if (pick % 4 === 3) {
      // The client has the state of another run.
      client.state = elsewhere
      client.cursor = oddCursors[pick % oddCursors.length]
      client.past.length = 0
      void this.connect(client, transportOf(pick))
    } else void this.connect(client, transportOf(pick), client.past.at(-1 - (pick % 2)) ?? '')
  }

  /** A client goes on over another transport from exactly where it is. */
  change(pick: number): void {
    const client = this.pick(pick)
    if (client === undefined) return
    client.hangUp?.()
    void this.connect(client, transportOf(pick + 1))
  }

  stall(pick: number): void {
    const client = this.pick(pick)
    if (client !== undefined) client.stalled = true
  }

  drain(pick: number): void {
    this.pick(pick)?.resume()
  }

  acknowledge(pick: number): void {
    const client = this.pick(pick)
    if (client === undefined) return
    for (const ack of [client.past.at(-1), '']) {
      if (client.pipe === undefined || ack === undefined) continue
      this.sockets.message(this.network.end(client.pipe), JSON.stringify({ ack }))
    }
  }

  slowSync(pick: number): void {
    this.sync_ms = pick
  }

  /** The object is evicted and loses its memory. Its sockets stay, but its streams and polls end. */
  evict(): void {
    for (const client of this.clients) if (client.pipe === undefined) client.hangUp?.()
    this.network.evict()
    this.watch.test.restart()
    this.watch.restart()
    const { endpoint, sockets } = wireWatchEndpoint(this.watch, this.network)
    this.endpoint = endpoint
    this.sockets = sockets
    sockets.restore()
  }

  /** All clients that have not seen the end come back, read all they can, and acknowledge it. */
  gather(): void {
    this.sync_ms = 0
    for (const [i, client] of this.clients.entries()) {
      client.resume()
      if (client.hangUp === undefined && !this.isThrough(client))
        void this.connect(client, transportOf(i))
      this.acknowledge(i)
    }
  }

  isThrough(client: TestClient): boolean {
    return client.sawEnd && client.cursor === this.cursor()
  }

  private pick(pick: number): TestClient | undefined {
    return this.clients[pick % Math.max(1, this.clients.length)]
  }

  private async connect(client: TestClient, transport: Transport, cursor = client.cursor) {
    if (client.sawEnd && !this.isThrough(client)) this.seen.add('the next round')
    client.begin()
    this.seen.add(transport)
    const leaving = new AbortController()
    client.connection = leaving
    client.hangUp = () => {
      leaving.abort()
      client.hangUp = undefined
    }
    const request = requestFor(client, { transport, cursor, signal: leaving.signal })
    const opening = this.endpoint.fetch(request)
    // A socket is open at once. Only its answer takes time.
    if (transport === 'socket') return this.plug(client)
    const answer = await opening
    if (leaving.signal.aborted) {
      await answer.body?.cancel()
      return
    }
    if (answer.status === 204) client.sawEnd = true
    else if (answer.status !== 200 || answer.body === null)
      this.faults.push(`status ${answer.status}`)
    else if (transport === 'sse') await client.stream(answer.body)
    else {
      const body: unknown = await answer.json()
      if (!leaving.signal.aborted) this.take(client, body)
    }
    if (client.connection === leaving) client.hangUp = undefined
  }

  private take(client: TestClient, body: unknown): void {
    client.polled(body)
    const done = typeof body === 'object' && body !== null && Reflect.get(body, 'done') === true
    if (done) client.sawEnd = true
  }

  private plug(client: TestClient): void {
    const pipe = this.network.pipes.at(-1)
    if (pipe === undefined) throw new Error('no socket was opened')
    client.pipe = pipe
    client.hangUp = () => {
      client.pipe = undefined
      client.hangUp = undefined
      pipe.readyState = 3
      this.sockets.closed(this.network.end(pipe))
    }
    pipe.arrived = () => client.readPipe()
    pipe.closed = () => {
      client.stalled = false
      client.readPipe()
      client.pipe = undefined
      client.hangUp = undefined
      if (pipe.closedWith === 1000) client.sawEnd = true
    }
    client.readPipe()
    if (pipe.readyState === 3) pipe.closed()
  }

  private cursor(): string {
    return `epoch.${this.watch.test.run.seq}`
  }

  private check(client: TestClient, event: RunEvent): void {
    this.seen.add(event.event)
    this.shown.check(client, event)
  }
}

function transportOf(pick: number): Transport {
  return (['sse', 'socket', 'poll'] as const)[pick % 3] ?? 'sse'
}

function requestFor(
  { wanted }: TestClient,
  visit: { transport: Transport; cursor: string | undefined; signal: AbortSignal },
): Request {
  const { transport, cursor, signal } = visit
  const path = { sse: 'stream', socket: 'socket', poll: 'events' }[transport]
  const query = new URLSearchParams({ wait: '1' })
  for (const [name, asked] of Object.entries(wanted)) if (asked) query.set(name, '1')
  const headers = new Headers({ 'x-runcast-owner': 'alice' })
  if (transport === 'socket') headers.set('upgrade', 'websocket')
  if (cursor !== undefined && cursor !== '') headers.set('last-event-id', cursor)
  return new Request(`https://run/${path}?${query}`, { headers, signal })
}
