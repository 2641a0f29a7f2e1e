import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { flightConsumer, reports } from '../support/flight-consumer.ts'
import { consumerOf, found, lease, type Plan } from '../support/plan-consumer.ts'
import { flightOf, planGrant } from '../support/stub-run.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

const reason = {
  code: 'pipeline_unknown',
  message: 'This version of the Worker has no pipeline laundry.',
}

it('a plan of a pipeline that this version lacks is given back with the reason', async () => {
  const plan = vi.fn<Plan>(async function* () {
    yield found('x')
  })
  const granted = { ...planGrant, pipeline: 'laundry' }
  const { consume, calls } = consumerOf(plan, { claimPlan: async () => granted })
  await consume()
  expect(calls.slice(1)).toEqual([
    ['releasePlan', { ...lease, lines: [], took_ms: 0, until: 10_000, waits: reason }],
  ])
  expect(plan).not.toHaveBeenCalled()
})

it('so are the jobs of its flights, at no cost for their budgets', async () => {
  const granted = { ...flightOf(2), pipeline: 'laundry' }
  const { consume, calls, lines } = flightConsumer(2, {}, { claim: async () => granted })
  await consume()
  const waiting = { attempt: 1, kind: 'waiting', until: 10_000, reason }
  expect(reports(calls)).toMatchObject([
    {
      flight: 7,
      rows: [
        { n: 0, ...waiting },
        { n: 1, ...waiting },
      ],
      last: true,
    },
  ])
  expect(lines).toMatchObject([['error', 'a flight was given back', { reason: reason.message }]])
})
