import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  backoff,
  dueAction,
  hold,
  lease,
  nextWake,
  renew,
  send,
} from '../../src/durable/outbox/entry.ts'
import { chooseFlights, jobsInFlight, restingGroups } from '../../src/durable/run/flight-choice.ts'
import type { RunEntry } from '../../src/durable/run/run-outbox.ts'
import type { UndispatchedJobs } from '../../src/durable/run/store/run-store.ts'
import { Settings } from '../../src/settings.ts'

const times = Settings.parse({
  lease_ms: 15_000,
  unclaimed_ms: 10_000,
  unclaimed_max_ms: 300_000,
  backoff_ms: 1_000,
  backoff_max_ms: 60_000,
})

const fresh: RunEntry = {
  id: 1,
  subject: { kind: 'flight', group: 0, jobs: [0, 1] },
  state: 'held',
  due: 0,
  sends: 0,
  grant: 0,
  waits: null,
}

describe('an entry of the outbox', () => {
  it('JOB-3: that was sent and not claimed is due after waits that double up to a limit', () => {
    let entry = fresh
    const waits = Array.from({ length: 7 }, () => {
      entry = send(entry, 0, times)
      return entry.due
    })
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1_000))
  })

  it('never waits longer than the limit, however often it was sent', () => {
    expect(send({ ...fresh, sends: 5_000 }, 0, times).due).toBe(300_000)
  })

  it('JOB-1: has a new grant for each lease, and a renewal keeps it', () => {
    const first = lease(send(fresh, 0, times), 5, times)
    expect(first).toMatchObject({ state: 'leased', due: 15_005, grant: 1, sends: 0 })
    expect(renew(first, 100, times)).toEqual({ ...first, due: 15_100 })
    expect(lease(hold(first, 200), 200, times).grant).toBe(2)
  })

  it('JOB-3: that failed waits twice as long each time, up to a limit', () => {
    const waits = [0, 1, 2, 3, 7, 1_000].map((failures) => backoff(failures, times))
    expect(waits).toEqual([1_000, 1_000, 2_000, 4_000, 60_000, 60_000])
  })

  it('is handled when it is due, by its kind', () => {
    const due = { ...fresh, due: 10 }
    expect(dueAction(due, 9)).toBe('wait')
    expect(dueAction(due, 10)).toBe('send')
    expect(dueAction({ ...due, state: 'sent' }, 10)).toBe('send')
    expect(dueAction({ ...due, state: 'leased' }, 10)).toBe('lose')
  })
})

describe('the next wake', () => {
  it('is the earliest deadline, without entries that only wait for room', () => {
    expect(nextWake([], 0)).toBeUndefined()
    expect(nextWake([fresh], 0)).toBeUndefined()
    const later = { ...fresh, due: 70 }
    const leased = { ...fresh, state: 'leased', due: 90 } as const
    expect(nextWake([fresh, leased, later], 0)).toBe(70)
    expect(nextWake([fresh, leased], 0)).toBe(90)
    expect(nextWake([{ ...leased, due: 5 }], 50)).toBe(5)
  })
})

function flightOf(group: number): RunEntry['subject'] {
  return { kind: 'flight', group, jobs: [0] }
}

describe('the groups that wait', () => {
  it('are those with a flight that waits for something outside', () => {
    const waits = { code: 'host_pace', message: 'A request a second.' }
    const entries: RunEntry[] = [
      hold({ ...fresh, subject: flightOf(1) }, 50, waits),
      hold({ ...fresh, subject: flightOf(2) }, 50),
      send(hold({ ...fresh, subject: flightOf(3) }, 50, waits), 50, times),
      hold({ ...fresh, subject: { kind: 'plan', group: 4 } }, 50, waits),
    ]
    expect([...restingGroups(entries)]).toEqual([1])
  })
})

describe('the jobs in flight', () => {
  it('are counted by group, without the held ones', () => {
    const entries: RunEntry[] = [
      { ...fresh, state: 'sent' },
      { ...fresh, state: 'leased' },
      { ...fresh, state: 'held' },
      { ...fresh, state: 'sent', subject: { kind: 'flight', group: 3, jobs: [7] } },
      { ...fresh, state: 'sent', subject: { kind: 'plan', group: 3 } },
      { ...fresh, state: 'sent', subject: { kind: 'checkpoint' } },
    ]
    expect(Object.fromEntries(jobsInFlight(entries))).toEqual({ 0: 4, 3: 1 })
  })
})

const waiting = fc.uniqueArray(
  fc.record({
    group: fc.nat({ max: 30 }),
    from: fc.nat({ max: 50 }),
    count: fc.integer({ min: 1, max: 60 }),
    flight_jobs: fc.option(fc.integer({ min: 1, max: 10 })),
  }),
  { selector: ({ group }) => group, maxLength: 12 },
)

const limits = fc.record({
  flight_jobs: fc.integer({ min: 1, max: 10 }),
  room: fc.integer({ min: -5, max: 60 }),
})

const load = fc.dictionary(fc.nat({ max: 30 }).map(String), fc.nat({ max: 20 }))

describe('the choice of flights', () => {
  it('takes the jobs of each group in order, none twice, and none that does not exist', () => {
    fc.assert(
      fc.property(waiting, load, limits, (groups, flying, given) => {
        const pointers = new Map(groups.map(({ group, from }) => [group, from]))
        for (const { group, from, count, flight_jobs } of choose(groups, flying, given)) {
          expect(from).toBe(pointers.get(group))
          expect(count).toBeGreaterThan(0)
          expect(count).toBeLessThanOrEqual(flight_jobs ?? given.flight_jobs)
          pointers.set(group, from + count)
        }
        for (const { group, from, count } of groups) {
          expect(pointers.get(group)).toBeLessThanOrEqual(from + count)
        }
      }),
    )
  })

  it('fills the window, and exceeds it by less than one flight', () => {
    fc.assert(
      fc.property(waiting, load, limits, (groups, flying, given) => {
        const chosen = sum(choose(groups, flying, given).map(({ count }) => count))
        const there = sum(groups.map(({ count }) => count))
        expect(chosen).toBeGreaterThanOrEqual(Math.min(there, given.room))
        expect(chosen).toBeLessThan(Math.max(1, given.room + Math.max(10, given.flight_jobs)))
      }),
    )
  })

  it('is fair: no waiting group has less in flight than another group has got', () => {
    fc.assert(
      fc.property(waiting, load, limits, (groups, flying, given) => {
        const carried = new Map(toMap(flying))
        const left = new Map(groups.map(({ group, count }) => [group, count]))
        for (const { group, count } of choose(groups, flying, given)) {
          const mine = carried.get(group) ?? 0
          const others = [...left].filter(([, open]) => open > 0).map(([other]) => other)
          expect(others.filter((other) => (carried.get(other) ?? 0) < mine)).toEqual([])
          carried.set(group, mine + count)
          left.set(group, (left.get(group) ?? 0) - count)
        }
      }),
    )
  })

  it('starves no group: many large ones share a window that has room for few', () => {
    const flight_jobs = 100
    const found = new Map(Array.from({ length: 40 }, (_, group) => [group, 10_000]))
    const dispatched = new Map<number, number>()
    const flying: UndispatchedJobs[] = []
    const turn = (room: number): void => {
      const open = [...found].map(([group, count]) => {
        const from = dispatched.get(group) ?? 0
        return { group, from, count: count - from, flight_jobs: null }
      })
      const flown = Map.groupBy(flying, ({ group }) => group)
      const carried = new Map([...flown].map(countOf))
      for (const flight of chooseFlights(open, carried, { flight_jobs, room })) {
        flying.push(flight)
        dispatched.set(flight.group, flight.from + flight.count)
      }
    }
    turn(2_000)
    // Each flight comes back as soon as possible, the oldest first.
    for (let i = 0; i < 60; i += 1) {
      flying.shift()
      turn(flight_jobs)
    }
    const shares = [...found.keys()].map((group) => dispatched.get(group) ?? 0)
    expect(Math.min(...shares)).toBeGreaterThan(0)
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(flight_jobs)
  })
})

function choose(
  groups: UndispatchedJobs[],
  flying: Record<string, number>,
  given: Limits,
): UndispatchedJobs[] {
  return chooseFlights(groups, toMap(flying), given)
}

type Limits = { flight_jobs: number; room: number }

function countOf([group, flights]: [number, UndispatchedJobs[]]): [number, number] {
  return [group, sum(flights.map(({ count }) => count))]
}

function toMap(loads: Record<string, number>): ReadonlyMap<number, number> {
  return new Map(Object.entries(loads).map(([group, count]) => [Number(group), count]))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
