import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Happening } from '../support/random-run.ts'
import { histories, RandomRun } from '../support/random-run.ts'
import { watchRun } from '../support/test-watch.ts'
import { WatchRoom } from '../support/watch-room.ts'

/** One thing that happens to those who watch. */
type Turn = { readonly kind: keyof typeof turns; readonly pick: number }

const turns = {
  pass: (_: WatchRoom, pick: number) => vi.advanceTimersByTimeAsync(pick * 7),
  passLong: (_: WatchRoom, pick: number) => vi.advanceTimersByTimeAsync(pick * 90),
  connect: (room: WatchRoom) => room.connect(),
  leave: (room: WatchRoom, pick: number) => room.leave(pick),
  resume: (room: WatchRoom, pick: number) => room.resume(pick),
  stall: (room: WatchRoom, pick: number) => room.stall(pick),
  drain: (room: WatchRoom, pick: number) => room.drain(pick),
  slowSync: (room: WatchRoom, pick: number) => room.slowSync(pick),
}

const kinds: Turn['kind'][] = [
  'pass',
  'passLong',
  'connect',
  'leave',
  'resume',
  'stall',
  'drain',
  'slowSync',
]

const steps = fc.record({
  groups: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: histories.map(({ happenings }): (Happening | Turn)[] => happenings.slice(0, 9)),
      },
      {
        weight: 4,
        arbitrary: fc
          .record({
            kind: fc.constantFrom(...kinds),
            pick: fc.nat({ max: 30 }),
          })
          .map((turn): (Happening | Turn)[] => [turn]),
      },
    ),
    { minLength: 5, maxLength: 30 },
  ),
})

function isTurn(step: Happening | Turn): step is Turn {
  return step.kind in turns
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('whoever watches a run, however slowly and with whatever cuts', () => {
  it('EV-8, W-1, W-3, W-4, W-8, W-11: is shown its state at each cursor, and one end', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async ({ groups, steps: taken }) => {
        const begun: { room?: WatchRoom; run?: RandomRun } = {}
        const { watch } = watchRun((changed) => {
          const run = new RandomRun(groups, {
            changed(jobs) {
              begun.room?.note()
              changed(jobs)
            },
          })
          begun.run = run
          return run.test
        })
        if (begun.run === undefined) throw new Error('no run')
        const { run } = begun
        const room = new WatchRoom(run, watch)
        begun.room = room
        for (const step of taken.flat()) {
          if (isTurn(step)) await turns[step.kind](room, step.pick)
          else run.happen(step)
        }
        expect(run.comeToRest()).toBe(true)
        room.connect()
        for (let i = 0; i < room.clients.length; i += 1) room.drain(i)
        await vi.advanceTimersByTimeAsync(5_000)
        for (const client of room.clients) {
          expect(client.picture()).toEqual(watch.picture())
          expect(client.closed).toBe(true)
        }
        expect(watch.watchers.size).toBe(0)
        expect(room.faults).toEqual([])
        expect(watch.errors).toEqual([])
        expect(vi.getTimerCount()).toBe(0)
      }),
      { seed: 20_261_122, numRuns: 150 },
    )
  })
})
