import { hold } from '../outbox/entry.ts'
import { enqueueArchive } from './archival.ts'
import {
  cameBack,
  isDatabaseAway,
  isFoundAway,
  isFoundBack,
  logOutage,
  logReturn,
  wentAway,
} from './database-outage.ts'
import type { RunTransaction } from './run-engine.ts'
import type { RunEntry } from './run-outbox.ts'
import type { CheckpointMark, CheckpointRelease, DatabaseAway } from './run-rpc.ts'
import { isEnded } from './run-state.ts'

/**
 * Begins an outage, because a worker could not reach Postgres. Until a checkpoint succeeds, the object sends
 * nothing but a checkpoint now and then. This checkpoint is the probe, so it is sent even if the run has not
 * changed (DB-3).
 */
export function databaseAway(tx: RunTransaction, { took_ms }: DatabaseAway): void {
  const { run, now } = tx
  // An ended run sends nothing but checkpoints anyway.
  if (isEnded(run) || !isFoundAway(run, { now, took_ms })) return
  tx.appendLog([logOutage()])
  tx.updateRun((row) => wentAway(row, now))
  tx.enqueueCheckpoint()
}

/**
 * Removes the checkpoint from the outbox, because Postgres has the run's state at `seq`. Keeps the checkpoint if
 * the run's status changed after `seq`, or the run was given another name or other labels since.
 */
export function confirmCheckpoint(tx: RunTransaction, { seq, named = 0 }: CheckpointMark): void {
  answered(tx, seq)
  // A checkpoint whose content was read before the outage does not end the outage. The probe stays in the outbox.
  if (isDatabaseAway(tx.run) || tx.run.status_seq > seq || (tx.run.named ?? 0) > named) return
  for (const { id } of checkpoints(tx)) tx.store.dropEntry(id)
  enqueueArchive(tx)
}

/** Holds a checkpoint that could not be made now, until it is tried again. */
export function releaseCheckpoint(tx: RunTransaction, request: CheckpointRelease): void {
  const { wait_ms, took_ms = 0, refused } = request
  if (refused !== undefined) answered(tx, refused.seq)
  else databaseAway(tx, { took_ms })
  const wait = isDatabaseAway(tx.run) ? tx.settings.probe_ms : wait_ms
  for (const entry of checkpoints(tx)) tx.store.writeEntry(hold(entry, tx.now + wait))
}

/**
 * Ends the outage, because Postgres has answered a checkpoint, if only with a refusal. Changes nothing if the
 * content of that checkpoint was read before the outage.
 */
function answered(tx: RunTransaction, seq: number): void {
  const { run, now } = tx
  if (!isFoundBack(run, seq)) return
  tx.appendLog([logReturn(run, now)])
  tx.updateRun((row) => cameBack(row, now))
}

function checkpoints({ store }: RunTransaction): RunEntry[] {
  return store.readEntries().filter(({ subject }) => subject.kind === 'checkpoint')
}
