import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { histories } from '../support/sim/histories.ts'
import { live, seed } from '../support/sim/life.ts'
import { holdTime } from '../support/sim/time.ts'

const numRuns = Number(process.env['RUNCAST_RUNS'] ?? 1_000)

holdTime()

it('RUN-1, RUN-3, PLAN-1, JOB-1, JOB-4, W-3, W-4, W-11, Q-2, DB-2, DB-3: every promise is true after every step of any run, and every run comes to its end', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const world = await live(history)
      const { run, jobs } = world.look()
      seen.add(run.life.status).add(`round ${run.round}`)
      for (const { status, outcome } of jobs) seen.add(outcome ?? status)
      if (world.database.refused > 0) seen.add('a row that was late')
      for (const what of world.covered) seen.add(what)
    }),
    { seed, numRuns },
  )
  const rare = ['round 3', 'Postgres away', 'a row that was late', 'a start that was lost']
  const ends = ['finished', 'error', 'aborted', 'new', 'changed', 'unchanged', 'failed', 'skipped']
  expect([...seen]).toEqual(expect.arrayContaining([...ends, ...rare]))
}, 300_000)
