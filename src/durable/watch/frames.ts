import { formatCursor, parseCursor } from '../../protocol/cursor.ts'
import type { WireEvent } from '../../protocol/sse.ts'
import { encodeEvent } from '../../protocol/sse.ts'
import type { Run } from '../run-state.ts'
import { isEnded } from '../run-state.ts'
import type { JobChange, RunStore } from '../store/run-store.ts'

/**
 * What a watcher has been shown: the run's changes up to `shown`, and the jobs added up to
 * `listed`. Its cursor is `shown`; a frame that leaves added jobs unlisted carries no id, so that
 * whoever resumes gets them. `key` tells equal standings from others.
 */
export type Standing = {
  readonly key: string
  readonly shown: number
  readonly listed: number
  /** It has come back with a cursor, and has been told nothing on this connection. */
  readonly resuming: boolean
}

/**
 * The bytes that bring a watcher from one standing to `to`; none where nothing shows. `listed`: it
 * holds the full state; `unlisted`: it leaves added jobs for a later frame.
 */
export type Frame = {
  readonly bytes: Uint8Array
  readonly to: Standing
  readonly listed: boolean
  readonly unlisted: boolean
}

/** `relist`: jobs added since are listed now, rather than later. `log`: the watcher asked for it. */
export type Wanted = { readonly relist: boolean; readonly log: boolean }

/** Lines of the log in one frame; what is beyond stands in the logs route (EV-7). */
const CATCH_UP_LINES = 200

/** Where a watcher stands that has been shown all that there was at these two. */
export function standAt(shown: number, listed: number): Standing {
  return { key: `${shown}/${listed}`, shown, listed, resuming: false }
}

/** Where a cursor stands in this run; one of another epoch or of the future is none (W-4). */
export function resume(run: Run, last_event_id: string | null): Standing | null {
  const cursor = parseCursor(last_event_id)
  if (cursor?.epoch !== run.epoch || cursor.seq > run.seq) return null
  const { seq } = cursor
  return { key: `resuming ${seq}`, shown: seq, listed: seq, resuming: true }
}

/**
 * A run as watchers see it: the frame from any standing to now. Nothing is kept for a standing;
 * the changes since the last tick are remembered, since nearly every watcher stands there, and
 * every other diff is a scan.
 */
export class RunFrames {
  private readonly store: RunStore
  private readonly groupKeys = new Map<number, string>()
  private readonly encoder = new TextEncoder()
  private recent: { from: number; changes: JobChange[] } = { from: Infinity, changes: [] }
  private listing: { seq: number; data: string } = { seq: -1, data: '' }

  constructor(store: RunStore) {
    this.store = store
  }

  /** Remembers what changed, so that the next tick need not scan. */
  note(jobs: readonly JobChange[]): void {
    if (this.recent.from === Infinity) return
    for (const job of jobs) this.recent.changes.push(job)
  }

  /** Nobody watches: nothing is kept, and nothing noted until the next tick. */
  forget(): void {
    this.recent = { from: Infinity, changes: [] }
    this.listing = { seq: -1, data: '' }
  }

  /** A tick took all that is noted: what comes now is since `seq`. */
  ticked(seq: number): void {
    this.recent = { from: seq, changes: [] }
  }

  /**
   * The frame from `standing` (null: nothing shown yet) to the run's seq (EV-1 to EV-3, EV-7, EV-9).
   */
  frame(run: Run, standing: Standing | null, wanted: Wanted): Frame {
    const listed = this.lists(run, standing, wanted.relist)
    const events = this.jobs(run, standing, listed)
    if (wanted.log) events.push(...this.lines(run, standing?.shown ?? 0))
    const status = { event: 'status', data: run.life.status }
    if (isEnded(run)) events.push(status)
    else if (tellsStatus(run, standing)) events.unshift(status)
    const known = listed ? run.seq : (standing?.listed ?? 0)
    const unlisted = run.added_seq > known
    // Whoever knows all jobs stands where all others do that know them.
    const to = standAt(run.seq, unlisted ? known : run.seq)
    return {
      bytes: this.encode(events, unlisted ? undefined : formatCursor(run)),
      to,
      listed,
      unlisted,
    }
  }

  private jobs(run: Run, standing: Standing | null, listed: boolean): WireEvent[] {
    if (listed) return [{ event: 'all_jobs', data: this.allJobs(run) }]
    return standing === null ? [] : this.update(standing)
  }

  private lists(run: Run, standing: Standing | null, relist: boolean): boolean {
    if (standing === null || isEnded(run)) return true
    if (run.life.status === 'ingesting' && run.status_seq > standing.shown) return true
    return (relist || standing.resuming) && run.added_seq > standing.listed
  }

  /** The whole state, encoded once for all who join at the same seq (W-2). */
  private allJobs(run: Run): string {
    if (this.listing.seq === run.seq) return this.listing.data
    const groups = new Map<number, string[]>()
    for (const { group, ...entry } of this.store.listing()) {
      const texts = groups.get(group) ?? []
      if (texts.length === 0) groups.set(group, texts)
      texts.push(JSON.stringify(entry))
    }
    const members = [...groups].map(([group, jobs]) => `${this.key(group)}:[${jobs.join(',')}]`)
    this.listing = { seq: run.seq, data: `{${members.join(',')}}` }
    return this.listing.data
  }

  /** Each changed job's latest status, of the jobs this watcher was shown (EV-3). */
  private update({ shown, listed }: Standing): WireEvent[] {
    const latest = new Map<number, Map<string, string>>()
    for (const { group, external_id, status, added } of this.changesSince(shown)) {
      if (added > listed) continue
      const jobs = latest.get(group) ?? new Map<string, string>()
      if (jobs.size === 0) latest.set(group, jobs)
      jobs.set(external_id, status)
    }
    if (latest.size === 0) return []
    const members = [...latest].map(([group, jobs]) => {
      const statuses = [...jobs].map(([id, status]) => `${JSON.stringify(id)}:"${status}"`)
      return `${this.key(group)}:{${statuses.join(',')}}`
    })
    return [{ event: 'update', data: `{${members.join(',')}}` }]
  }

  /** The lines that came after `seq`, up to the run's end: what comes later no stream carries. */
  private lines(run: Run, seq: number): WireEvent[] {
    const { lines, dropped } = this.store.linesSince({ seq, upTo: run.seq, limit: CATCH_UP_LINES })
    const events = lines.map((line) => ({ event: 'log', data: JSON.stringify(line) }))
    const last = lines.at(-1)
    if (dropped === 0 || last === undefined) return events
    return [...events, { event: 'log', data: JSON.stringify({ dropped, after: last.seq }) }]
  }

  private changesSince(seq: number): readonly JobChange[] {
    return seq === this.recent.from ? this.recent.changes : this.store.changesSince(seq)
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

  private encode(events: readonly WireEvent[], id: string | undefined): Uint8Array {
    const last = events.length - 1
    const texts = events.map((event, i) =>
      encodeEvent(id !== undefined && i === last ? { ...event, id } : event),
    )
    return this.encoder.encode(texts.join(''))
  }
}

/** On connect to a live run, and on each change (EV-1). */
function tellsStatus(run: Run, standing: Standing | null): boolean {
  return standing === null || standing.resuming || run.status_seq > standing.shown
}
