import { isEnded } from '../../src/durable/run/run-state.ts'
import { formatCursor, parseCursor } from '../../src/protocol/cursor.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { isEnd, type TestClient } from './test-client.ts'
import { type Picture, pictureFrom, type Shown } from './watched-picture.ts'

/**
 * The state of a run at each cursor, and the ends of its rounds. What watchers are shown is checked against
 * it.
 */
export class ShownRun {
  /** Descriptions of everything that was shown wrongly. */
  readonly faults: string[] = []
  private readonly states = new Map<string, Shown>()
  private readonly pictures = new Map<string, Picture>()
  /** The cursor at the end of each round. */
  private readonly ends = new Map<number, string>()
  private durable = 0

  /** Notes the state after a transaction. RUN-1: a round ends once. */
  note(shown: Shown): void {
    const { run } = shown
    const cursor = formatCursor(run)
    this.states.set(cursor, shown)
    this.pictures.delete(cursor)
    if (!isEnded(run)) return
    const end = this.ends.get(run.round) ?? cursor
    if (end !== cursor) this.faults.push(`an end at ${end} and at ${cursor}`)
    this.ends.set(run.round, end)
  }

  /** Notes that the state up to this seq outlives a crash. */
  synced(seq: number): void {
    this.durable = Math.max(this.durable, seq)
  }

  /** Notes a crash: the ends that were not durable have not happened. */
  crashed(): void {
    for (const [round, end] of this.ends) {
      if ((parseCursor(end)?.seq ?? 0) > this.durable) this.ends.delete(round)
    }
  }

  /**
   * Checks an event. RUN-1: an end is the end of a round. EV-9: after an event with an id the watcher has
   * the run's state at that id. W-11: that state is durable.
   */
  check(client: TestClient, event: RunEvent): void {
    const fault = client.fault(event)
    if (fault !== undefined) this.faults.push(fault)
    const { id } = event
    if (isEnd(event) && ![...this.ends.values()].some((end) => end === id))
      this.faults.push(`no round ended at ${id}`)
    if (id === undefined) return
    const due = this.picture(id)
    const { details, ...shown } = client.picture()
    const right = { ...shown, details: client.wanted.detail ? details : (due?.details ?? []) }
    if (JSON.stringify(right) !== JSON.stringify(due))
      this.faults.push(`not the state at ${id}: ${JSON.stringify({ right, due })}`)
    if ((parseCursor(id)?.seq ?? 0) > this.durable) this.faults.push(`not durable yet: ${id}`)
  }

  private picture(cursor: string): Picture | undefined {
    const shown = this.states.get(cursor)
    if (shown === undefined) return undefined
    const picture = this.pictures.get(cursor) ?? pictureFrom(shown)
    this.pictures.set(cursor, picture)
    return picture
  }
}
