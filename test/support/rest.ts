import { expect } from 'vitest'

import type { RunId } from '../../src/protocol/ids.ts'
import type { JobView } from '../../src/protocol/run.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import { type StoredJob, storedJobs } from './stored-jobs.ts'
import type { User } from './user.ts'
import type { FinalState, WatchChecker } from './watch-checker.ts'

type Case = {
  readonly stack: { readonly data: string }
  readonly user: User
  readonly run_id: RunId
  readonly checkers: readonly WatchChecker[]
  /** The number of jobs on the sites. */
  readonly expected: number
}

/** The outcome of a run at rest. The lists name everything that is wrong. */
export type Rest = {
  readonly jobs: readonly JobView[]
  readonly lost: readonly string[]
  readonly failed: readonly string[]
  /**
   * Everything that took effect more than once: a second row of a job, and a job of a first run that was
   * not new.
   */
  readonly twice: readonly string[]
  readonly gaps: readonly string[]
}

/** Waits until the run and Postgres have everything, and lists what is wrong. */
export async function restOf({ stack, user, run_id, checkers, expected }: Case): Promise<Rest> {
  await Promise.all(checkers.map((checker) => checker.ended()))
  const jobs = await user.jobs(run_id)
  const view = await user.view(run_id)
  const stored = async () => ordered(await storedJobs(stack, run_id))
  // The checkpoint comes after the end of the run.
  await expect.poll(stored).toEqual(ordered(jobs.map(storedForm)))
  const truth: FinalState = {
    view,
    jobs: Object.fromEntries(jobs.map((job) => [keyOf(job), job.status])),
  }
  const missing = Array.from({ length: expected - jobs.length }, () => 'a job that was never found')
  const open = jobs.filter(({ status }) => !isTerminalJob(status)).map(keyOf)
  const ready = jobs.filter(({ status }) => status === 'ready')
  const rows = [...(await stored()).map(keyOf), ...(await user.postings()).map(postingKey)]
  return {
    jobs,
    lost: [...missing, ...open],
    failed: jobs.filter(({ status }) => status === 'failed').map(keyOf),
    twice: [...repeated(rows), ...ready.filter(({ outcome }) => outcome !== 'new').map(keyOf)],
    gaps: checkers.flatMap((checker) => checker.gaps(truth)),
  }
}

/** The outcome that every scenario must have. */
export const WHOLE = { lost: [], failed: [], twice: [], gaps: [] }

type Key = { readonly group: string; readonly external_id: string }

export function keyOf({ group, external_id }: Key): string {
  return `${group} ${external_id}`
}

function postingKey({ company, external_id }: { company: string; external_id: string }): string {
  return `posting ${company} ${external_id}`
}

function storedForm({ group, external_id, title, status, attempt, ...job }: JobView): StoredJob {
  return { group, external_id, title, status, attempt, outcome: job.outcome ?? null }
}

function ordered<T extends Key>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function repeated(keys: readonly string[]): string[] {
  const seen = new Set<string>()
  return keys.filter((key) => seen.size === seen.add(key).size)
}
