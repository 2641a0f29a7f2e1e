import type { RunEvent } from '../../protocol/events.ts'
import type { LogLine } from '../../protocol/log.ts'
import { lastLine } from '../log-position.ts'

/** The newest lines of a run's log. `known`: the last line there is, be it only as dropped (EV-7). */
export type RunLog = { readonly lines: readonly LogLine[]; readonly known: number }

export const LINES_MAX = 500

export const noLog: RunLog = { lines: [], known: 0 }

/** The log after an event; the same one where the event says nothing new of it. */
export function withEvent(log: RunLog, event: RunEvent): RunLog {
  if (event.event !== 'log') return log
  const { data } = event
  const known = lastLine(event)
  if (known <= log.known) return log
  const lines = 'seq' in data ? [...log.lines, data].slice(-LINES_MAX) : log.lines
  return { lines, known }
}
