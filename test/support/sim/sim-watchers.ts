import { isEnded, type Run } from '../../../src/durable/run/run-state.ts'
import type { Frame } from '../../../src/durable/watch/frame.ts'
import {
  positionOf,
  type Subscription,
  subscriptionAt,
} from '../../../src/durable/watch/position.ts'
import type { Sink } from '../../../src/durable/watch/sink.ts'
import type { Watcher, WatcherRegistry } from '../../../src/durable/watch/watchers.ts'
import { formatCursor } from '../../../src/protocol/cursor.ts'
import { unwatched } from '../../../src/protocol/fold.ts'
import type { ShownRun } from '../shown-run.ts'
import { TestClient } from '../test-client.ts'
import { Pipe } from '../test-socket.ts'
import type { SimObject } from './sim-object.ts'

/** The state of a client that has followed another run. Its cursor may have any seq. */
const elsewhere = new Map([
  [
    'group 0',
    new Map([['ghost', { external_id: 'ghost', title: 'Ghost', status: 'ready' as const }]]),
  ],
])

/** One connection. Its bytes stay in it until the client reads them. */
class Connection implements Sink {
  readonly needsPulse = true
  readonly watcher: Watcher
  private readonly pipe = new Pipe()
  private readonly client: TestClient
  private readonly watchers: WatcherRegistry
  private open = true

  constructor(client: TestClient, watchers: WatcherRegistry, subscription: Subscription) {
    this.client = client
    this.watchers = watchers
    client.begin()
    client.pipe = this.pipe
    this.watcher = watchers.add(this, { subscription })
  }

  get isOpen(): boolean {
    return this.open
  }

  hasRoom(): boolean {
    return this.pipe.unread.length === 0
  }

  write(frame: Frame): boolean {
    if (!this.open) return false
    this.pipe.unread.push(...frame.messages())
    this.client.readPipe()
    return true
  }

  pulse(): boolean {
    return this.open
  }

  end(): void {
    this.close('arrives')
  }

  cut(): void {
    this.close('arrives')
  }

  turnAway(): void {
    this.close('arrives')
  }

  /** The client reads again. */
  drain(): void {
    this.client.resume()
    if (this.open) this.watchers.drained(this.watcher)
  }

  /** Closes the connection. The unread bytes still arrive, or are lost. */
  close(unread: 'arrives' | 'lost'): void {
    if (!this.open) return
    this.open = false
    this.watchers.remove(this.watcher)
    if (unread === 'lost') this.pipe.unread.length = 0
    this.client.resume()
  }
}

/** The watchers. They come, lag, leave, and come back with their own cursor or with any other. */
export class SimWatchers {
  readonly clients: TestClient[] = []
  private readonly object: () => SimObject
  private readonly shown: ShownRun
  private readonly archived: () => { run: Run; watchers: WatcherRegistry }
  private readonly connections = new Map<TestClient, Connection>()

  constructor(object: () => SimObject, shown: ShownRun, archived: SimWatchers['archived']) {
    this.object = object
    this.shown = shown
    this.archived = archived
  }

  join(pick: number): void {
    const wanted = { lean: pick % 2 === 0, detail: pick % 3 === 0, log: pick % 5 === 0 }
    const client = new TestClient(wanted, (one, event) => this.shown.check(one, event))
    this.clients.push(client)
    this.connect(client)
  }

  leave(pick: number): void {
    const client = this.pick(pick)
    if (client !== undefined) this.cut(client, pick)
  }

  /** A client comes back with its last cursor, or with an older one. */
  comeBack(pick: number): void {
    const client = this.pick(pick)
    if (client === undefined) return
    this.cut(client, pick)
    if (pick % 3 === 0) client.cursor = client.past.at(-2) ?? client.cursor
    this.connect(client)
  }

  /** A client comes back with the state of another run. */
  stray(pick: number): void {
    const client = this.pick(pick)
    if (client === undefined) return
    this.cut(client, pick)
    client.state = { ...unwatched, jobs: elsewhere }
    client.past.length = 0
    client.cursor = `elsewhere.${pick % 9}`
    this.connect(client)
  }

  stall(pick: number): void {
    const client = this.pick(pick)
    if (client !== undefined) client.stalled = true
  }

  drain(pick: number): void {
    const client = this.pick(pick)
    if (client !== undefined) this.connections.get(client)?.drain()
  }

  /** The object has gone, and every connection with it. */
  cutAll(pick: number): void {
    for (const client of this.clients) this.cut(client, pick)
  }

  /** All clients that have not seen the end come back and read everything. */
  gather(): void {
    for (const client of this.clients) {
      const connection = this.connections.get(client)
      if (connection?.isOpen === true) connection.drain()
      else if (!this.isThrough(client)) this.connect(client)
    }
  }

  isThrough(client: TestClient): boolean {
    const { run, tombstone } = this.object().engine
    const end = run ?? tombstone
    return end !== undefined && client.sawEnd && client.cursor === formatCursor(end)
  }

  private pick(pick: number): TestClient | undefined {
    return this.clients[pick % Math.max(1, this.clients.length)]
  }

  private cut(client: TestClient, pick: number): void {
    this.connections.get(client)?.close(pick % 2 === 0 ? 'arrives' : 'lost')
  }

  /**
   * Connects a client as the watch endpoint does. A client that has seen the end gets 204 and does not come
   * again.
   */
  private connect(client: TestClient): void {
    const watched = this.watched()
    if (watched === undefined) return
    const { run, watchers } = watched
    const cursor = client.cursor ?? null
    if (isEnded(run) && cursor === formatCursor(run)) {
      client.sawEnd = true
      return
    }
    const subscription = subscriptionAt(positionOf(run, cursor), client.wanted)
    this.connections.set(client, new Connection(client, watchers, subscription))
  }

  /** An archived run is watched over Postgres. */
  private watched(): { run: Run; watchers: WatcherRegistry } | undefined {
    const { engine, watch } = this.object()
    const { run, tombstone } = engine
    if (run !== undefined) return { run, watchers: watch.watchers }
    return tombstone && this.archived()
  }
}
