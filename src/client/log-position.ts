import type { RunEvent } from '../protocol/events.ts'

/** An event for the sake of its cursor. */
export const noChange: RunEvent = { event: 'update', data: {} }

type LogEvent = RunEvent & { readonly event: 'log' }

/** Up to which line a log is known after an event of it, be it only as dropped (EV-7). */
export function lastLine({ data }: LogEvent): number {
  return 'seq' in data ? data.seq : data.after + data.dropped
}

/**
 * The event, unless it repeats lines of the log, of which all up to `known` are: a frame that was cut is sent
 * again. What is left of one that does is its cursor.
 */
export function unrepeated(known: number, event: RunEvent): RunEvent | undefined {
  if (event.event !== 'log' || lastLine(event) > known) return event
  return event.id === undefined ? undefined : { ...noChange, id: event.id }
}
