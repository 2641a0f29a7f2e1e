import type { RetryChoice } from '../../protocol/run.ts'
import { dropArchive } from './archival.ts'
import { type Group, replanGroup } from './group-state.ts'
import { type Job, type JobPair, isRetried, reopenJob } from './job-state.ts'
import type { RunTransaction } from './run-engine.ts'
import type { RetryAnswer, RetryRequest } from './run-rpc.ts'
import { beginRound, isEnded, type SlicedRetry, slicedTo } from './run-state.ts'
import type { GroupCount, RunStore } from './store/run-store.ts'

/** The groups to plan again, and the jobs to open again: some jobs by name, or all with one of some statuses. */
type Chosen = {
  readonly kind: 'chosen'
  readonly jobs: readonly Job[] | JobsByStatus
  readonly groups: readonly Group[]
}

type JobsByStatus = Pick<SlicedRetry, 'statuses' | 'groups'>

/** A retry, once the object has checked the owner. */
type RetriedNames = Omit<RetryRequest, 'owner'>

type Choice = Chosen | Extract<RetryAnswer, { kind: 'missing' }>

/**
 * Retries the run. A retry that comes again under the same id, because its answer was lost, gets the same answer.
 * `busy`: an abort or a retry before it has jobs left, and this retry changes nothing until they are done.
 */
export function retry(
  tx: RunTransaction,
  { retry_id, ...choice }: RetriedNames,
): RetryAnswer | { readonly kind: 'busy' } {
  const { last_retry, sliced } = tx.run
  if (last_retry !== undefined && last_retry.retry_id === retry_id) return last_retry.answer
  if (sliced !== undefined) return { kind: 'busy' }
  const answer = openAgain(tx, choice)
  if (answer.kind === 'retried' && retry_id !== undefined)
    tx.updateRun((run) => ({ ...run, last_retry: { retry_id, answer } }))
  return answer
}

/**
 * Opens the chosen jobs and groups again; in an ended run that begins the next round (RUN-1). Ready and
 * open jobs stay as they are, so that the same retry finds nothing to do a second time.
 */
function openAgain(tx: RunTransaction, choice: RetryChoice): RetryAnswer {
  const chosen = choose(tx.store, choice)
  if (chosen.kind === 'missing') return chosen
  const { jobs, groups } = chosen
  const count = 'statuses' in jobs ? countOf(tx.store.countJobs(), jobs) : jobs.length
  if (count === 0 && groups.length === 0) return { kind: 'nothing' }
  const begins = isEnded(tx.run)
  if (begins) {
    tx.updateRun((run) => beginRound(run, tx.now))
    dropArchive(tx)
  }
  planAgain(tx, groups)
  if ('statuses' in jobs) reopenSlice(tx, { kind: 'reopen', ...jobs, after: null, seq: tx.seq() })
  else flyAgain(tx, jobs)
  if (begins) markAllDispatched(tx)
  const { round } = tx.run
  const retried = { round, jobs: count, groups: groups.length }
  tx.appendLog([{ level: 'info', message: logRetry(begins, retried) }])
  return { kind: 'retried', ...retried }
}

/** Opens the next jobs of a retry again, at most one slice of them. */
export function reopenSlice(tx: RunTransaction, work: SlicedRetry): void {
  const { statuses, groups, after, seq } = work
  const limit = tx.settings.slice_jobs
  const found = tx.store.jobsIn({ statuses, groups, after, limit })
  flyAgain(
    tx,
    found.filter((job) => job.seq <= seq),
  )
  const last = found.at(-1)
  const next = last && found.length === limit ? { group: last.group, n: last.n } : undefined
  tx.updateRun((run) => slicedTo(run, next && { ...work, after: next }))
}

function countOf(counts: readonly GroupCount[], { statuses, groups }: JobsByStatus): number {
  const named = groups && new Set(groups)
  return counts
    .filter(({ group, status }) => statuses.some((one) => one === status) && isIn(named, group))
    .reduce((sum, { count }) => sum + count, 0)
}

function isIn(named: ReadonlySet<number> | undefined, group: number): boolean {
  return named === undefined || named.has(group)
}

function choose(store: RunStore, { jobs, groups }: RetryChoice): Choice {
  if (jobs !== undefined) return namedJobs(store, jobs)
  if (groups !== undefined) return namedGroups(store, groups)
  const failed = store.readGroups().filter(({ status }) => status === 'failed')
  return { kind: 'chosen', jobs: { statuses: ['failed'] }, groups: failed }
}

function namedJobs(store: RunStore, names: NonNullable<RetryChoice['jobs']>): Choice {
  const ords = new Map(store.readGroups().map(({ key, ord }) => [key, ord]))
  const found = [...Map.groupBy(names, ({ group }) => ords.get(group))].flatMap(([ord, named]) => {
    const ids = named.map(({ external_id }) => external_id)
    return ord === undefined ? [] : store.findJobs(ord, ids)
  })
  const known = new Set(found.map(({ group, external_id }) => `${group}/${external_id}`))
  const at = names.flatMap(({ group, external_id }, i) =>
    known.has(`${ords.get(group)}/${external_id}`) ? [] : i,
  )
  if (at.length > 0) return { kind: 'missing', at }
  return { kind: 'chosen', jobs: found.filter(isRetried), groups: [] }
}

/** The plan of each named group, if it failed or was aborted, and the group's failed and aborted jobs. */
function namedGroups(store: RunStore, keys: NonNullable<RetryChoice['groups']>): Choice {
  const all = store.readGroups()
  const known = new Set(all.map(({ key }) => key))
  const at = keys.flatMap((key, i) => (known.has(key) ? [] : i))
  if (at.length > 0) return { kind: 'missing', at }
  const named = new Set(keys)
  const groups = all.filter(({ key }) => named.has(key))
  return {
    kind: 'chosen',
    jobs: { statuses: ['failed', 'aborted'], groups: groups.map(({ ord }) => ord) },
    groups: groups.filter(({ status }) => status === 'failed' || status === 'aborted'),
  }
}

function planAgain(tx: RunTransaction, groups: readonly Group[]): void {
  for (const group of groups) {
    tx.setGroup(group, replanGroup(group))
    tx.enqueue({ kind: 'plan', group: group.ord }, tx.now)
  }
}

/** Puts the jobs into new flights of their group's size. Jobs of one old flight may get into different new ones. */
function flyAgain(tx: RunTransaction, jobs: readonly Job[]): void {
  tx.setJobs(jobs.map((job): JobPair => [job, reopenJob(job)]))
  leaveFlights(tx, jobs)
  for (const [group, members] of Map.groupBy(jobs, (job) => job.group)) {
    const numbers = members.map(({ n }) => n)
    const size = tx.store.readGroup(group)?.flight_jobs ?? tx.run.flight_jobs
    for (let i = 0; i < numbers.length; i += size) {
      tx.enqueue({ kind: 'flight', group, jobs: numbers.slice(i, i + size) }, tx.now)
    }
  }
}

/** Takes jobs out of their flights: in a live run a failed job's flight may still have other jobs at work (JOB-1). */
function leaveFlights({ store }: RunTransaction, leaving: readonly Job[]): void {
  const places = new Map(
    [...Map.groupBy(leaving, ({ group }) => group)].map(([group, jobs]) => {
      return [group, new Set(jobs.map(({ n }) => n))] as const
    }),
  )
  for (const entry of store.readEntries()) {
    const { subject } = entry
    if (subject.kind !== 'flight') continue
    // A retry of very many jobs makes as many flights, and each slice passes all of them.
    const left = places.get(subject.group)
    if (left === undefined) continue
    const jobs = subject.jobs.filter((n) => !left.has(n))
    if (jobs.length === 0) store.dropEntry(entry.id)
    else if (jobs.length < subject.jobs.length)
      store.writeEntry({ ...entry, subject: { ...subject, jobs } })
  }
}

/**
 * Marks every job as put into a flight once. An abort ends jobs that no flight has carried yet: the retry puts
 * those that it opens into flights itself, and the others stay ended.
 */
function markAllDispatched(tx: RunTransaction): void {
  for (const { ord, found, dispatched } of tx.store.readGroups()) {
    if (dispatched < found) tx.markDispatched(ord, found)
  }
}

function logRetry(
  begins: boolean,
  { round, jobs, groups }: { round: number; jobs: number; groups: number },
): string {
  const parts = [counted(jobs, 'job'), counted(groups, 'group')].filter((part) => part !== '')
  const what = `${parts.join(' and ')} again.`
  return begins ? `Round ${round} begins: a retry opens ${what}` : `A retry opens ${what}`
}

function counted(count: number, noun: string): string {
  if (count === 0) return ''
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
