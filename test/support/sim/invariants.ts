import { isHeldBack } from '../../../src/durable/run/admission.ts'
import type { Group } from '../../../src/durable/run/group-state.ts'
import { isPlanned } from '../../../src/durable/run/group-state.ts'
import type { Job } from '../../../src/durable/run/job-state.ts'
import { isOpen } from '../../../src/durable/run/job-state.ts'
import type { RunEntry } from '../../../src/durable/run/run-outbox.ts'
import { isEnded } from '../../../src/durable/run/run-state.ts'
import type { WatchedRun } from '../../../src/protocol/fold.ts'
import { type Counts, countGroups } from '../../../src/protocol/run.ts'
import { Outcome } from '../../../src/protocol/status.ts'
import { hurried } from '../random-run.ts'
import { STATUSES } from '../statuses.ts'
import type { Shown } from '../watched-picture.ts'
import { Broken, expectEqual, expectSame } from './broken.ts'
import { type Database, keyOf } from './database.ts'

/** RUN-4: the counts match the jobs and groups. */
export function checkCounts({ run, groups, jobs }: Shown): void {
  const { tally } = run
  const statuses = countBy(jobs.map(({ status }) => status))
  const outcomes = countBy(jobs.flatMap(({ outcome }) => outcome ?? []))
  const open = groups.filter((group) => !isPlanned(group)).length
  const closed = groups.filter(({ status }) => status === 'closed').length
  const failed = groups.filter(({ status }) => status === 'failed').length
  const { groups_open, groups_closed, groups_failed, groups_aborted = 0 } = tally
  for (const status of STATUSES)
    expectSame('counts', tally.jobs[status] ?? 0, statuses.get(status) ?? 0)
  for (const outcome of Outcome.options)
    expectSame('counts', tally.outcomes[outcome] ?? 0, outcomes.get(outcome) ?? 0)
  expectSame('counts', groups_open, open)
  expectSame('counts', groups_closed, closed)
  expectSame('counts', groups_failed, failed)
  expectSame('counts', groups_aborted, groups.length - open - closed - failed)
  expectSame(
    'counts',
    tally.gone ?? 0,
    groups.reduce((sum, { gone }) => sum + (gone ?? 0), 0),
  )
  for (const { key, status, reason } of groups) {
    if (status === 'failed' && reason?.code === 'aborted')
      throw new Broken('counts', `${key} has failed because of an abort alone`)
  }
}

/** RUN-4, EV-6: the snapshot at the end is complete, and every watcher has it. */
export function checkEnd({ run, groups }: Shown, told: readonly WatchedRun[]): void {
  if (!('snapshot' in run.life)) throw new Broken('rest', `it is ${run.life.status}`)
  const { snapshot } = run.life
  const { total, ready, failed, skipped, aborted } = snapshot
  expectSame('rest', total, ready + failed + skipped + aborted)
  expectEqual('rest', snapshot.group_counts, countGroups(groups))
  const { by_status = {} } = snapshot.group_counts ?? {}
  expectSame(
    'rest',
    groups.length,
    Object.values(by_status).reduce((sum, n) => sum + n, 0),
  )
  const jobs = Object.entries({ ready, failed, skipped, aborted }).filter(([, count]) => count > 0)
  const counts = { total, by_status: Object.fromEntries(jobs) }
  for (const { snapshot: seen, progress } of told) {
    expectEqual('rest', seen, snapshot)
    expectEqual('rest', sorted(progress?.counts), sorted(counts))
    expectSame('rest', progress?.groups_open ?? -1, 0)
  }
}

/** Puts counts into the order of the statuses, so that two of them can be compared. */
function sorted(counts: Counts | undefined): unknown {
  return counts && [counts.total, STATUSES.map((status) => counts.by_status[status] ?? 0)]
}

/**
 * JOB-1, PLAN-1: every open job and group is owed once, or waits for its first dispatch. An ended run owes
 * no work.
 */
export function checkOutbox({ run, groups, jobs }: Shown, entries: readonly RunEntry[]): void {
  const ended = isEnded(run)
  if (run.sliced?.kind === 'abort') return checkNoWork(entries)
  const flying = new Set<string>()
  const planned = new Set<number>()
  for (const { subject } of entries) {
    if (!('group' in subject)) continue
    if (ended) throw new Broken('owed', `an ended run owes a ${subject.kind}`)
    if (subject.kind === 'plan') once(planned, subject.group)
    else for (const n of subject.jobs) once(flying, `${subject.group}/${n}`)
  }
  for (const job of jobs) {
    const first = job.n >= (groups[job.group]?.dispatched ?? 0)
    if (isOpen(job) && !first && !flying.has(`${job.group}/${job.n}`))
      throw new Broken('owed', `job ${job.group}/${job.n} is abandoned`)
  }
  for (const group of groups) {
    const due = !isPlanned(group) && group.ord < run.plans_sent
    if (due !== planned.has(group.ord)) throw new Broken('owed', `the plan of ${group.key}`)
  }
  const open = isUnfinished({ run, groups, jobs })
  if (open === ended)
    throw new Broken('rounds', `${run.life.status} with ${open ? 'some' : 'none'} open`)
}

function isUnfinished({ run, groups, jobs }: Shown): boolean {
  return run.sliced !== undefined || jobs.some(isOpen) || groups.some((group) => !isPlanned(group))
}

/** RUN-2: an abort owes no work as soon as it is asked for, and ends the open jobs in slices. */
function checkNoWork(entries: readonly RunEntry[]): void {
  const work = entries.filter(({ subject }) => 'group' in subject)
  expectSame('owed', work.length, 0)
}

function once<T>(owed: Set<T>, what: T): void {
  if (owed.has(what)) throw new Broken('owed', `${String(what)} is owed twice`)
  owed.add(what)
}

/** While the object owes anything, its alarm is set, and not later than the first deadline. */
export function checkArmed(
  { run }: Shown,
  entries: readonly RunEntry[],
  { alarm, now }: { readonly alarm: number | null; readonly now: number },
): void {
  if (isEnded(run) && entries.length === 0) return
  const dues = entries.filter(({ state, due }) => state !== 'held' || due > now)
  const slice = run.sliced === undefined ? Infinity : now + hurried.backoff_ms
  const due = Math.max(now, Math.min(slice, ...dues.map((entry) => entry.due)))
  // A run that is held back has nothing to send before somebody lets it go on.
  if (due === Infinity && isHeldBack(run)) return
  if (alarm === null || alarm > due) throw new Broken('armed', `at ${alarm}, and due at ${due}`)
}

/**
 * Postgres is written before the object: every done job of the object is in Postgres with the same attempt,
 * and Postgres has no newer row.
 */
export function checkPostgres({ run, groups, jobs }: Shown, database: Database): void {
  let held = 0
  for (const job of jobs) {
    const key = keyOf({ group: groups[job.group]?.key ?? '', external_id: job.external_id })
    const row = database.jobs.get(key)
    if (row !== undefined) held += 1
    if ((row?.attempt ?? 0) > job.attempt)
      throw new Broken('postgres', `${key} has attempt ${row?.attempt} of ${job.attempt}`)
    if (job.status !== 'ready' && job.status !== 'skipped') continue
    if (row?.status !== job.status || row.outcome !== job.outcome || row.attempt !== job.attempt)
      throw new Broken('postgres', `${key}: ${JSON.stringify(row)} under ${JSON.stringify(job)}`)
  }
  if (held !== database.jobs.size) throw new Broken('postgres', 'a row of no job')
  if ((database.run?.seq ?? 0) > run.seq) throw new Broken('postgres', 'a run of the future')
}

/** Postgres has everything that the object has deleted. */
export function checkArchived({ run, jobs }: Shown, database: Database): void {
  expectSame('postgres', database.run?.seq ?? 0, run.seq)
  expectSame('postgres', database.jobs.size, jobs.length)
  for (const { external_id, title, status, outcome, attempt, error } of jobs) {
    const row = [...database.jobs.values()].find((one) => one.external_id === external_id)
    const due = { group: row?.group, external_id, title, status, outcome, attempt, error }
    expectEqual('postgres', row, due)
  }
}

/** RUN-1, JOB-1: an ended round does not change, and no attempt falls. */
export class Monotonicity {
  private shown: Shown | undefined

  check(shown: Shown): void {
    const { run, groups, jobs } = shown
    const before = this.shown
    this.shown = shown
    if (before === undefined) return
    const known = new Map(before.jobs.map((job) => [job.external_id, job]))
    for (const { external_id, attempt } of jobs)
      if (attempt < (known.get(external_id)?.attempt ?? 0))
        throw new Broken('granted', `${external_id} fell to attempt ${attempt}`)
    if (!isEnded(before.run) || run.round !== before.run.round) return
    expectEqual('rounds', [run.seq, run.life], [before.run.seq, before.run.life])
    if (differ(groups, before.groups) || differ(jobs, before.jobs))
      throw new Broken('rounds', 'a change after the end')
  }

  /** Forgets the state after a crash, because the run may be at an earlier one. */
  forget(): void {
    this.shown = undefined
  }
}

function differ(some: readonly (Group | Job)[], others: readonly (Group | Job)[]): boolean {
  return some.length !== others.length || some.some((one, i) => one !== others[i])
}

function countBy(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
