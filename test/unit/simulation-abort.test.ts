import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { seed } from '../support/sim/life.ts'
import { diceOf, race, winner } from '../support/sim/race.ts'
import { comeToRest } from '../support/sim/rest.ts'
import { holdTime } from '../support/sim/time.ts'
import { World } from '../support/sim/world.ts'

const numRuns = Number(process.env['RUNCAST_RUNS'] ?? 350)

holdTime()

const races = fc.record({
  jobs: fc.integer({ min: 1, max: 5 }),
  open: fc.nat({ max: 2 }),
  dice: fc.nat(),
  zombies: fc.constantFrom('first' as const, 'last' as const),
})

it('RUN-1, RUN-2: exactly one of an abort and the finish wins their race, everywhere', async () => {
  const wins = { abort: 0, finish: 0 }
  let told = 0
  await fc.assert(
    fc.asyncProperty(races, async ({ jobs, open, dice, zombies }) => {
      const world = new World({ listings: [jobs, 1], page_bytes: 400, archive_ms: 5_000 })
      world.watchers.join(0)
      world.watchers.join(1)
      await race(world, open, diceOf(dice))
      await comeToRest(world, zombies)
      wins[winner(world)] += 1
      told += world.aborted.length
    }),
    { seed, numRuns },
  )
  // Each of them won often enough, and most of the callers got an answer.
  expect(wins.abort).toBeGreaterThan(numRuns / 10)
  expect(wins.finish).toBeGreaterThan(numRuns / 10)
  expect(told).toBeGreaterThan(numRuns)
}, 300_000)
