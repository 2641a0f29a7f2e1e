import { hasWaiting, noSlots, type Slots, slotsCome } from './host-pace.ts'
import { noTrouble, type Trouble } from './host-trouble.ts'

/** A host's object keeps this for each owner, so that the backlog and the failures of one owner close the host to no other. */
export type OwnerLine = {
  readonly slots: Slots
  readonly last_start: number
  /** The failures of this owner's requests. */
  readonly trouble: Trouble
  /** The last time that one of the owner's callers came. */
  readonly seen: number
}

export type OwnerLines = Readonly<Record<string, OwnerLine>>

/** A line is forgotten so long after its last caller. */
const FORGOTTEN_MS = 2 * 3_600_000

const noLine: OwnerLine = { slots: noSlots, last_start: 0, trouble: noTrouble, seen: 0 }

export function lineOf(lines: OwnerLines, owner: string): OwnerLine {
  return Object.hasOwn(lines, owner) ? (lines[owner] ?? noLine) : noLine
}

/** Changes one owner's line, and forgets those of owners that have not come for long. */
export function withLine(
  lines: OwnerLines,
  owner: string,
  line: Partial<OwnerLine> & { readonly seen: number },
): OwnerLines {
  const kept = Object.entries(lines).filter(
    ([name, { seen }]) => name !== owner && seen > line.seen - FORGOTTEN_MS,
  )
  return Object.fromEntries([...kept, [owner, { ...lineOf(lines, owner), ...line }]])
}

type LineMoment = { readonly now: number; readonly interval_ms: number }

/** Counts the owners that share the host at this time: this owner, and the others whose callers wait. */
export function sharersOf(lines: OwnerLines, owner: string, now: number): number {
  return 1 + waitingOthers(lines, owner, now).length
}

/**
 * Until when an owner lets others go first: owners whose callers are due, and who had their last start before its own.
 * They have a turn each, and then it goes on, as their callers may be lost.
 */
export function yieldsUntil(lines: OwnerLines, owner: string, at: LineMoment): number {
  const { last_start } = lineOf(lines, owner)
  const first = waitingOthers(lines, owner, at.now).filter(
    (other) => other.last_start < last_start && slotsCome(other.slots, at) > 0,
  )
  return first.length === 0 ? 0 : last_start + (first.length + 1) * at.interval_ms
}

function waitingOthers(lines: OwnerLines, owner: string, now: number): readonly OwnerLine[] {
  return Object.entries(lines).flatMap(([name, line]) =>
    name !== owner && hasWaiting(line.slots, now) ? [line] : [],
  )
}
