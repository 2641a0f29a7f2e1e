import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { When } from '../../src/protocol/schedule.ts'
import { faultOf, shortestGap, slotsOf } from '../../src/slots.ts'

function cron(pattern: string, zone: string): When {
  return { kind: 'cron', cron: pattern, zone }
}

function firstSlots(when: When, from: string, count: number): string[] {
  const slots = slotsOf(when)
  const found: string[] = []
  for (let at = slots.next(Date.parse(from)); at !== undefined && found.length < count;) {
    found.push(new Date(at).toISOString().slice(0, 16))
    at = slots.next(at)
  }
  return found
}

describe('SCH-2: the hours of daylight saving', () => {
  it.each([
    ['Europe/Berlin', '02:30', '2027-03-27', ['27T01:30', '28T01:00', '29T00:30']],
    ['America/New_York', '02:30', '2027-03-13', ['13T07:30', '14T07:00', '15T06:30']],
    ['Australia/Lord_Howe', '02:15', '2027-10-01', ['01T15:45', '02T15:30', '03T15:15']],
  ])(
    '%s: a time that is left out comes at the first moment after it',
    (...[zone, at, day, slots]) => {
      const found = firstSlots({ kind: 'daily', at, zone }, `${day}T00:00:00Z`, 3)
      expect(found).toEqual(slots.map((slot) => `${day.slice(0, 8)}${slot}`))
    },
  )

  it.each([
    ['Europe/Berlin', '02:30', '2027-10-30', ['10-30T00:30', '10-31T00:30', '11-01T01:30']],
    ['America/New_York', '01:30', '2027-11-06', ['11-06T05:30', '11-07T05:30', '11-08T06:30']],
    ['Australia/Lord_Howe', '01:45', '2027-04-02', ['04-02T14:45', '04-03T14:45', '04-04T15:15']],
  ])('%s: a time that comes twice has one slot', (...[zone, at, day, slots]) => {
    const found = firstSlots({ kind: 'daily', at, zone }, `${day}T00:00:00Z`, 3)
    expect(found).toEqual(slots.map((slot) => `2027-${slot}`))
  })

  it('a pattern of every half hour goes on by the real time', () => {
    expect(firstSlots(cron('*/30 * * * *', 'Europe/Berlin'), '2027-10-31T00:00:00Z', 4)).toEqual([
      '2027-10-31T00:30',
      '2027-10-31T01:00',
      '2027-10-31T01:30',
      '2027-10-31T02:00',
    ])
  })
})

const DAY = 86_400_000
const START = Date.parse('2027-01-01T00:00:00Z')

it('SCH-2: the slots before a time are those that came after the times before it', () => {
  const whens = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'].flatMap((zone) => [
    ...['30 2 * * *', '*/30 * * * *', '0,30 1,2,3 * * *', '45 1 * * 0'].map((one) =>
      cron(one, zone),
    ),
    { kind: 'daily', at: '02:15', zone } as const,
    { kind: 'every', minutes: 7 } as const,
  ])
  const walk = fc.record({
    when: fc.constantFrom(...whens),
    // Around the changes of the clocks, and anywhere else.
    from: fc.oneof(
      fc.constantFrom(86, 303, 72, 310, 93, 275).map((day) => START + day * DAY),
      fc.integer({ min: START, max: START + 365 * DAY }),
    ),
  })
  fc.assert(
    fc.property(walk, ({ when, from }) => {
      const slots = slotsOf(when)
      const all: number[] = []
      for (let at = slots.next(from); at !== undefined && all.length < 12; at = slots.next(at)) {
        expect(at).toBeGreaterThanOrEqual((all.at(-1) ?? at - 60_000) + 60_000)
        all.push(at)
      }
      const last = all.at(-1) ?? 0
      expect(slots.last({ after: from, until: last, most: 100 })).toEqual(all)
      expect(slots.last({ after: from, until: last - 1, most: 3 })).toEqual(all.slice(-4, -1))
    }),
    { numRuns: 40 },
  )
})

it('names what is wrong with a pattern', () => {
  expect(faultOf(cron('61 * * * *', 'Europe/Berlin'), START)).toContain('minute')
  expect(faultOf(cron('0 0 31 2 *', 'Europe/Berlin'), START)).toBe('never comes due')
  expect(faultOf(cron('0 0 29 2 *', 'Europe/Berlin'), START)).toBeUndefined()
})

it('knows the shortest time between two slots', () => {
  expect(shortestGap(cron('0,5 3 * * *', 'Europe/Berlin'), START)).toBe(5 * 60_000)
  expect(shortestGap({ kind: 'every', minutes: 15 }, START)).toBe(15 * 60_000)
})
