import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readSettings } from '../../src/settings.ts'
import type { Caller } from '../support/host-callers.ts'
import { HostCallers, LOST_MS } from '../support/host-callers.ts'

const seeded = { seed: 20_261_122, numRuns: 400 }
const begin = 1_800_000_000_000
const interval = 1_000
const patient: Caller = { comes: begin, takes: 500, lates: [0], patience: Infinity }

function gather(callers: readonly Caller[], at_once = 2): HostCallers {
  const settings = readSettings(
    JSON.stringify({ host_interval_ms: interval, host_at_once: at_once }),
  )
  const host = new HostCallers(callers, settings)
  host.run(100 * callers.length)
  return host
}

function gaps({ starts }: HostCallers): number[] {
  return starts.slice(1).map((start, i) => start - (starts[i] ?? 0))
}

const caller = (late: number): fc.Arbitrary<Caller> =>
  fc.record({
    comes: fc.integer({ min: begin, max: begin + 30_000 }),
    takes: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 10_000 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    lates: fc.array(fc.integer({ min: 0, max: late }), { minLength: 1, maxLength: 5 }),
    patience: fc.oneof(
      { weight: 9, arbitrary: fc.constant(Infinity) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
    ),
  })

const crowd = fc.record({
  at_once: fc.integer({ min: 1, max: 3 }),
  callers: fc
    .constantFrom(0, 50, 700, 3_000)
    .chain((late) => fc.array(caller(late), { minLength: 1, maxLength: 40 })),
})

describe('callers of one host', () => {
  it.each([2, 100, 1_000])('%i who come at once are done in as many intervals', (count) => {
    const host = gather(Array.from({ length: count }, () => ({ ...patient })))
    expect(host.served.size).toBe(count)
    expect(gaps(host)).toEqual(Array.from({ length: count - 1 }, () => interval))
    expect(host.calls).toBeLessThanOrEqual(2 * count)
  })

  it('that do not fit into an hour are told to come back in an hour, and are served as fast', () => {
    const host = gather(Array.from({ length: 5_000 }, () => ({ ...patient })))
    expect(gaps(host)).toEqual(Array.from({ length: 4_999 }, () => interval))
    expect(host.calls).toBeLessThanOrEqual(3 * 5_000)
  })

  it('wait for slow answers without frequent requests', () => {
    const host = gather(Array.from({ length: 200 }, () => ({ ...patient, takes: 5_000 })))
    expect(host.served.size).toBe(200)
    expect(host.starts.at(-1)).toBeLessThan(begin + 1.2 * 200 * 2_500)
    expect(host.calls).toBeLessThan(6 * 200)
  })

  it('that come a little late keep their place in the line', () => {
    const host = gather(Array.from({ length: 200 }, (_, i) => ({ ...patient, lates: [i % 60] })))
    expect(host.starts.at(-1)).toBeLessThan(begin + 1.25 * 200 * interval)
    expect(host.calls).toBeLessThan(4 * 200)
  })

  it('keep the pace and the limit, and all that come back are served, in any order', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(crowd, ({ at_once, callers }) => {
        const host = gather(callers, at_once)
        expect(gaps(host).filter((gap) => gap < interval)).toEqual([])
        expect(host.most).toBeLessThanOrEqual(at_once)
        const waiting = callers.filter(({ patience }) => patience === Infinity)
        expect(waiting.filter((one) => !host.served.has(one))).toEqual([])
        const times = callers.map(({ takes }) => takes ?? LOST_MS)
        const work = times.reduce((sum, time) => sum + time, 0) / at_once + Math.max(...times)
        const late = Math.max(...callers.flatMap(({ lates }) => lates))
        const bound = begin + 30_000 + callers.length * (interval + late) + work
        expect(host.starts.at(-1) ?? 0).toBeLessThanOrEqual(bound)
      }),
      seeded,
    )
  })
})
