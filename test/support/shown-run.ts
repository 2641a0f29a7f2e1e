import { isEnded } from '../../src/durable/run/run-state.ts'
import { formatCursor, parseCursor } from '../../src/protocol/cursor.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { isEnd, type RoomClient } from './room-client.ts'
import { type Picture, pictureFrom, type Shown } from './watched-picture.ts'

/** What there was to see of a run at each cursor, and where its rounds ended: what it was shown is checked against it. */
export class ShownRun {
  /** What was shown and should not have been. */
  readonly faults: string[] = []
  private readonly states = new Map<string, Shown>()
  private readonly pictures = new Map<string, Picture>()
  /** The cursor at the end of each round. */
  private readonly ends = new Map<number, string>()
  private durable = 0

  /** A transaction is done. RUN-1: a round ends once. */
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

  /** What there is up to here outlives a crash. */
  synced(seq: number): void {
    this.durable = Math.max(this.durable, seq)
  }

  /** A crash: what was not durable has never been. */
  crashed(): void {
    for (const [round, end] of this.ends) {
      if ((parseCursor(end)?.seq ?? 0) > this.durable) this.ends.delete(round)
    }
  }

  /** RUN-1: an end is a round's. EV-9: with an id, what it shows is the run's state there. W-11: and that is durable. */
  check(client: RoomClient, event: RunEvent): void {
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
