import { expect } from 'vitest'

import type { RunId } from '../../src/protocol/ids.ts'
import type { JobView } from '../../src/protocol/run.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import { type StoredJob, storedJobs } from './stored-jobs.ts'
import type { User } from './user.ts'
import type { Truth, Witness } from './witness.ts'

type Case = {
  readonly stack: { readonly data: string }
  readonly user: User
  readonly run_id: RunId
  readonly witnesses: readonly Witness[]
  /** The jobs that the sites hold. */
  readonly expected: number
}

/** A run at rest: what is not as it should be, named one by one. */
export type Rest = {
  readonly jobs: readonly JobView[]
  readonly lost: readonly string[]
  readonly failed: readonly string[]
  /** What took effect more than once: rows beyond one a job, and what was not new in a first run. */
  readonly twice: readonly string[]
  readonly gaps: readonly string[]
}

/** Waits until a run is at rest, in Postgres as well, and says what it looks like. */
export async function restOf({ stack, user, run_id, witnesses, expected }: Case): Promise<Rest> {
  await Promise.all(witnesses.map((witness) => witness.ended()))
  const jobs = await user.jobs(run_id)
  const view = await user.view(run_id)
  const stored = async () => ordered(await storedJobs(stack, run_id))
  // The checkpoint follows the end.
  await expect.poll(stored, { timeout: 30_000 }).toEqual(ordered(jobs.map(storedForm)))
  const truth: Truth = {
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
    gaps: witnesses.flatMap((witness) => witness.gaps(truth)),
  }
}

/** What a scenario must come to. */
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
