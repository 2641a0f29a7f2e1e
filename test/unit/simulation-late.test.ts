import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { lateHistories } from '../support/sim/histories.ts'
import { live, seed } from '../support/sim/life.ts'
import { holdTime } from '../support/sim/time.ts'

const numRuns = Number(process.env['RUNCAST_RUNS'] ?? 400)

holdTime()

it('JOB-1, JOB-2, JOB-4: consumers that lose Postgres and come too late change nothing', async () => {
  let refused = 0
  await fc.assert(
    fc.asyncProperty(lateHistories, async (history) => {
      refused += (await live(history)).database.refused
    }),
    { seed, numRuns },
  )
  expect(refused).toBeGreaterThan(0)
}, 300_000)
