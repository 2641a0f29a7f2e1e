import { describe, expect, it } from 'vitest'

import { LINES_MAX, noLog, type RunLog, withEvent } from '../../src/client/react/run-log.ts'
import type { RunEvent } from '../../src/protocol/events.ts'

function line(seq: number): RunEvent {
  const data = { seq, ts: '2026-01-01T00:00:00Z', level: 'info', message: 'm' } as const
  return { event: 'log', data }
}

function logOf(events: readonly RunEvent[], from = noLog): RunLog {
  return events.reduce(withEvent, from)
}

const seqs = ({ lines }: RunLog) => lines.map(({ seq }) => seq)

describe('a run’s log (EV-7)', () => {
  it('has each line once, even if lines are sent again', () => {
    const log = logOf([line(1), line(2), line(1), line(2), line(3)])
    expect(seqs(log)).toEqual([1, 2, 3])
    expect(log.known).toBe(3)
  })

  it('counts the lines that were dropped, and stays the same object when an event brings no new line', () => {
    const log = logOf([line(1), { event: 'log', data: { dropped: 4, after: 1 } }])
    expect(log).toMatchObject({ known: 5 })
    expect(logOf([line(1), { event: 'status', data: 'ingesting' }], log)).toBe(log)
    expect(seqs(logOf([line(6)], log))).toEqual([1, 6])
  })

  it('keeps the newest lines', () => {
    const log = logOf(Array.from({ length: LINES_MAX + 7 }, (_, i) => line(i + 1)))
    expect(log.lines).toHaveLength(LINES_MAX)
    expect(seqs(log).at(0)).toBe(8)
  })
})
