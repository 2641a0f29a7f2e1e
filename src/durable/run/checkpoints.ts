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
import type { CheckpointRelease, DatabaseAway } from './run-rpc.ts'
import { isEnded } from './run-state.ts'

/**
 * Somebody met no Postgres. From the first who did until a checkpoint goes through, the checkpoint is
 * the one thing that is given out, and owed whatever it has to bring: it is the probe (DB-3).
 */
export function databaseAway(tx: RunTransaction, { took_ms }: DatabaseAway): void {
  const { run, now } = tx
  // An ended run gives out nothing else anyway.
  if (isEnded(run) || !isFoundAway(run, { now, took_ms })) return
  tx.appendLog([logOutage()])
  tx.updateRun((said) => wentAway(said, now))
  tx.enqueueCheckpoint()
}

/** Postgres has the run as of `seq`: what came after that is owed still. */
export function confirmCheckpoint(tx: RunTransaction, { seq }: { seq: number }): void {
  answered(tx, seq)
  // One that was read before the outage does not end it: the probe is owed still.
  if (isDatabaseAway(tx.run) || tx.run.status_seq > seq) return
  for (const { id } of checkpoints(tx)) tx.store.dropEntry(id)
  enqueueArchive(tx)
}

/** It could not be done now, and is owed again after a wait. */
export function releaseCheckpoint(tx: RunTransaction, request: CheckpointRelease): void {
  const { wait_ms, took_ms = 0, refused } = request
  if (refused !== undefined) answered(tx, refused.seq)
  else databaseAway(tx, { took_ms })
  const wait = isDatabaseAway(tx.run) ? tx.settings.probe_ms : wait_ms
  for (const entry of checkpoints(tx)) tx.store.writeEntry(hold(entry, tx.now + wait))
}

/** Whatever it said, Postgres is there, unless what was said is of before the outage. */
function answered(tx: RunTransaction, seq: number): void {
  const { run, now } = tx
  if (!isFoundBack(run, seq)) return
  tx.appendLog([logReturn(run, now)])
  tx.updateRun((said) => cameBack(said, now))
}

function checkpoints({ store }: RunTransaction): RunEntry[] {
  return store.readEntries().filter(({ subject }) => subject.kind === 'checkpoint')
}
