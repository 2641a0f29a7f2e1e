import { expect } from 'vitest'

import type { RunId } from '../../src/protocol/ids.ts'
import type { JobView } from '../../src/protocol/run.ts'
import type { Follower } from './follower.ts'
import { storedJobs } from './stored-jobs.ts'
import type { User } from './user.ts'

/** The number of postings of the twenty sample companies. */
export const ALL_JOBS = 1_000

const ALL_NEW = {
  total: ALL_JOBS,
  ready: ALL_JOBS,
  failed: 0,
  skipped: 0,
  aborted: 0,
  new: ALL_JOBS,
  changed: 0,
  unchanged: 0,
  gone: 0,
  groups_closed: 20,
  groups_failed: 0,
  group_counts: { total: 20, by_status: { closed: 20 } },
  failed_groups: [],
}

type WholeRun = {
  readonly stack: { readonly data: string }
  readonly user: User
  readonly run_id: RunId
  readonly follower: Follower
}

/**
 * Checks that a first run over all sample companies is complete. Each posting is `new` once, and the run's
 * object, Postgres and a watcher agree. Returns the object's jobs.
 */
export async function expectWhole(whole: WholeRun): Promise<JobView[]> {
  const { stack, user, run_id, follower } = whole
  await follower.ended
  const { status, snapshot } = await user.view(run_id)
  expect(status).toBe('finished')
  expect(snapshot).toEqual(ALL_NEW)

  const jobs = await user.jobs(run_id)
  expect(new Set(jobs.map(keyOf)).size).toBe(ALL_JOBS)
  expect(jobs.filter((job) => job.status !== 'ready' || job.outcome !== 'new')).toEqual([])
  const rows = jobs.map(({ group, external_id, title, attempt, outcome = null, status: at }) => {
    return { group, external_id, title, status: at, outcome, attempt }
  })
  await expect.poll(async () => byKey(await storedJobs(stack, run_id))).toEqual(byKey(rows))
  const postings = await user.postings()
  const stored = postings.map(({ company, external_id }) => `${company} ${external_id}`)
  expect(stored.toSorted()).toEqual(jobs.map(keyOf).toSorted())

  expect(follower.state.status).toBe('finished')
  expect(follower.picture()).toEqual(Object.fromEntries(jobs.map((job) => [keyOf(job), 'ready'])))
  const { seqs } = follower
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  return jobs
}

function keyOf(job: { readonly group: string; readonly external_id: string }): string {
  return `${job.group} ${job.external_id}`
}

function byKey<T extends Parameters<typeof keyOf>[0]>(jobs: readonly T[]): T[] {
  return jobs.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
