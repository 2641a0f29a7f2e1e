import type { RunId } from '../../../protocol/ids.ts'
import type { Settings } from '../../../settings.ts'
import type { RunStanding } from '../owner-rpc.ts'
import { followProgress, lookAgain, openMark, type StallStore } from './stall.ts'

/** So many runs are asked at a time. */
const LANES = 10

type StallParts = {
  readonly store: StallStore
  readonly settings: Pick<Settings, 'stalled_ms'>
  readonly now: () => number
  /** Whether an endpoint wants to be told. */
  readonly wanted: () => boolean
  /** Asks a run for its standing, which goes to `heard`. Never rejects. */
  readonly ask: (run_id: RunId) => Promise<void>
  /** Whether the list has the run, and the run goes on. */
  readonly isLive: (run_id: RunId) => boolean
  /** Called when a run has made no progress since then. */
  readonly stalled: (standing: RunStanding, since: number) => void
  readonly arm: () => void
}

/** Follows how far the runs at work come, while an endpoint wants to be told of stalls: it costs a call now and then. */
export class StallDesk {
  private readonly parts: StallParts

  constructor(parts: StallParts) {
    this.parts = parts
  }

  /** Hears how a run stands. */
  heard(standing: RunStanding): void {
    const { store, wanted, stalled } = this.parts
    if (!wanted()) return
    const before = store.find(standing.run_id)
    const { after, stalled_since } = followProgress(before, standing, this.times())
    if (stalled_since !== undefined) stalled(standing, stalled_since)
    if (after === undefined) {
      if (before !== undefined) store.drop(standing.run_id)
    } else if (after !== before) store.put(after)
  }

  /** Begins to follow these runs, because an endpoint may want it from now on. */
  begin(run_ids: readonly RunId[]): void {
    const { store, wanted, arm } = this.parts
    if (!wanted()) return
    for (const run_id of run_ids)
      if (store.find(run_id) === undefined) store.put(openMark(run_id, this.times()))
    arm()
  }

  wakeDue(): number | undefined {
    return this.parts.store.firstDue()
  }

  /** Asks the runs that are due. The next look is set before, so that a call that is lost is made again. Never rejects. */
  async work(): Promise<void> {
    const { store, wanted, ask, isLive, now, arm } = this.parts
    if (!wanted()) return store.clear()
    for (;;) {
      const due = store.due(now(), LANES)
      if (due.length === 0) return arm()
      for (const mark of due) store.put(lookAgain(mark, this.times()))
      await Promise.all(due.map(({ run_id }) => ask(run_id)))
      for (const { run_id } of due) if (!isLive(run_id)) store.drop(run_id)
    }
  }

  private times() {
    const { now, settings } = this.parts
    return { now: now(), stalled_ms: settings.stalled_ms }
  }
}
