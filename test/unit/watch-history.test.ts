import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { viewRun } from '../../src/durable/run/run-views.ts'
import type { Action } from '../support/random-run.ts'
import { histories, RandomRun } from '../support/random-run.ts'
import { watchRun } from '../support/test-watch.ts'
import { WatchHarness } from '../support/watch-harness.ts'
import { pictureIn } from '../support/watched-picture.ts'

/** One step of the watchers' history. */
type Turn = { readonly kind: keyof typeof turns; readonly pick: number }

const turns = {
  pass: (_: WatchHarness, pick: number) => vi.advanceTimersByTimeAsync(pick * 7),
  passLong: (_: WatchHarness, pick: number) => vi.advanceTimersByTimeAsync(pick * 90),
  join: (room: WatchHarness, pick: number) => room.join(pick),
  leave: (room: WatchHarness, pick: number) => room.leave(pick),
  comeBack: (room: WatchHarness, pick: number) => room.comeBack(pick),
  change: (room: WatchHarness, pick: number) => room.change(pick),
  stall: (room: WatchHarness, pick: number) => room.stall(pick),
  drain: (room: WatchHarness, pick: number) => room.drain(pick),
  acknowledge: (room: WatchHarness, pick: number) => room.acknowledge(pick),
  slowSync: (room: WatchHarness, pick: number) => room.slowSync(pick),
  evict: (room: WatchHarness) => room.evict(),
}

const often: Turn['kind'][] = ['pass', 'passLong', 'join', 'comeBack', 'change', 'drain']
const seldom: Turn['kind'][] = ['leave', 'stall', 'acknowledge', 'slowSync', 'evict']

const turn = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...often) },
    { weight: 2, arbitrary: fc.constantFrom(...seldom) },
  ),
  pick: fc.nat({ max: 30 }),
})

const steps = fc.record({
  groups: fc.integer({ min: 1, max: 3 }),
  page_bytes: fc.constantFrom(120, 400, 200_000),
  buffer_bytes: fc.constantFrom(1, 300, 65_536),
  watchers_max: fc.constantFrom(1, 3, 2_000),
  steps: fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: histories.map(({ actions }): (Action | Turn)[] => actions.slice(0, 9)),
      },
      { weight: 5, arbitrary: turn.map((one): (Action | Turn)[] => [one]) },
    ),
    { minLength: 5, maxLength: 30, size: 'max' },
  ),
})

type History = typeof steps extends fc.Arbitrary<infer T> ? T : never

function isTurn(step: Action | Turn): step is Turn {
  return step.kind in turns
}

/** Makes a run by a history, with watchers. */
function enter({ groups, page_bytes, buffer_bytes, watchers_max }: History) {
  const begun: { room?: WatchHarness; run?: RandomRun } = {}
  const settings = { page_bytes, buffer_bytes, unacked_bytes: buffer_bytes, watchers_max }
  const { test, watch } = watchRun((changed) => {
    const run = new RandomRun(groups, {
      settings,
      changed(change) {
        begun.room?.note()
        changed(change)
      },
    })
    begun.run = run
    return run.test
  })
  if (begun.run === undefined) throw new Error('no run')
  const room = new WatchHarness(watch)
  begun.room = room
  return { run: begun.run, room, test, watch }
}

/** The seed of the histories. To replay a failure, set RUNCAST_SEED to the seed that it printed. */
const seed = Number(process.env['RUNCAST_SEED'] ?? 20_261_122)
const numRuns = Number(process.env['RUNCAST_RUNS'] ?? 700)

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a watcher, however slow, over any transport and with any cuts', () => {
  it(
    'RUN-1, EV-3, EV-4, EV-5, EV-6, EV-8, EV-9, W-1, W-3, W-4, W-5, W-8, W-11, W-13: has the state of the run at each cursor, and sees one end',
    { timeout: 120_000 },
    async () => {
      const seen = new Set<string>()
      await fc.assert(
        fc.asyncProperty(steps, async (history) => {
          const { run, room, test, watch } = enter(history)
          for (const step of history.steps.flat()) {
            if (isTurn(step)) await turns[step.kind](room, step.pick)
            else run.happen(step)
          }
          expect(run.comeToRest()).toBe(true)
          room.join(0)
          for (let i = 0; i < 200 && !room.clients.every((one) => room.isThrough(one)); i += 1) {
            room.gather()
            await vi.advanceTimersByTimeAsync(400)
          }
          const { details, ...due } = pictureIn(test)
          const { counts, snapshot } = viewRun(test.run, test.store)
          for (const client of room.clients) {
            const { details: told, ...shown } = client.picture()
            expect(shown).toEqual(due)
            expect(client.wanted.detail ? told : details).toEqual(details)
            const { progress, snapshot: last } = client.state
            expect(progress).toEqual({ counts, groups_open: 0, rate: 0 })
            expect(last).toEqual(snapshot)
          }
          expect(room.faults).toEqual([])
          expect(watch.errors).toEqual([])
          expect(watch.watchers.size).toBe(0)
          for (const name of room.seen) seen.add(name)
          if (room.clients.some(({ crowded }) => crowded)) seen.add('crowded')
          seen.add(`round ${test.run.round}`)
        }),
        { seed, numRuns },
      )
      const all = ['status', 'all_jobs', 'added', 'update', 'detail', 'groups', 'progress', 'log']
      const rounds = ['round 1', 'round 2', 'the next round']
      expect([...seen]).toEqual(
        expect.arrayContaining([...all, ...rounds, 'complete', 'crowded', 'sse', 'socket', 'poll']),
      )
    },
  )
})
