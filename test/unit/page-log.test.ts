import { describe, expect, it } from 'vitest'

import type { RunLog } from '../../src/client/react.ts'
import type { LogLine } from '../../src/protocol/log.ts'
import {
  entriesOf,
  LINES_MAX,
  type LogEntry,
  nextPage,
  noneRead,
  withPage,
} from '../../web/run/log-entries.ts'

function lines(from: number, to: number): LogLine[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    seq: from + i,
    ts: '2026-01-01T00:00:00Z',
    level: 'info',
    message: 'm',
  }))
}

function shape(entries: readonly LogEntry[]): string[] {
  return entries.map((one) => ('seq' in one ? `${one.seq}` : `${one.dropped} after ${one.after}`))
}

const log = (all: readonly LogLine[], known: number): RunLog => ({ lines: all, known })

describe('the lines of a run’s log on the page (EV-7)', () => {
  it('show gaps before, between and after them', () => {
    const known = log([...lines(3, 4), ...lines(7, 7)], 9)
    expect(shape(entriesOf(known, noneRead))).toEqual([
      '2 after 0',
      '3',
      '4',
      '2 after 4',
      '7',
      '2 after 7',
    ])
  })

  it('are completed by the missing ones that are read, the newest first', () => {
    const known = log(lines(1, 2), 300)
    const page = nextPage({ dropped: 298, after: 2 })
    expect(page).toEqual({ after: 100, limit: 200 })
    const entries = entriesOf(known, withPage(noneRead, page, lines(101, 300)))
    expect(shape(entries.slice(0, 4))).toEqual(['1', '2', '98 after 2', '101'])
    expect(entries.at(-1)).toMatchObject({ seq: 300 })
  })

  it('offer no missing lines if the server does not have them any more', () => {
    const known = log(lines(300, 301), 301)
    const page = nextPage({ dropped: 299, after: 0 })
    expect(page).toEqual({ after: 99, limit: 200 })
    const some = withPage(noneRead, page, lines(250, 299))
    expect(shape(entriesOf(known, some)).at(0)).toBe('250')
    expect(shape(entriesOf(known, withPage(noneRead, page, [])))).toEqual(['300', '301'])
  })

  it('are the newest ones, in order and each once, without an offer of the dropped ones', () => {
    const read = withPage(noneRead, { after: 0, limit: 300 }, lines(1, 300))
    const entries = entriesOf(log(lines(200, 699), 699), read)
    expect(entries).toHaveLength(LINES_MAX)
    expect(shape(entries).at(0)).toBe('200')
    expect(shape(entries).at(-1)).toBe('699')
  })
})
