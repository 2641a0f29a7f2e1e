import { formatCursor } from '../../protocol/cursor.ts'
import type { Progress } from '../../protocol/events.ts'
import type { Snapshot } from '../../protocol/run.ts'
import type { WireEvent } from '../../protocol/sse.ts'
import { changeEvents, type ChangeRules, Frame, groupEvents } from './frame.ts'
import { Listing } from './listing.ts'
import {
  hasEnded,
  knownAt,
  listsAll,
  type Paging,
  pagingAt,
  type Position,
  positionNow,
  type Subscription,
  type SubscriptionOptions,
} from './position.ts'
import type { WatchSubject, ShownChanges, ShownGroup, ShownItem, ShownRows } from './shown.ts'

/** Lines of the log in one frame; the logs route has the lines beyond these (EV-7). */
export const CATCH_UP_LINES = 200

/** A frame's events, and the position of its watcher afterwards. */
type Draft = {
  readonly events: readonly WireEvent[]
  readonly to: Position
  /** The seq up to which the watcher was sent each change of the status. */
  readonly told: number
  /** The frame holds a full listing, which counts for the pause between two listings. */
  readonly listed: boolean
}

/**
 * Makes the frame that leads from any position to now. A position is a few numbers and nothing else is kept for
 * a watcher, so any number of watchers may lag, leave and come back.
 */
export class Frames {
  private readonly store: ShownRows
  private readonly page_bytes: number
  private readonly buffer: ChangeBuffer
  private readonly listing: Listing
  private readonly groupKeys = new Map<number, string>()
  /** Each frame is made once for all watchers at the same position, or who join at the same seq (W-2). */
  private readonly frames = new SeqMemo<Frame>()
  private readonly listings = new SeqMemo<readonly WireEvent[]>()

  /** `seq`: of the state as it is stored now. */
  constructor(store: ShownRows, page_bytes: number, seq = -1) {
    this.store = store
    this.page_bytes = page_bytes
    this.buffer = new ChangeBuffer(store, seq)
    this.listing = new Listing({ store, key: (ord) => this.key(ord), page_bytes })
  }

  /** Buffers changes, so that the next tick need not scan the store. */
  note(changes: ShownChanges): void {
    this.buffer.add(changes)
  }

  /** Called when a tick has taken the whole buffer. Changes from now on come after `seq`. */
  ticked(seq: number): void {
    this.buffer.restart(seq)
  }

  /**
   * Called when the last watcher has left, at this seq. Drops the buffered changes, and the full states for
   * watchers that join.
   */
  forget(seq: number): void {
    this.ticked(seq)
    this.frames.clear()
    this.listings.clear()
  }

  /** `relist`: jobs that were added since the last listing are listed now, rather than later (EV-2). */
  frame(state: WatchSubject, subscription: Subscription, relist: boolean): Frame {
    const { key, position, options } = subscription
    const make = (): Frame => this.make(state, subscription, relist)
    // Pages are large, and watchers in the middle of a listing are seldom at the same page.
    if (position.kind === 'paging') return make()
    const again = relist && !options.lean
    return this.frames.at(state.seq, again ? `again ${key}` : key, make)
  }

  private make(state: WatchSubject, { position, options }: Subscription, relist: boolean): Frame {
    if (!options.lean)
      return closeFrame(state, position, this.plain(state, position, { options, relist }))
    const draft = this.isNear(state, position)
      ? this.diff(state, position, options)
      : this.page(state, pagingAt(state, position), { options, first: position.kind === 'new' })
    return closeFrame(state, position, draft)
  }

  /** For watchers that are not lean: all jobs in one event if jobs were added (EV-2), or else the changes. */
  private plain(
    state: WatchSubject,
    position: Position,
    { options, relist }: { options: SubscriptionOptions; relist: boolean },
  ): Draft {
    const { shown, listed } = knownAt(position)
    const lists = listsAll(state, position, relist)
    const jobs = lists
      ? this.listings.at(state.seq, `${options.detail}`, () => this.listing.whole(options.detail))
      : this.changes(shown, options, {
          enters: ({ titled, added }) => added <= listed && titled > shown,
          moved: ({ seq, added }) => added <= listed && seq > shown,
          detailed: ({ told, added }) => added <= listed && told > shown,
        })
    const knows = lists ? state.seq : listed
    const events = [...this.beside(state, shown, options), ...jobs]
    const to = positionNow(state, state.added_seq > knows ? knows : state.seq)
    return { events, to, told: shown, listed: lists }
  }

  /**
   * Whether one diff brings the watcher up to date: no job's entry is new to the watcher, or the buffer holds all
   * changes since its position.
   */
  private isNear(
    state: WatchSubject,
    position: Position,
  ): position is Exclude<Position, { kind: 'new' | 'paging' }> {
    if (position.kind === 'new' || position.kind === 'paging') return false
    const { shown, listed } = knownAt(position)
    return state.titled_seq <= listed || (shown === listed && this.buffer.isFrom(shown))
  }

  private diff(state: WatchSubject, position: Position, options: SubscriptionOptions): Draft {
    const { shown, listed } = knownAt(position)
    const jobs = this.changes(shown, options, {
      enters: ({ titled }) => titled > listed,
      moved: ({ seq, titled }) => titled <= listed && seq > shown,
      detailed: ({ told }) => told > shown,
    })
    const events = [...this.beside(state, shown, options), ...jobs]
    return { events, to: positionNow(state, state.seq), told: shown, listed: false }
  }

  /**
   * Makes the next page of a listing (EV-4). The last page also has the changes since the listing began. For the
   * jobs that the watcher knew before the listing, it has the changes since the watcher was last shown them.
   */
  private page(
    state: WatchSubject,
    paging: Paging,
    { options, first }: { options: SubscriptionOptions; first: boolean },
  ): Draft {
    const { since, shown, began, after } = paging
    const { detail } = options
    const page = this.listing.page({ after, since, detail }, first ? 'all_jobs' : 'added')
    const told = first ? 0 : shown
    if (page.next !== null) {
      const events = first ? [...this.beside(state, 0, options), ...page.events] : page.events
      const next: Position = { kind: 'paging', ...paging, after: page.next }
      return { events, to: next, told: first ? 0 : state.seq, listed: false }
    }
    const isNews = (at: number, titled: number) =>
      titled <= since ? at > shown : titled <= began && at > began
    const changes = this.changes(Math.min(shown, began), options, {
      enters: () => false,
      moved: ({ seq, titled }) => isNews(seq, titled),
      detailed: (job) => isNews(job.told, job.titled),
    })
    const events = [...this.beside(state, told, options), ...page.events, ...changes]
    const to = positionNow(state, state.titled_seq > began ? began : state.seq)
    return { events, to, told, listed: false }
  }

  private changes(
    since: number,
    { detail }: SubscriptionOptions,
    { detailed, ...rules }: Required<ChangeRules>,
  ): WireEvent[] {
    return changeEvents(this.buffer.jobsSince(since), {
      key: (ord) => this.key(ord),
      page_bytes: this.page_bytes,
      ...rules,
      ...(detail ? { detailed } : {}),
    })
  }

  /** The changes since `seq` besides those of jobs: groups and log lines. */
  private beside(state: WatchSubject, seq: number, { log }: SubscriptionOptions): WireEvent[] {
    const groups = groupEvents(this.buffer.groupsSince(seq), this.page_bytes)
    return log ? [...groups, ...this.lines(state, seq)] : groups
  }

  /** The log lines after `seq`, up to the run's end: no stream carries the lines that come later. */
  private lines(state: WatchSubject, seq: number): WireEvent[] {
    const { lines, dropped } = this.store.linesSince({
      seq,
      upTo: state.seq,
      limit: CATCH_UP_LINES,
    })
    const events = lines.map((line) => ({ event: 'log', data: JSON.stringify(line) }))
    const last = lines.at(-1)
    if (dropped === 0 || last === undefined) return events
    return [...events, { event: 'log', data: JSON.stringify({ dropped, after: last.seq }) }]
  }

  /** A group's key as JSON text. */
  private key(ord: number): string {
    if (!this.groupKeys.has(ord)) {
      for (const group of this.store.readGroups()) {
        this.groupKeys.set(group.ord, JSON.stringify(group.key))
      }
    }
    return this.groupKeys.get(ord) ?? '""'
  }
}

/** Adds the status before or after a frame's other events (EV-1), and the cursor at its end if nothing is left out (EV-9). */
function closeFrame(
  state: WatchSubject,
  from: Position,
  { events: drafted, to, told, listed }: Draft,
): Frame {
  const whole = to.kind === 'shown' && to.listed === state.seq
  const { life } = state
  const tellsStatus = from.kind === 'new' || from.kind === 'resumed' || state.status_seq > told
  const begins = life !== undefined && !hasEnded(state) && tellsStatus
  const ending = whole && life !== undefined ? endOf(life) : []
  const events = [...(begins ? [statusOf(life.status)] : []), ...drafted, ...ending]
  const last = events.pop()
  if (last !== undefined) events.push(whole ? { ...last, id: formatCursor(state) } : last)
  return new Frame(events, { to, listed, unlisted: !whole, final: ending.length > 0 })
}

/**
 * The last events of a run that has ended. An earlier `progress` may tell of the time before the end: the last one
 * tells of the end (EV-6).
 */
function endOf({ status, snapshot }: NonNullable<WatchSubject['life']>): WireEvent[] {
  if (snapshot === undefined) return []
  return [
    { event: 'progress', data: JSON.stringify(progressAtEnd(snapshot)) },
    { event: 'complete', data: JSON.stringify(snapshot) },
    statusOf(status),
  ]
}

function statusOf(status: string): WireEvent {
  return { event: 'status', data: status }
}

/** The progress of a run that has ended: no job is open, and the rate is 0. */
export function progressAtEnd({ total, ready, failed, skipped, aborted }: Snapshot): Progress {
  const all = Object.entries({ ready, failed, skipped, aborted })
  const by_status = Object.fromEntries(all.filter(([, count]) => count > 0))
  return { counts: { total, by_status }, groups_open: 0, rate: 0 }
}

/**
 * The changes since the last tick. Nearly every watcher has been shown all earlier changes, so its diff is made
 * from this buffer; any other diff needs a scan of the store.
 */
class ChangeBuffer {
  private readonly store: ShownRows
  private from: number
  private jobs: ShownItem[] = []
  private groups: ShownGroup[] = []

  constructor(store: ShownRows, seq: number) {
    this.store = store
    this.from = seq
  }

  add({ jobs, groups }: ShownChanges): void {
    for (const job of jobs) this.jobs.push(job)
    for (const group of groups) this.groups.push(group)
  }

  /** Empties the buffer: from now on it holds what changes after `seq`. */
  restart(seq: number): void {
    this.from = seq
    this.jobs = []
    this.groups = []
  }

  /** Whether the buffer holds all changes after `seq`. */
  isFrom(seq: number): boolean {
    return seq === this.from
  }

  /** In the order of the changes; a job that changed twice may be there twice. */
  jobsSince(seq: number): readonly ShownItem[] {
    return seq === this.from ? this.jobs : this.store.changesSince(seq)
  }

  groupsSince(seq: number): readonly ShownGroup[] {
    return seq === this.from ? this.groups : this.store.groupsSince(seq)
  }
}

/** Values made from the state at one seq, by name. All are dropped when a value of another seq is asked for. */
class SeqMemo<T> {
  private seq = -1
  private made = new Map<string, T>()

  at(seq: number, name: string, make: () => T): T {
    if (seq !== this.seq) this.clear()
    this.seq = seq
    const known = this.made.get(name)
    if (known !== undefined) return known
    const made = make()
    this.made.set(name, made)
    return made
  }

  clear(): void {
    this.made = new Map()
  }
}
