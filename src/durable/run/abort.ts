import { asGranted, type Granted } from './attempts.ts'
import { abortGroup, isPlanned } from './group-state.ts'
import type { Job, JobPair } from './job-state.ts'
import { abortJob, isOpen } from './job-state.ts'
import type { RunTransaction } from './run-engine.ts'
import { flightOf, isFlight } from './run-outbox.ts'
import type { AbortAnswer, JobName } from './run-rpc.ts'
import { abort as aborted } from './run-state.ts'
import { abortAfterEnd } from './tombstone.ts'

/** Ends the run because somebody asked for it (RUN-2). A second request gets the same receipt. */
export function abort(tx: RunTransaction, { by }: { by: string }): AbortAnswer {
  const ended = abortAfterEnd(tx.run)
  if (ended !== undefined) return ended
  const in_flight = grantedJobs(tx)
  const at = new Date(tx.now).toISOString()
  const receipt = { by, at, seq: tx.seq(), in_flight }
  for (const flight of tx.store.readEntries().filter(isFlight)) {
    const { group, jobs } = flight.subject
    abortJobs(tx, tx.store.readJobs(group, jobs), flight)
  }
  abortJobs(tx, tx.store.readOpenJobs())
  for (const group of tx.store.readGroups()) {
    if (!isPlanned(group)) tx.setGroup(group, abortGroup(group))
  }
  const groups = tx.store.readGroups()
  tx.updateRun((run) => aborted(run, receipt, { now: tx.now, groups }))
  return { kind: 'aborted', receipt }
}

/** Ends one open job because somebody asked for it. The worker hears of it at its next report. */
export function abortOne(tx: RunTransaction, { group, external_id }: JobName): void {
  const ord = tx.store.readGroups().find(({ key }) => key === group)?.ord
  if (ord === undefined) return
  for (const job of tx.store.findJobs(ord, [external_id]))
    abortJobs(tx, [job], flightOf(job, tx.store.readEntries()))
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
