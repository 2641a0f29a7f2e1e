import { abortGroup, isPlanned } from './group-state.ts'
import type { JobPair } from './job-state.ts'
import { abortJob, isOpen } from './job-state.ts'
import type { AbortAnswer, JobName } from './run-rpc.ts'
import { abort as aborted } from './run-state.ts'
import type { RunChange } from './run-transaction.ts'
import { abortAfterEnd } from './tombstone.ts'

/** Ends the run by hand (RUN-2). Asked again, it answers with the same receipt. */
export function abort(change: RunChange, { by }: { by: string }): AbortAnswer {
  const ended = abortAfterEnd(change.run)
  if (ended !== undefined) return ended
  const in_flight = grantedJobs(change)
  const at = new Date(change.now).toISOString()
  const receipt = { by, at, seq: change.seq(), in_flight }
  change.setJobs(change.store.readOpenJobs().map((job): JobPair => [job, abortJob(job)]))
  for (const group of change.store.readGroups()) {
    if (!isPlanned(group)) change.setGroup(group, abortGroup(group))
  }
  const groups = change.store.readGroups()
  change.turn((run) => aborted(run, receipt, { now: change.now, groups }))
  return { kind: 'aborted', receipt }
}

/** Ends one open job by hand; its worker is told at its next report. */
export function abortOne(change: RunChange, { group, external_id }: JobName): void {
  const ord = change.store.readGroups().find(({ key }) => key === group)?.ord
  if (ord === undefined) return
  const open = change.store.findJobs(ord, [external_id]).filter(isOpen)
  change.setJobs(open.map((job): JobPair => [job, abortJob(job)]))
}

function grantedJobs({ store }: RunChange): number {
  let count = 0
  for (const { state, subject } of store.readEntries()) {
    if (state !== 'leased' || subject.kind !== 'flight') continue
    count += store.readJobs(subject.group, subject.jobs).filter(isOpen).length
  }
  return count
}
