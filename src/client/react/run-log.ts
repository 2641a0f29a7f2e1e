import type { RunEvent } from '../../protocol/events.ts'
import type { LogLine } from '../../protocol/log.ts'
import { lastLineOf } from '../feed.ts'

/** The newest lines of a run's log. `known` is the last line's number, also where it was dropped (EV-7). */
export type RunLog = { readonly lines: readonly LogLine[]; readonly known: number }

export const LINES_MAX = 500

export const noLog: RunLog = { lines: [], known: 0 }

/** The log after an event. It is the same object where the event brings no new line. */
export function withEvent(log: RunLog, event: RunEvent): RunLog {
  if (event.event !== 'log') return log
  const { data } = event
  const known = lastLineOf(event)
  if (known <= log.known) return log
  const lines = 'seq' in data ? [...log.lines, data].slice(-LINES_MAX) : log.lines
  return { lines, known }
}
