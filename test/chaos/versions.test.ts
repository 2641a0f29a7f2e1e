import { afterAll, beforeAll, expect, test } from 'vitest'

import { applyMigrations } from '../../scripts/database/migrations.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { long, note } from '../support/chaos-figures.ts'
import { ChaosStack } from '../support/chaos-stack.ts'
import { Follower } from '../support/follower.ts'
import { applyOlderMigrations, place, type Placement } from '../support/older-version.ts'
import { keyOf, restOf, WHOLE } from '../support/rest.ts'
import { storedJobs } from '../support/stored-jobs.ts'
import { User } from '../support/user.ts'
import { WatchChecker } from '../support/watch-checker.ts'

const COMPANIES = 20
const POSTINGS = long ? 50 : 25
const JOBS = COMPANIES * POSTINGS

/**
 * The versions during a deployment and during its rollback. Each phase begins when this share of the jobs
 * is done.
 */
const PHASES: readonly (Omit<Placement, 'settings'> & { readonly until: number })[] = [
  { until: 0.1, objects: 'older', worker: 'today' },
  { until: 0.4, objects: 'today', worker: 'older' },
  { until: 0.7, objects: 'today', worker: 'today' },
]

const TRANSPORTS = ['sse', 'socket', 'poll'] as const

const settings = long ? {} : { lease_ms: 2_000, renew_ms: 600, unclaimed_ms: 1_000 }

let stack: ChaosStack

beforeAll(async () => {
  stack = await ChaosStack.start({
    settings,
    sites: {
      companies: COMPANIES,
      postings: POSTINGS,
      content: 300,
      kinds: ['site', 'greenhouse'],
      latency_ms: [50, 500],
    },
    worker: (data) => place({ objects: 'older', worker: 'older', settings }, data),
    migrate: (url, data) => applyOlderMigrations(url, `${data}/migrations`),
  })
})

afterAll(() => stack?.close())

test('RUN-3, JOB-1, JOB-4, W-4, W-5, W-8: objects and Workers of different versions end a run together, migrations keep its rows, and every watcher goes on by itself', async () => {
  const since = performance.now()
  const user = await User.of(stack, 'alice')
  const run_id = await user.start()
  const follower = new Follower(user, run_id)
  const checkers = TRANSPORTS.map((transport) => new WatchChecker(user, run_id, transport))
  const done: number[] = []
  for (const { until, ...placement } of PHASES) {
    await follower.until((watched) => watched.done >= until * JOBS)
    done.push(follower.done)
    if (placement.worker === 'older') await expectNoPause(user, run_id)
    if (placement.worker === 'today') await migrateKeeping(run_id)
    await stack.replaceWorker(await place({ ...placement, settings }, stack.data))
  }
  expect(done.filter((jobs) => jobs >= JOBS)).toEqual([])
  const { jobs, ...rest } = await restOf({ stack, user, run_id, checkers, expected: JOBS })
  await follower.ended
  const happened = `older objects with today’s Worker after ${done[0]} jobs, the reverse after ${done[1]}, today’s alone after ${done[2]}`
  note({ scenario: 9, title: 'versions', happened, since }, rest)
  expect(rest).toEqual(WHOLE)
  expect(follower.picture()).toEqual(Object.fromEntries(jobs.map((job) => [keyOf(job), 'ready'])))
  expect(follower.seqs).toEqual(follower.seqs.toSorted((a, b) => a - b))
  expect(follower.connections).toBeGreaterThan(PHASES.length)
  for (const { line, broken } of checkers) {
    expect(line).toBeGreaterThan(COMPANIES)
    expect(broken).toBeGreaterThanOrEqual(PHASES.length)
  }
})

/** An object that is older than the Worker knows no pause. */
async function expectNoPause(user: User, run_id: RunId): Promise<void> {
  expect((await user.post(`/api/runs/${run_id}/pause`)).status).toBe(503)
}

/** Migrates to the newest schema, and checks that every row of the run is still there. */
async function migrateKeeping(run_id: RunId): Promise<void> {
  const before = await storedJobs(stack, run_id)
  await applyMigrations(stack.database)
  const after = new Set((await storedJobs(stack, run_id)).map(keyOf))
  expect(before.filter((job) => !after.has(keyOf(job)))).toEqual([])
}
