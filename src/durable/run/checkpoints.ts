import type { Entry } from '../outbox/entry.ts'
import { hold } from '../outbox/entry.ts'
import { oweArchive } from './archival.ts'
import {
  cameBack,
  isAway,
  isFoundAway,
  isFoundBack,
  tellAway,
  tellBack,
  wentAway,
} from './database-outage.ts'
import type { CheckpointRelease, DatabaseAway } from './run-rpc.ts'
import { isEnded } from './run-state.ts'
import type { RunChange } from './run-transaction.ts'

/**
 * Somebody met no Postgres. From the first who did until a checkpoint goes through, the checkpoint is
 * the one thing that is given out, and owed whatever it has to bring: it is the probe (DB-3).
 */
export function databaseAway(change: RunChange, { took_ms }: DatabaseAway): void {
  const { run, now } = change
  // An ended run gives out nothing else anyway.
  if (isEnded(run) || !isFoundAway(run, { now, took_ms })) return
  change.sayLines([tellAway()])
  change.turn((said) => wentAway(said, now))
  change.oweCheckpoint()
}

/** Postgres has the run as of `seq`: what came after that is owed still. */
export function confirmCheckpoint(change: RunChange, { seq }: { seq: number }): void {
  answered(change, seq)
  // One that was read before the outage does not end it: the probe is owed still.
  if (isAway(change.run) || change.run.status_seq > seq) return
  for (const { id } of checkpoints(change)) change.store.dropEntry(id)
  oweArchive(change)
}

/** It could not be done now, and is owed again after a wait. */
export function releaseCheckpoint(change: RunChange, request: CheckpointRelease): void {
  const { wait_ms, took_ms = 0, refused } = request
  if (refused !== undefined) answered(change, refused.seq)
  else databaseAway(change, { took_ms })
  const wait = isAway(change.run) ? change.settings.probe_ms : wait_ms
  for (const entry of checkpoints(change)) change.store.writeEntry(hold(entry, change.now + wait))
}

/** Whatever it said, Postgres is there, unless what was said is of before the outage. */
function answered(change: RunChange, seq: number): void {
  const { run, now } = change
  if (!isFoundBack(run, seq)) return
  change.sayLines([tellBack(run, now)])
  change.turn((said) => cameBack(said, now))
}

function checkpoints({ store }: RunChange): Entry[] {
  return store.readEntries().filter(({ subject }) => subject.kind === 'checkpoint')
}
