import type { Group } from '../durable/run/group-state.ts'
import { lineOf } from '../durable/run/job-page.ts'
import type { JobChange } from '../durable/run/job-state.ts'
import type { JobPosition } from '../durable/run/run-rpc.ts'
import type { Run } from '../durable/run/run-state.ts'
import {
  detailText,
  entryText,
  Frame,
  groupEvents,
  GroupedJson,
  inArrays,
  inObjects,
} from '../durable/watch/frame.ts'
import { CATCH_UP_LINES, progressAtEnd } from '../durable/watch/frames.ts'
import { Listing } from '../durable/watch/listing.ts'
import {
  knownAt,
  type Paging,
  pagingAt,
  type Position,
  positionNow,
  type SubscriptionOptions,
} from '../durable/watch/position.ts'
import type { PlacedJob, PlacedLine } from '../protocol/archive.ts'
import { formatCursor } from '../protocol/cursor.ts'
import type { LogLine } from '../protocol/log.ts'
import type { WireEvent } from '../protocol/sse.ts'

/** Reads the rows of one archived run, in their order, after a place. */
type ArchivedPages = {
  jobs(after: JobPosition | null, limit: number): Promise<readonly PlacedJob[]>
  lines(after: number, limit: number): Promise<readonly PlacedLine[]>
}

type FramesParts = {
  readonly run: Run
  readonly groups: readonly Group[]
  readonly pages: ArchivedPages
  readonly page_bytes: number
}

/** The shortest member of a listing: `{"external_id":"1","title":"","status":"ready"}` and its comma. */
const SHORTEST_JOB = 49

/** The log lines that one statement reads. */
const LINES = 1_000

/**
 * The frames of an archived run, from rows that are read when a frame is made and forgotten with it. The archive
 * keeps no seq of each row: a watcher with an earlier cursor is sent everything (W-4).
 */
export class ArchivedFrames {
  private readonly parts: FramesParts
  private readonly keys: readonly string[]
  /** As many jobs as are certain to fill a page. */
  private readonly jobs_of_page: number

  constructor(parts: FramesParts) {
    this.parts = parts
    this.keys = parts.groups.map(({ key }) => JSON.stringify(key))
    this.jobs_of_page = Math.ceil(parts.page_bytes / SHORTEST_JOB) + 1
  }

  /** The frame that leads from a position to the next page or, with the last page, to the run's end. */
  frame(position: Position, options: SubscriptionOptions): Promise<Frame> {
    return options.lean ? this.page(position, options) : this.whole(position, options)
  }

  /** A watcher that is new is told of the groups with its first page, any other with its last one. */
  private async page(position: Position, options: SubscriptionOptions): Promise<Frame> {
    const { run } = this.parts
    const first = position.kind === 'new'
    const paging = pagingAt(run, position)
    const { events, next } = await this.listed(paging, first ? 'all_jobs' : 'added', options)
    const told = first ? 0 : paging.shown
    const tells = first || next === null
    const all = tells ? [...(await this.beside(told, options)), ...events] : events
    return next === null ? this.last(all) : unfinished(all, { ...paging, after: next })
  }

  private async listed(
    { after }: Paging,
    event: 'all_jobs' | 'added',
    { detail }: SubscriptionOptions,
  ): Promise<ReturnType<Listing['page']>> {
    const { run, page_bytes, pages } = this.parts
    const rows = await pages.jobs(after, this.jobs_of_page)
    const store = { listing: () => rows.map((job) => changeAt(job, run.seq)) }
    const listing = new Listing({ store, key: (ord) => this.key(ord), page_bytes })
    return listing.page({ after, since: 0, detail }, event)
  }

  /** All jobs in one event (EV-2). Of the jobs of a page only their part of its text is kept. */
  private async whole(position: Position, options: SubscriptionOptions): Promise<Frame> {
    const beside = await this.beside(knownAt(position).shown, options)
    const entries = new GroupedJson(inArrays, Infinity)
    const details = new GroupedJson(inObjects, this.parts.page_bytes)
    for await (const job of this.allJobs()) {
      entries.add(this.key(job.group), entryText(job))
      if (options.detail) details.add(this.key(job.group), detailText(job))
    }
    const none = { event: 'all_jobs', data: '{}' }
    const listed = entries.isEmpty ? [none] : entries.events('all_jobs')
    return this.last([...beside, ...listed, ...details.events('detail')])
  }

  private async *allJobs(): AsyncIterable<JobChange> {
    const { run, pages } = this.parts
    for (let after: JobPosition | null = null, more = true; more;) {
      const rows: readonly PlacedJob[] = await pages.jobs(after, this.jobs_of_page)
      for (const job of rows) yield changeAt(job, run.seq)
      const last = rows.at(-1)
      more = last !== undefined && rows.length === this.jobs_of_page
      if (last !== undefined) after = { group: last.group_ord, n: last.n }
    }
  }

  private key(ord: number): string {
    return this.keys[ord] ?? '""'
  }

  /** The groups and the log, for a watcher that was shown the run up to `since`. */
  private async beside(since: number, { log }: SubscriptionOptions): Promise<WireEvent[]> {
    const { run, groups, page_bytes } = this.parts
    if (since >= run.seq) return []
    const events = groupEvents(groups, page_bytes)
    return log ? [...events, ...(await this.lines(since))] : events
  }

  /** At most 200 lines of the log, and how many more there are (EV-7). */
  private async lines(since: number): Promise<WireEvent[]> {
    const shown: LogLine[] = []
    let dropped = 0
    for (let after = 0, more = true; more;) {
      const rows = await this.parts.pages.lines(after, LINES)
      const told = rows.filter(({ late, as_of }) => !late && as_of > since).map(lineOf)
      const room = CATCH_UP_LINES - shown.length
      shown.push(...told.slice(0, room))
      dropped += told.slice(room).length
      more = rows.length === LINES
      after = rows.at(-1)?.seq ?? after
    }
    const last = shown.at(-1)
    const rest = dropped === 0 || last === undefined ? [] : [{ dropped, after: last.seq }]
    return [...shown, ...rest].map((data) => ({ event: 'log', data: JSON.stringify(data) }))
  }

  /** The run's end after the last of its jobs (EV-1, EV-6). */
  private last(events: readonly WireEvent[]): Frame {
    const { run } = this.parts
    if (!('snapshot' in run.life)) throw new Error('an archived run has ended')
    const ending: WireEvent[] = [
      { event: 'progress', data: JSON.stringify(progressAtEnd(run.life.snapshot)) },
      { event: 'complete', data: JSON.stringify(run.life.snapshot) },
      { event: 'status', data: run.life.status, id: formatCursor(run) },
    ]
    const to = positionNow(run, run.seq)
    return new Frame([...events, ...ending], { to, listed: false, unlisted: false, final: true })
  }
}

function unfinished(events: readonly WireEvent[], paging: Paging): Frame {
  const to: Position = { kind: 'paging', ...paging }
  return new Frame(events, { to, listed: false, unlisted: true, final: false })
}

function changeAt(job: PlacedJob, seq: number): JobChange {
  const { group_ord: group, n, external_id, title, status, outcome, attempt, error } = job
  const shown = { group, n, external_id, title, status, outcome, attempt, error }
  return { ...shown, progress: null, message: null, added: seq, titled: seq, seq, told: seq }
}
