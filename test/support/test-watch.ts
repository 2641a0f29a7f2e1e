import { createParser } from 'eventsource-parser'

import { isEnded } from '../../src/durable/run-state.ts'
import type { Frame } from '../../src/durable/watch/frames.ts'
import { resume, RunFrames } from '../../src/durable/watch/frames.ts'
import type { Sink, Watched, Watcher } from '../../src/durable/watch/watchers.ts'
import { Watchers } from '../../src/durable/watch/watchers.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import type { WatchedRun } from '../../src/protocol/fold.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import type { Settings } from '../../src/settings.ts'
import type { TestRun } from './test-run.ts'

/** A client that reads what is written to it, folds it, and keeps the cursor it was given. */
export class Client implements Sink {
  /** Whether it takes more, is still there, and was closed. */
  room = true
  alive = true
  closed = false
  state: WatchedRun
  cursor: string | undefined
  readonly events: RunEvent[] = []
  /** The bytes of each write, as text. */
  readonly writes: string[] = []
  watcher: Watcher | undefined
  /** Called with each event, once it is folded in. */
  saw: (event: RunEvent) => void = () => {}
  private readonly parser = createParser({
    onEvent: ({ event, data, id }) =>
      this.read(
        RunEvent.parse({
          event,
          data: event === 'status' ? data : JSON.parse(data),
          ...(id === undefined ? {} : { id }),
        }),
      ),
    onError: (error) => {
      throw error
    },
  })

  /** Goes on from what another has read, as a client does that connects again. */
  constructor(before?: Client) {
    this.state = before?.state ?? unwatched
    this.cursor = before?.cursor
  }

  hasRoom(): boolean {
    return this.room
  }

  write(bytes: Uint8Array): boolean {
    if (!this.alive) return false
    const text = new TextDecoder().decode(bytes)
    this.writes.push(text)
    this.parser.feed(text)
    return true
  }

  close(): void {
    this.closed = true
  }

  names(): string[] {
    return this.events.map(({ event }) => event)
  }

  /** What it shows: each job's title and status. */
  picture() {
    return pictureOf(this.state)
  }

  private read(event: RunEvent): void {
    this.events.push(event)
    this.state = fold(this.state, event)
    if (event.id !== undefined) this.cursor = event.id
    this.saw(event)
  }
}

function pictureOf({ status, jobs: all }: WatchedRun) {
  const jobs = [...all].flatMap(([group, members]) =>
    [...members.values()].map((job) => [group, job.external_id, job.title, job.status].join(' | ')),
  )
  return { status, jobs: jobs.toSorted() }
}

/** The watchers of a test run, wired as its object does it. */
export class TestWatch {
  readonly watchers: Watchers
  readonly frames: RunFrames
  readonly errors: unknown[] = []
  /** Every frame that was made. */
  readonly made: { from: string | null; frame: Frame }[] = []
  synced: () => Promise<void> = () => Promise.resolve()
  private readonly test: TestRun

  constructor(test: TestRun, settings: Partial<Settings> = {}) {
    this.test = test
    this.frames = new RunFrames(test.store)
    this.watchers = new Watchers(this.watched(), { ...test.settings, ...settings })
  }

  /** What the engine's `changed` port is for. */
  changed(jobs: Parameters<RunFrames['note']>[0]): void {
    this.frames.note(jobs)
    this.watchers.changed()
  }

  connect(client = new Client()): Client {
    const standing = resume(this.test.run, client.cursor ?? null)
    client.watcher = this.watchers.add(client, { standing, log: false })
    return client
  }

  leave(client: Client): void {
    if (client.watcher !== undefined) this.watchers.remove(client.watcher)
  }

  drain(client: Client): void {
    client.room = true
    if (client.watcher !== undefined) this.watchers.drained(client.watcher)
  }

  /** What a watcher should see now. */
  picture() {
    const groups = this.test.store.readGroups()
    const { status } = this.test.run.life
    const jobs = this.test
      .jobs()
      .map((job) => [groups[job.group]?.key, job.external_id, job.title, job.status].join(' | '))
    return { status, jobs: jobs.toSorted() }
  }

  private watched(): Watched {
    return {
      seq: () => this.test.run.seq,
      ended: () => isEnded(this.test.run),
      frame: (standing, wanted) => {
        const frame = this.frames.frame(this.test.run, standing, wanted)
        this.made.push({ from: standing?.key ?? null, frame })
        return frame
      },
      ticked: (seq) => this.frames.ticked(seq),
      forget: () => this.frames.forget(),
      synced: () => this.synced(),
      failed: (error) => this.errors.push(error),
    }
  }
}

/** A run and its watchers. */
export function watchRun(make: (changed: TestWatch['changed']) => TestRun): {
  test: TestRun
  watch: TestWatch
} {
  const wired: { watch?: TestWatch } = {}
  const test = make((jobs) => wired.watch?.changed(jobs))
  const watch = new TestWatch(test)
  wired.watch = watch
  return { test, watch }
}
