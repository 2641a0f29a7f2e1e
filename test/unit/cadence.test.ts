import { describe, expect, it } from 'vitest'

import { Cadence } from '../../src/durable/watch/ticks.ts'

describe('W-2: the reports of workers', () => {
  it('come shortly before the tick after the one that shows the last report', () => {
    const cadence = new Cadence()
    expect(cadence.nextIn({ now: 1_000, tick: 1_000, period: 100 })).toBe(70)
    expect(cadence.nextIn({ now: 1_072, tick: 1_100, period: 100 })).toBe(98)
  })

  it('all come before one tick, whenever each came last', () => {
    const cadence = new Cadence()
    const told = [0, 10, 25, 49].map((ms) => {
      return ms + cadence.nextIn({ now: ms, tick: ms + 5, period: 100 })
    })
    expect(told).toEqual([75, 75, 75, 75])
    // A report that came too shortly before this tick comes before the next one.
    expect(60 + cadence.nextIn({ now: 60, tick: 105, period: 100 })).toBe(175)
  })

  it('always have a pause between them', () => {
    const cadence = new Cadence()
    expect(cadence.nextIn({ now: 0, tick: 0, period: 20 })).toBe(5)
  })

  it('go out together as soon as the last one has come', () => {
    const cadence = new Cadence()
    for (let i = 0; i < 3; i += 1) cadence.nextIn({ now: 0, tick: 0, period: 100 })
    for (const now of [70, 75, 80]) {
      expect(cadence.earliest(now)).toBe(100)
      cadence.nextIn({ now, tick: 100, period: 100 })
    }
    expect(cadence.earliest(80)).toBe(80)
  })

  it('wait only up to their tick, and do not wait at other times', () => {
    const cadence = new Cadence()
    expect(cadence.earliest(0)).toBe(0)
    for (let i = 0; i < 2; i += 1) cadence.nextIn({ now: 0, tick: 0, period: 100 })
    expect(cadence.earliest(69)).toBe(69)
    expect(cadence.earliest(70)).toBe(100)
    cadence.nextIn({ now: 80, tick: 100, period: 100 })
    expect(cadence.earliest(99)).toBe(100)
    expect(cadence.earliest(101)).toBe(101)
  })

  it('take along everything that is due before them', () => {
    const cadence = new Cadence()
    expect(cadence.beside(40)).toBe(40)
    cadence.nextIn({ now: 0, tick: 0, period: 100 })
    expect([40, 99, 100, 120].map((due) => cadence.beside(due))).toEqual([100, 100, 100, 120])
  })
})
