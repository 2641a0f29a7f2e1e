import { array, assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { WatchedJob } from '../../src/protocol/fold.ts'
import type { LogLine } from '../../src/protocol/log.ts'
import type { GroupStatus, JobStatus } from '../../src/protocol/status.ts'
import {
  binRows,
  percentIn,
  spanIn,
  spanText,
  type TimelineRow,
  timelineRows,
} from '../../web/run/timeline-rows.ts'

const START = Date.parse('2026-11-30T10:00:00Z')

function at(seconds: number): string {
  return new Date(START + seconds * 1_000).toISOString()
}

function line(seconds: number, part: Partial<LogLine>): LogLine {
  return { seq: seconds, ts: at(seconds), level: 'info', message: '', ...part }
}

function rowOf(group: GroupStatus, jobs: readonly JobStatus[], lines: readonly LogLine[]) {
  const entries = jobs.map((status, n): [string, WatchedJob] => [
    `${n}`,
    { external_id: `${n}`, title: '', status },
  ])
  const run = {
    groups: new Map([['a', { title: 'Acme', status: group, found: 0 }]]),
    jobs: new Map([['a', new Map(entries)]]),
  }
  const [row] = timelineRows({ run, lines, from: START, until: START + 60_000 })
  return row
}

describe('the row of a group in the timeline', () => {
  it('has when its list was read, when its work ended, and what failed', () => {
    const lines = [
      line(1, { message: 'The run is initializing.' }),
      line(2, { group: 'a', level: 'warn' }),
      line(5, { group: 'a' }),
      line(9, { group: 'a', level: 'error', external_id: '0' }),
      line(12, { group: 'a' }),
      line(40, { group: 'b' }),
    ]
    expect(rowOf('closed', ['failed', 'ready'], lines)).toMatchObject({
      title: 'Acme',
      readings: [],
      read: 5_000,
      end: 12_000,
      isOpen: false,
      failures: [9_000],
    })
  })

  it('has the span of each attempt to read its list', () => {
    const lines = [
      line(3, { group: 'a', level: 'warn', since: at(1) }),
      line(9, { group: 'a', since: at(7) }),
    ]
    expect(rowOf('closed', ['ready'], lines)).toMatchObject({
      readings: [
        { from: 1_000, to: 3_000 },
        { from: 7_000, to: 9_000 },
      ],
      read: 9_000,
    })
  })

  it('goes on to the end of the picture while a job is open', () => {
    const row = rowOf('closed', ['ready', 'pending'], [line(5, { group: 'a' })])
    expect(row).toMatchObject({ read: 5_000, end: 60_000, isOpen: true })
  })

  it('has no time of a list that was not read', () => {
    expect(rowOf('waiting', [], [line(2, { group: 'a', level: 'warn' })])?.read).toBeUndefined()
    expect(rowOf('aborted', [], [])).toMatchObject({ read: undefined, end: 60_000, isOpen: false })
  })

  it('begins at the start where the clock of a worker was behind', () => {
    expect(rowOf('closed', ['ready'], [line(-3, { group: 'a' })])?.read).toBe(0)
  })
})

const row = (read: number): TimelineRow => ({
  key: `${read}`,
  title: `${read}`,
  group: `${read}`,
  groups: 1,
  readings: [{ from: read - 3, to: read }],
  read,
  end: read + 1,
  isOpen: false,
  failures: [read],
})

it('rows share the picture, and no group and no failure is left out', () => {
  assert(
    property(
      array(integer({ min: 0, max: 1_000 })),
      integer({ min: 1, max: 30 }),
      (times, most) => {
        const rows = times.map(row)
        const bins = binRows(rows, most)
        expect(bins.length).toBeLessThanOrEqual(most)
        expect(bins.reduce((sum, { groups }) => sum + groups, 0)).toBe(rows.length)
        expect(bins.flatMap(({ failures }) => failures)).toHaveLength(rows.length)
        for (const { readings } of bins)
          for (const [n, { to }] of readings.entries())
            expect(to).toBeLessThan(readings[n + 1]?.from ?? Infinity)
        const shown = bins.flatMap(({ readings }) => readings)
        const isShown = (time: number) => shown.some(({ from, to }) => from <= time && time <= to)
        expect(times.every((time) => isShown(time) && isShown(time - 3))).toBe(true)
      },
    ),
  )
})

describe('the shown part of the time', () => {
  it.each(['', 'x', '5-2', '70-80', '3', '1-2-3', '-1-4', '4-4'])(
    'is the whole run for “%s”',
    (text) => {
      expect(spanIn(text, 60_000)).toEqual({ from: 0, to: 60_000 })
    },
  )

  it('is read from the address as it was written', () => {
    const span = { from: 1_200, to: 40_500 }
    expect(spanIn(spanText(span), 60_000)).toEqual(span)
    expect(spanIn('30-999', 60_000)).toEqual({ from: 30_000, to: 60_000 })
    expect(percentIn(span, 1_000)).toBe(0)
    expect(percentIn(span, 20_850)).toBe(50)
    expect(percentIn(span, 90_000)).toBe(100)
  })
})
