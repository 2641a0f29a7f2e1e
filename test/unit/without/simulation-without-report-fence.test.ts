import { expect, it, vi } from 'vitest'

import type * as jobState from '../../../src/durable/run/job-state.ts'
import { lateHistories } from '../../support/sim/histories.ts'
import { firstBroken } from '../../support/sim/life.ts'
import { holdTime } from '../../support/sim/time.ts'

vi.mock(import('../../../src/durable/run/job-state.ts'), async (load) => {
  const real = await load()
  const applyReport: typeof jobState.applyReport = (job, row, budget) =>
    real.applyReport(job, { ...row, attempt: job.attempt }, budget)
  return { ...real, applyReport }
})

holdTime()

it('JOB-2: the simulation finds that reports of any attempt are accepted', async () => {
  expect(await firstBroken({}, lateHistories)).toBe('fenced')
})
