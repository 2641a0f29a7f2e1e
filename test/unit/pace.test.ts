import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { etaOf, observe, type Samples, rateOf } from '../../src/durable/run/progress.ts'
import type { Eta } from '../../src/protocol/events.ts'

/** Samples four times a second, with so many ended jobs each. */
function steady(seconds: number, jobs: (i: number) => number): Samples {
  let pace: Samples = []
  let done = 0
  for (let i = 0; i <= seconds * 4; i += 1) {
    pace = observe(pace, { at: 1_000 + i * 250, done })
    done += jobs(i)
  }
  return pace
}

function spread(eta: Eta | undefined): number {
  return eta === undefined ? NaN : eta.latest_s - eta.earliest_s
}

describe('EV-6: the rate of a run', () => {
  it('is the number of ended jobs a second, over the last half minute', () => {
    expect(rateOf(steady(10, () => 5))).toBe(20)
    // The run was fast for a minute, and then slow for a minute.
    expect(rateOf(steady(120, (i) => (i < 240 ? 50 : 1)))).toBeCloseTo(4)
  })

  it('keeps only the samples of half a minute', () => {
    expect(steady(600, () => 1).length).toBeLessThanOrEqual(122)
  })

  it('is unknown after less than a second, or if no job ends', () => {
    expect(rateOf([])).toBe(0)
    expect(etaOf([], 10)).toBeUndefined()
    expect(
      etaOf(
        steady(0.5, () => 5),
        10,
      ),
    ).toBeUndefined()
    expect(
      etaOf(
        steady(10, () => 0),
        10,
      ),
    ).toBeUndefined()
  })

  it('has no remaining time if no job remains', () => {
    expect(etaOf([], 0)).toEqual({ earliest_s: 0, likely_s: 0, latest_s: 0 })
  })

  it('has no spread if it is even, and more spread the more uneven it is', () => {
    expect(
      etaOf(
        steady(30, () => 5),
        200,
      ),
    ).toEqual({ earliest_s: 10, likely_s: 10, latest_s: 10 })
    const uneven = etaOf(
      steady(30, (i) => (i % 40 < 20 ? 7 : 3)),
      200,
    )
    const rough = etaOf(
      steady(30, (i) => (i % 40 < 20 ? 10 : 0)),
      200,
    )
    expect(spread(uneven)).toBeGreaterThan(0)
    expect(spread(rough)).toBeGreaterThan(spread(uneven))
  })

  it('has its likely end between the earliest and the latest, for any samples', () => {
    const paces = fc.array(fc.record({ wait: fc.nat(5_000), jobs: fc.nat(100) }), { maxLength: 60 })
    fc.assert(
      fc.property(paces, fc.integer({ min: 1, max: 100_000 }), (steps, remaining) => {
        let sample = { at: 0, done: 0 }
        let pace: Samples = []
        for (const { wait, jobs } of steps) {
          sample = { at: sample.at + wait, done: sample.done + jobs }
          pace = observe(pace, sample)
        }
        const eta = etaOf(pace, remaining)
        if (eta === undefined) return
        expect(eta.earliest_s).toBeGreaterThanOrEqual(0)
        expect(eta.likely_s).toBeGreaterThanOrEqual(eta.earliest_s)
        expect(eta.latest_s).toBeGreaterThanOrEqual(eta.likely_s)
        expect(eta.latest_s).toBeLessThan(Infinity)
      }),
    )
  })
})
