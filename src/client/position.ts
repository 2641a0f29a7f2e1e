import type { RunEvent } from '../protocol/events.ts'
import { isTerminalRun } from '../protocol/terminal.ts'

/**
 * The cursor after an event. A full state that comes in pages has its id on the last of them, and
 * what was held before is gone with the first: cut in between, it starts over (EV-4).
 */
export function cursorAfter(cursor: string | undefined, event: RunEvent): string | undefined {
  return event.id ?? (event.event === 'all_jobs' ? undefined : cursor)
}

/** The round's terminal status: nothing of it comes after. */
export function isLast(event: RunEvent): boolean {
  return event.event === 'status' && isTerminalRun(event.data)
}
