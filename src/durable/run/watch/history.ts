import type { Run } from '../run-state.ts'
import type { RunStore } from '../store/run-store.ts'
import type { RunFrames } from './frames.ts'
import { type Place, standAt } from './position.ts'

const wanted = { lean: true, detail: false, log: false }

/** A row of SQLite takes 2 MB; a tick's diff is far below, unless its object was away for long. */
const ROW_CHARS = 500_000

/** Each tick's diff as a row, bounded, to replay a run from (W-9). Resuming never needs it. */
export class RunHistory {
  private readonly store: RunStore
  private readonly frames: RunFrames
  private readonly rows: number

  constructor(parts: { store: RunStore; frames: RunFrames; rows: number }) {
    this.store = parts.store
    this.frames = parts.frames
    this.rows = parts.rows
  }

  /** Keeps what came since the last row that was kept. */
  keep(run: Run, now: number): void {
    const last = this.store.lastKept()
    if (last >= run.seq) return
    const events: string[] = []
    let place: Place = { kind: 'at', shown: last, listed: last }
    do {
      const frame = this.frames.frame(run, standAt(place, wanted), false)
      events.push(...frame.messages())
      place = frame.to
    } while (place.kind === 'paging')
    if (events.length === 0) return
    const data = `[${events.join(',')}]`
    const row = { seq: run.seq, at: now, data: data.length > ROW_CHARS ? omitted : data }
    this.store.transaction(() => this.store.keepFrame(row, this.rows))
  }
}

/** Too much for a row: who replays the run goes on with the next one, and the jobs route. */
const omitted = '[{"event":"omitted","data":null}]'
