import { asGranted, type Granted } from './attempts.ts'
import { abortGroup, isPlanned } from './group-state.ts'
import type { Job, JobPair } from './job-state.ts'
import { abortJob, isOpen } from './job-state.ts'
import type { RunTransaction } from './run-engine.ts'
import { flightOf, isFlight } from './run-outbox.ts'
import type { AbortAnswer, JobName } from './run-rpc.ts'
import { abort as aborted, type SlicedAbort, slicedTo } from './run-state.ts'
import { abortAfterEnd } from './tombstone.ts'

/**
 * Aborts the run because somebody asked for it (RUN-2). A second request gets the same receipt. The jobs that were
 * granted end at once, so that no later report changes them. Many others end in slices, and the run after the last.
 */
export function abort(tx: RunTransaction, { by }: { by: string }): AbortAnswer {
  const known = abortAfterEnd(tx.run)
  if (known !== undefined) return known
  const in_flight = grantedJobs(tx)
  const receipt = { by, at: new Date(tx.now).toISOString(), seq: tx.seq(), in_flight }
  const ended = abortFlights(tx)
  tx.dropWork()
  abortSlice(tx, { kind: 'abort', after: null, receipt }, tx.settings.slice_jobs - ended)
  return { kind: 'aborted', receipt }
}

/** Aborts the next jobs, at most `most`, and ends the run after the last one. */
export function abortSlice(tx: RunTransaction, work: SlicedAbort, most: number): void {
  const limit = Math.max(0, most)
  const jobs = tx.store.jobsIn({ statuses: 'open', after: work.after, limit })
  abortJobs(tx, jobs)
  const last = jobs.at(-1)
  if (jobs.length < limit) return endRun(tx, work)
  const after = last === undefined ? work.after : { group: last.group, n: last.n }
  tx.updateRun((run) => slicedTo(run, { ...work, after }))
}

function endRun(tx: RunTransaction, { receipt }: SlicedAbort): void {
  for (const group of tx.store.readGroups()) {
    if (!isPlanned(group)) tx.setGroup(group, abortGroup(group))
  }
  const groups = tx.store.readGroups()
  tx.updateRun((run) => aborted(run, receipt, { now: tx.now, groups }))
}

/** Ends one open job because somebody asked for it. The worker hears of it at its next report. */
export function abortOne(tx: RunTransaction, { group, external_id }: JobName): void {
  const ord = tx.store.readGroups().find(({ key }) => key === group)?.ord
  if (ord === undefined) return
  for (const job of tx.store.findJobs(ord, [external_id]))
    abortJobs(tx, [job], flightOf(job, tx.store.readEntries()))
}

/** Aborts the jobs whose first attempts only their flights know. Returns how many there are. */
function abortFlights(tx: RunTransaction): number {
  let count = 0
  for (const flight of tx.store.readEntries().filter(isFlight)) {
    if (flight.since === undefined) continue
    const { group, jobs } = flight.subject
    abortJobs(tx, tx.store.readJobs(group, jobs), flight)
    count += jobs.length
  }
  return count
}

function abortJobs(tx: RunTransaction, jobs: readonly Job[], flight: Granted = {}): void {
  const open = jobs.filter(isOpen)
  tx.setJobs(
    open.map((job): JobPair => [job, abortJob(asGranted(job, flight))]),
    flight,
  )
}

function grantedJobs({ store }: RunTransaction): number {
  let count = 0
  for (const { state, subject } of store.readEntries()) {
    if (state !== 'leased' || subject.kind !== 'flight') continue
    count += store.readJobs(subject.group, subject.jobs).filter(isOpen).length
  }
  return count
}
