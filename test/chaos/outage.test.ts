import { afterAll, beforeAll, expect, test } from 'vitest'

import { layOutWorker } from '../../scripts/worker/code.ts'
import { Settings } from '../../src/settings.ts'
import { long, note } from '../support/chaos-figures.ts'
import { ChaosStack } from '../support/chaos-stack.ts'
import { outage } from '../support/outage.ts'
import { WHOLE } from '../support/rest.ts'
import { User } from '../support/user.ts'

const COMPANIES = 20
const POSTINGS = long ? 50 : 20
const OUTAGE_MS = long ? 60_000 : 6_000
const FINISHED_WITHIN_MS = 90_000

/** Small windows, so that plans and flights of each kind meet the outage. */
const windows = long ? { window_plans: 5, window_jobs: 100 } : { window_plans: 3, window_jobs: 60 }
const settings = long ? windows : { ...windows, probe_ms: 1_000, renew_ms: 500 }
const PROBE_MS = Settings.parse(settings).probe_ms

let stack: ChaosStack

beforeAll(async () => {
  const sites = { companies: COMPANIES, postings: POSTINGS, latency_ms: 20 }
  stack = await ChaosStack.start({
    worker: (data) => layOutWorker(data),
    settings,
    sites: { ...sites, kinds: ['greenhouse', 'site'] },
  })
})

afterAll(() => stack?.close())

test('DB-3, EV-6, EV-7: an outage of Postgres in the middle of a run costs the run only time', async () => {
  const since = performance.now()
  const user = await User.of(stack, 'alice')
  const jobs = COMPANIES * POSTINGS
  const { rest, ...came } = await outage({ stack, user, outage_ms: OUTAGE_MS, jobs })
  const { cuts, fetched_twice, finished_ms, told } = came
  const happened = `away ${OUTAGE_MS / 1_000} s, ${cuts} commits unanswered, ${fetched_twice.length} fetched twice, finished ${finished_ms} ms after its return`
  note({ scenario: 3, title: 'Postgres away', happened, since }, rest)
  expect(rest).toMatchObject(WHOLE)
  expect(fetched_twice).toEqual([])
  expect(finished_ms).toBeLessThan(FINISHED_WITHIN_MS)
  expect(told).toMatchObject({
    code: 'database_away',
    since: expect.any(String),
    groups: expect.any(Number),
  })
  expect(came.lines).toEqual([
    'Postgres cannot be reached. Workers keep their results, and no new work is sent out.',
    expect.stringMatching(/^Postgres answers again after \d+ s\.$/),
  ])
  expect(came.connections).toBe(1)
  expect(cuts).toBeGreaterThan(1)
  expect(came.back_ms).toBeLessThan(3 * PROBE_MS)
})
