import type { RunChange } from './run-change.ts'
import type { Entry } from './schedule.ts'
import { hold } from './schedule.ts'

/** Postgres has the run as of `seq`: what came after that is owed still. */
export function confirmCheckpoint(change: RunChange, { seq }: { seq: number }): void {
  if (change.run.status_seq > seq) return
  for (const { id } of checkpoints(change)) change.store.dropEntry(id)
}

/** It could not be done now, and is owed again after a wait. */
export function releaseCheckpoint(change: RunChange, { wait_ms }: { wait_ms: number }): void {
  for (const entry of checkpoints(change)) {
    change.store.writeEntry(hold(entry, change.now + wait_ms))
  }
}

function checkpoints({ store }: RunChange): Entry[] {
  return store.readEntries().filter(({ subject }) => subject.kind === 'checkpoint')
}
