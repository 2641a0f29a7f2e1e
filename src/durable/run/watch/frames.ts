import { formatCursor } from '../../../protocol/cursor.ts'
import type { WireEvent } from '../../../protocol/sse.ts'
import type { ShownChanges } from '../run-engine.ts'
import type { Run } from '../run-state.ts'
import { isEnded } from '../run-state.ts'
import type { ShownRows } from '../store/run-store.ts'
import { Recent } from './change-buffer.ts'
import { type Telling, tellChanges, tellGroups } from './diff.ts'
import { Frame } from './frame.ts'
import { Listing } from './listing.ts'
import type { Paging, Place, Standing, Wanted } from './position.ts'
import { progressAtEnd } from './progress.ts'
import { SeqMemo } from './seq-memo.ts'

/** Lines of the log in one frame; what is beyond stands in the logs route (EV-7). */
const CATCH_UP_LINES = 200

type Rules = Pick<Telling, 'enters' | 'moved'> & Required<Pick<Telling, 'detailed'>>

/** What a frame says of jobs, and where that leaves its watcher. */
type Draft = {
  readonly events: readonly WireEvent[]
  readonly to: Place
  /** Up to which seq the watcher was told the status before. */
  readonly told: number
  /** It holds a listing that counts for the pause between two. */
  readonly listed: boolean
}

/**
 * A run as watchers see it: the frame from any standing to now. Nothing is kept for a standing but
 * its numbers, so that any number of watchers may lag, go and come back.
 */
export class RunFrames {
  private readonly store: ShownRows
  private readonly page_bytes: number
  private readonly recent: Recent
  private readonly listing: Listing
  private readonly groupKeys = new Map<number, string>()
  /** Made once for all who stand there, or join at the same seq (W-2). */
  private readonly frames = new SeqMemo<Frame>()
  private readonly listings = new SeqMemo<readonly WireEvent[]>()

  constructor(store: ShownRows, page_bytes: number) {
    this.store = store
    this.page_bytes = page_bytes
    this.recent = new Recent(store, store.readRun()?.seq ?? -1)
    this.listing = new Listing({ store, key: (ord) => this.key(ord), page_bytes })
  }

  /** Remembers what changed, so that the next tick need not scan. */
  note(change: ShownChanges): void {
    this.recent.note(change)
  }

  /** A tick took all that is noted: what comes now is after `seq`. */
  ticked(seq: number): void {
    this.recent.restart(seq)
  }

  /** Nobody watches at this seq: no full state is kept for those who may join, and no change. */
  forget(seq: number): void {
    this.ticked(seq)
    this.frames.clear()
    this.listings.clear()
  }

  /** `relist`: jobs that were added since are listed now, rather than later (EV-2). */
  frame(run: Run, standing: Standing, relist: boolean): Frame {
    const make = (): Frame => this.make(run, standing, relist)
    // Pages are large, and those who are in the middle of a listing are seldom at the same one.
    if (standing.place.kind === 'paging') return make()
    const again = relist && !standing.wanted.lean
    return this.frames.at(run.seq, again ? `again ${standing.key}` : standing.key, make)
  }

  private make(run: Run, { place, wanted }: Standing, relist: boolean): Frame {
    if (!wanted.lean) return close(run, place, this.plain(run, place, { wanted, relist }))
    const draft = this.standsNear(run, place)
      ? this.diff(run, place, wanted)
      : this.page(run, beginPaging(run, place), { wanted, first: place.kind === 'new' })
    return close(run, place, draft)
  }

  /** All jobs in one event whenever some were added (EV-2), and else what changed. */
  private plain(run: Run, place: Place, turn: { wanted: Wanted; relist: boolean }): Draft {
    const { wanted } = turn
    const { shown, listed } = known(place)
    const lists = listsAll(run, place, turn.relist)
    const jobs = lists
      ? this.listings.at(run.seq, `${wanted.detail}`, () => this.listing.whole(wanted.detail))
      : this.changes(shown, wanted, {
          enters: ({ titled, added }) => added <= listed && titled > shown,
          moved: ({ seq, added }) => added <= listed && seq > shown,
          detailed: ({ told, added }) => added <= listed && told > shown,
        })
    const knows = lists ? run.seq : listed
    const events = [...this.beside(run, shown, wanted), ...jobs]
    return {
      events,
      to: atEnd(run, run.added_seq > knows ? knows : run.seq),
      told: shown,
      listed: lists,
    }
  }

  /** Whether what it lacks is one diff: nothing was listed since, or all of it is remembered. */
  private standsNear(run: Run, place: Place): place is Exclude<Place, { kind: 'new' | 'paging' }> {
    if (place.kind === 'new' || place.kind === 'paging') return false
    const { shown, listed } = known(place)
    return run.titled_seq <= listed || (shown === listed && this.recent.isFrom(shown))
  }

  private diff(run: Run, place: Place, wanted: Wanted): Draft {
    const { shown, listed } = known(place)
    const jobs = this.changes(shown, wanted, {
      enters: ({ titled }) => titled > listed,
      moved: ({ seq, titled }) => titled <= listed && seq > shown,
      detailed: ({ told }) => told > shown,
    })
    const events = [...this.beside(run, shown, wanted), ...jobs]
    return { events, to: atEnd(run, run.seq), told: shown, listed: false }
  }

  /**
   * The next page of a listing (EV-4). With the last one comes what changed while the pages were read
   * and, of the jobs that the watcher knew before, since it was shown them.
   */
  private page(
    run: Run,
    paging: Paging,
    { wanted, first }: { wanted: Wanted; first: boolean },
  ): Draft {
    const { since, shown, began, after } = paging
    const { detail } = wanted
    const page = this.listing.page({ after, since, detail }, first ? 'all_jobs' : 'added')
    const told = first ? 0 : shown
    if (page.next !== null) {
      const events = first ? [...this.beside(run, 0, wanted), ...page.events] : page.events
      const to: Place = { kind: 'paging', ...paging, after: page.next }
      return { events, to, told: first ? 0 : run.seq, listed: false }
    }
    const isNews = (at: number, titled: number) =>
      titled <= since ? at > shown : titled <= began && at > began
    const changes = this.changes(Math.min(shown, began), wanted, {
      enters: () => false,
      moved: ({ seq, titled }) => isNews(seq, titled),
      detailed: (job) => isNews(job.told, job.titled),
    })
    const events = [...this.beside(run, told, wanted), ...page.events, ...changes]
    return { events, to: atEnd(run, run.titled_seq > began ? began : run.seq), told, listed: false }
  }

  private changes(since: number, { detail }: Wanted, { detailed, ...rules }: Rules): WireEvent[] {
    return tellChanges(this.recent.jobsSince(since), {
      key: (ord) => this.key(ord),
      page_bytes: this.page_bytes,
      ...rules,
      ...(detail ? { detailed } : {}),
    })
  }

  /** What there is to say since `seq` but of jobs: groups' plans, and the log. */
  private beside(run: Run, seq: number, { log }: Wanted): WireEvent[] {
    const groups = tellGroups(this.recent.groupsSince(seq), this.page_bytes)
    return log ? [...groups, ...this.lines(run, seq)] : groups
  }

  /** The lines that came after `seq`, up to the run's end: what comes later no stream carries. */
  private lines(run: Run, seq: number): WireEvent[] {
    const { lines, dropped } = this.store.linesSince({ seq, upTo: run.seq, limit: CATCH_UP_LINES })
    const events = lines.map((line) => ({ event: 'log', data: JSON.stringify(line) }))
    const last = lines.at(-1)
    if (dropped === 0 || last === undefined) return events
    return [...events, { event: 'log', data: JSON.stringify({ dropped, after: last.seq }) }]
  }

  /** A group's key as JSON text. */
  private key(ord: number): string {
    if (this.groupKeys.size === 0) {
      for (const group of this.store.readGroups()) {
        this.groupKeys.set(group.ord, JSON.stringify(group.key))
      }
    }
    return this.groupKeys.get(ord) ?? '""'
  }
}

/** The status around what is said of jobs (EV-1), and the cursor where nothing is left out (EV-9). */
function close(run: Run, place: Place, { events: said, to, told, listed }: Draft): Frame {
  const whole = to.kind === 'at' && to.listed === run.seq
  const status = { event: 'status', data: run.life.status }
  const greets = place.kind === 'new' || place.kind === 'back' || run.status_seq > told
  const events = !isEnded(run) && greets ? [status, ...said] : [...said]
  const final = whole && 'snapshot' in run.life
  if (final) {
    // Whatever was told of how it goes before, what comes last is of the end (EV-6).
    const progress = { event: 'progress', data: JSON.stringify(progressAtEnd(run)) }
    const complete = { event: 'complete', data: JSON.stringify(run.life.snapshot) }
    events.push(progress, complete, status)
  }
  const last = events.pop()
  if (last !== undefined) events.push(whole ? { ...last, id: formatCursor(run) } : last)
  return new Frame(events, { to, listed, unlisted: !whole, final })
}

function atEnd(run: Run, listed: number): Place {
  return { kind: 'at', shown: run.seq, listed }
}

/** What was shown and listed to who stands there; for a listing's middle it is of no use. */
function known(place: Place): { shown: number; listed: number } {
  switch (place.kind) {
    case 'new':
    case 'paging':
      return { shown: 0, listed: 0 }
    case 'back':
      return { shown: place.shown, listed: place.shown }
    case 'at':
      return place
  }
}

function beginPaging(run: Run, place: Place): Paging {
  if (place.kind === 'paging') return place
  const { shown, listed } = known(place)
  const told = place.kind === 'new' ? run.seq : shown
  return { since: listed, shown: told, began: run.seq, after: null }
}

/** Whether a watcher that is not lean gets the full state: EV-2 says when. */
function listsAll(run: Run, place: Place, relist: boolean): boolean {
  if (place.kind === 'new' || place.kind === 'paging' || isEnded(run)) return true
  const { shown, listed } = known(place)
  if (run.life.status === 'ingesting' && run.status_seq > shown) return true
  return (relist || place.kind === 'back') && run.added_seq > listed
}
