import { RunBroadcast } from '../../src/durable/run/run-broadcast.ts'
import type { Frame } from '../../src/durable/watch/frame.ts'
import {
  type Position,
  positionOf,
  subscriptionAt,
  type SubscriptionOptions,
} from '../../src/durable/watch/position.ts'
import type { Sink } from '../../src/durable/watch/sink.ts'
import type { Watcher } from '../../src/durable/watch/watchers.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { heartbeat } from '../../src/protocol/sse.ts'
import { eventParser } from './event-parser.ts'
import { Reading } from './reading.ts'
import { TestRun, type TestRunOptions } from './test-run.ts'
import { pictureIn, type Picture } from './watched-picture.ts'

export const plain: SubscriptionOptions = { lean: false, detail: false, log: false }

/** A sink that reads everything like a client, folds it, and keeps its cursor. */
export class Client extends Reading implements Sink {
  readonly needsPulse = true
  /** `room` tells whether it takes more, `alive` whether it is still there, and `closed` how it was closed. */
  room = true
  alive = true
  closed: 'no' | 'ended' | 'cut' | 'turned away' = 'no'
  readonly frames: Frame[] = []
  /** The bytes of each write, as text. */
  readonly writes: string[] = []
  watcher: Watcher | undefined
  /** Called with each event after it is folded. */
  saw: (event: RunEvent) => void = () => {}
  readonly wanted: SubscriptionOptions
  private readonly parser = eventParser((event) => this.read(event))

  /** Goes on from the state of another client, like a client that connects again. */
  constructor(before?: Client, wanted: Partial<SubscriptionOptions> = {}) {
    super()
    this.state = before?.state ?? this.state
    this.cursor = before?.cursor
    this.wanted = { ...(before?.wanted ?? plain), ...wanted }
  }

  hasRoom(): boolean {
    return this.room
  }

  write(frame: Frame): boolean {
    if (!this.alive) return false
    this.frames.push(frame)
    this.feed(frame.sse())
    return true
  }

  pulse(): boolean {
    if (this.alive) this.feed(new TextEncoder().encode(heartbeat))
    return this.alive
  }

  end(): void {
    this.closed = 'ended'
  }

  cut(): void {
    this.closed = 'cut'
  }

  turnAway(): void {
    this.closed = 'turned away'
  }

  /** The frames with more than `progress`. */
  told(): Frame[] {
    return this.frames.filter(({ events }) => events.some(({ event }) => event !== 'progress'))
  }

  /** Reads bytes in the order in which they came. */
  feed(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes)
    this.writes.push(text)
    this.parser.feed(text)
  }

  protected override read(event: RunEvent): void {
    super.read(event)
    this.saw(event)
  }
}

/** The watchers of a test run, wired as in the object. */
export class TestWatch {
  readonly test: TestRun
  readonly errors: unknown[] = []
  /** The watchers' clock follows the test's timers. */
  private readonly begun = Date.now()
  synced: () => Promise<void> = () => Promise.resolve()
  run: RunBroadcast

  constructor(test: TestRun) {
    this.test = test
    this.run = this.open()
  }

  get watchers() {
    return this.run.watchers
  }

  /** The object is evicted and wakes: it has lost all knowledge of its watchers. */
  restart(): void {
    this.run = this.open()
  }

  connect(client = new Client()): Client {
    const place: Position = positionOf(this.test.run, client.cursor ?? null)
    client.watcher = this.watchers.add(client, {
      subscription: subscriptionAt(place, client.wanted),
    })
    return client
  }

  leave(client: Client): void {
    if (client.watcher !== undefined) this.watchers.remove(client.watcher)
  }

  drain(client: Client): void {
    client.room = true
    if (client.watcher !== undefined) this.watchers.drained(client.watcher)
  }

  /** The picture that a watcher without details should have now. */
  picture(): Picture {
    return { ...pictureIn(this.test), details: [] }
  }

  private open(): RunBroadcast {
    return new RunBroadcast({
      store: this.test.store,
      settings: this.test.settings,
      run: () => this.test.engine.run,
      now: () => this.test.now + Date.now() - this.begun,
      synced: () => this.synced(),
      failed: (error) => this.errors.push(error),
      wakeAt: (due) => void setTimeout(() => this.watchers.expire(), due - Date.now()),
    })
  }
}

/** Makes a run and its watchers. */
export function watchRun(make: (changed: NonNullable<TestRunOptions['changed']>) => TestRun): {
  test: TestRun
  watch: TestWatch
} {
  const wired: { watch?: TestWatch } = {}
  const test = make((change) => wired.watch?.run.changed(change))
  const watch = new TestWatch(test)
  wired.watch = watch
  return { test, watch }
}

/** Makes a run whose group `a` is closed with `count` jobs, in flights of one job, and its watchers. */
export function watchJobs(count: number, settings: NonNullable<TestRunOptions['settings']>) {
  const watched = watchRun((changed) => new TestRun({ flight_jobs: 1, settings, changed }))
  watched.test.create('a', 'b')
  watched.test.plan(0, count)
  return watched
}
