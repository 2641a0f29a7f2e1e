import { cursorAfter, type Feed, type FeedItem } from '../../src/client/feed.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import type { JobDetail, JobEntry, RunEvent } from '../../src/protocol/events.ts'
import type { WatchedRun } from '../../src/protocol/fold.ts'
import type { LogLine } from '../../src/protocol/log.ts'
import type { JobStatus, RunStatus } from '../../src/protocol/status.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'

type SourceJob = { entry: JobEntry; detail?: JobDetail; listed: number; changed: number }

const EPOCH = 'epoch1'
const STATUSES: readonly JobStatus[] = ['pending', 'crawling', 'ready', 'failed']

/** The number of jobs in one page of a listing. */
const PAGE = 2

/** A run that a test changes, and the events that a reader gets from any cursor on. */
export class SourceRun {
  seq = 0
  readonly upstreams: Upstream[] = []
  /** The right picture of the run at each seq, as text. */
  readonly #seen = new Map<number, string>()
  readonly #groups = new Map<string, Map<string, SourceJob>>()
  readonly #lines: { readonly at: number; readonly line: LogLine }[] = []
  #status: RunStatus = 'pending'

  constructor() {
    // A run knows all its groups from the start.
    for (const group of ['a', 'b']) this.#groups.set(group, new Map())
    this.#change(() => undefined)
  }

  get status(): RunStatus {
    return this.#status
  }

  get lines(): number {
    return this.#lines.length
  }

  seen(seq: number): string | undefined {
    return this.#seen.get(seq)
  }

  add(group: string, count: number): void {
    this.#change((seq) => {
      this.#status = 'ingesting'
      const jobs = this.#groups.get(group) ?? new Map<string, SourceJob>()
      for (let i = 0; i < count; i += 1) {
        const external_id = `${jobs.size + 1}`
        const entry: JobEntry = { external_id, title: `T ${external_id}`, status: 'pending' }
        jobs.set(external_id, { entry, listed: seq, changed: seq })
      }
      this.#groups.set(group, jobs)
    })
  }

  move(pick: number): void {
    this.#change((seq) => {
      const jobs = [...this.#groups.values()].flatMap((all) => [...all.values()])
      const job = jobs[pick % Math.max(1, jobs.length)]
      if (!job) return
      const status = STATUSES[(pick + seq) % STATUSES.length] ?? 'ready'
      job.entry = { ...job.entry, status }
      job.detail = { attempt: seq, progress: pick % 101 }
      job.changed = seq
    })
  }

  log(count: number): void {
    this.#change((at) => {
      for (let i = 0; i < count; i += 1)
        this.#lines.push({ at, line: lineOf(this.#lines.length + 1) })
    })
  }

  end(): void {
    this.#change(() => (this.#status = 'finished'))
  }

  /** One tab's feed. Its items come when the test lets them flow. */
  readonly feedOf =
    (tab: string): Feed =>
    (start) => {
      const upstream = new Upstream(this, tab, start.cursor)
      return upstream.items(start.signal)
    }

  /** Returns all events from a seq on, or from the beginning. The last one has the cursor. */
  tell(from: number | undefined): readonly RunEvent[] {
    const status: RunEvent = { event: 'status', data: this.#status }
    const ended = isTerminalRun(this.#status)
    const told = [
      ...(ended ? [] : [status]),
      ...(from === undefined ? this.#readAnswers() : this.#tellSince(from)),
      ...this.#lines
        .filter(({ at }) => from === undefined || at > from)
        .map(({ line }): RunEvent => ({ event: 'log', data: line })),
      ...(ended ? [status] : []),
    ]
    // A connection without news brings the status and the groups, and no cursor.
    if (from === this.seq) return told
    return told.map((event, i) => (i < told.length - 1 ? event : { ...event, id: this.cursor }))
  }

  get cursor(): string {
    return `${EPOCH}.${this.seq}`
  }

  #change(apply: (seq: number) => void): void {
    if (isTerminalRun(this.#status)) return
    this.seq += 1
    apply(this.seq)
    this.#seen.set(this.seq, this.#show())
  }

  #show(): string {
    const jobs = this.#all().map(({ group, job }) => ({ group, ...job.entry, detail: job.detail }))
    return text(this.#status, this.#groupStates(), jobs)
  }

  #all() {
    return [...this.#groups].flatMap(([group, all]) => {
      return [...all.values()].map((job) => ({ group, job }))
    })
  }

  #groupStates() {
    const found = [...this.#groups].map(([group, all]) => [group, all.size] as const)
    return Object.fromEntries(
      found.map(([group, size]) => [group, { status: 'planning', found: size } as const]),
    )
  }

  #readAnswers(): RunEvent[] {
    const jobs = this.#all()
    const pages = Array.from({ length: Math.max(1, Math.ceil(jobs.length / PAGE)) }, (_, i) =>
      jobs.slice(i * PAGE, (i + 1) * PAGE),
    )
    return [
      { event: 'groups', data: this.#groupStates() },
      ...pages.map((page, i): RunEvent => ({
        event: i === 0 ? 'all_jobs' : 'added',
        data: listing(page),
      })),
      ...details(jobs),
    ]
  }

  #tellSince(from: number): RunEvent[] {
    const jobs = this.#all()
    const added = jobs.filter(({ job }) => job.listed > from)
    const moved = jobs.filter(({ job }) => job.listed <= from && job.changed > from)
    const updates = moved.map(({ group, job: { entry } }) => {
      return { event: 'update', data: { [group]: { [entry.external_id]: entry.status } } } as const
    })
    return [
      { event: 'groups', data: this.#groupStates() },
      ...(added.length > 0 ? [{ event: 'added', data: listing(added) } as const] : []),
      ...updates,
      ...details([...added, ...moved]),
      ...(from < this.seq ? [{ event: 'update', data: {} } as const] : []),
    ]
  }
}

type GroupJob = { readonly group: string; readonly job: SourceJob }

function listing(jobs: readonly GroupJob[]) {
  const groups = Object.groupBy(jobs, ({ group }) => group)
  return Object.fromEntries(
    Object.entries(groups).map(([group, all = []]) => [group, all.map(({ job }) => job.entry)]),
  )
}

function details(jobs: readonly GroupJob[]): RunEvent[] {
  return jobs.flatMap(({ group, job: { entry, detail } }) =>
    detail ? [{ event: 'detail', data: { [group]: { [entry.external_id]: detail } } }] : [],
  )
}

/** Writes a watcher's run as the same text as in `seen`. */
export function shown({ status, groups, jobs }: WatchedRun): string {
  const all = [...jobs].flatMap(([group, members]) =>
    [...members.values()].map(({ external_id, title, status: job, detail }) => {
      return { group, external_id, title, status: job, detail }
    }),
  )
  return text(status, Object.fromEntries(groups), all)
}

function text(status: RunStatus, groups: object, jobs: readonly object[]): string {
  return [status, ...sorted(Object.entries(groups)), ...sorted(jobs)].join('\n')
}

function sorted(all: readonly unknown[]): string[] {
  return all.map((one) => JSON.stringify(one)).toSorted()
}

function lineOf(seq: number): LogLine {
  return { seq, ts: '', level: 'info', message: `m ${seq}` }
}

/** One reading of the feed. It makes the next frame when it has given all events of the last one. */
export class Upstream {
  readonly tab: string
  readonly #run: SourceRun
  #cursor: string | undefined
  #opened = false
  #frame: RunEvent[] = []
  #ended = false
  /** Gives the reader its next item while the reader waits for one. */
  #wake: ((item: FeedItem | undefined) => void) | undefined
  isOpen = false

  constructor(run: SourceRun, tab: string, cursor: string | undefined) {
    this.#run = run
    this.tab = tab
    this.#cursor = cursor
  }

  async *items(signal: AbortSignal): AsyncGenerator<FeedItem, void> {
    if (signal.aborted) return
    this.isOpen = true
    this.#run.upstreams.push(this)
    const stop = (): void => this.#wake?.(undefined)
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted && !this.#ended) {
        const { promise, resolve } = Promise.withResolvers<FeedItem | undefined>()
        this.#wake = resolve
        const item = await promise
        if (item !== undefined && !signal.aborted) yield item
      }
      if (!signal.aborted) yield { status: 'ended' }
    } finally {
      this.isOpen = false
      signal.removeEventListener('abort', stop)
    }
  }

  /** Gives the next event. Returns false if there is none. */
  flow(): boolean {
    if (this.#ended || !this.#wake) return false
    if (this.#frame.length === 0) this.#frame = this.#next()
    const event = this.#frame.shift()
    if (event === undefined) return this.#endIfOver()
    this.#cursor = cursorAfter(this.#cursor, event)
    this.#ended = event.event === 'status' && isTerminalRun(event.data)
    this.#say(event)
    return true
  }

  /** Breaks the connection. The next one begins from the same cursor. */
  cut(): void {
    this.#opened = false
    this.#frame = []
    this.#say({ status: 'reconnecting', retry_ms: 1 })
  }

  /** Breaks the connection. The server does not know the cursor of the next one. */
  startOver(): void {
    this.#cursor = undefined
    this.cut()
  }

  #say(item: FeedItem): void {
    this.#wake?.(item)
    this.#wake = undefined
  }

  /** Ends the feed after the run's end, because a connection from that cursor brings no event. */
  #endIfOver(): boolean {
    if (!isTerminalRun(this.#run.status)) return false
    this.#ended = true
    this.#wake?.(undefined)
    return true
  }

  #next(): RunEvent[] {
    const from = parseCursor(this.#cursor)?.seq
    const isOver = isTerminalRun(this.#run.status) && from === this.#run.seq
    if (isOver || (this.#opened && from === this.#run.seq)) return []
    this.#opened = true
    return [...this.#run.tell(from)]
  }
}
