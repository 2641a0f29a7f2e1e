import type { Run } from './run-state.ts'
import type { LineDraft } from './work-rpc.ts'

/** A statement could not reach Postgres. `took_ms`: how long ago the worker began it, by the worker's own clock. */
export type Outage = { readonly now: number; readonly took_ms: number }

/** Whether this run takes Postgres to be unreachable: then nothing that needs Postgres is sent out (DB-3). */
export function isDatabaseAway({ database }: Run): boolean {
  return database?.kind === 'away'
}

/**
 * Whether this failed statement begins an outage. A statement that was begun before Postgres last came back does
 * not, because it says nothing about Postgres now.
 */
export function isFoundAway({ database }: Run, { now, took_ms }: Outage): boolean {
  if (database === undefined) return true
  return database.kind === 'back' && now - took_ms >= database.at
}

/**
 * Begins the outage, and notes the run's seq: a checkpoint of an earlier seq may have reached Postgres before the
 * outage, so it cannot end the outage.
 */
export function wentAway(run: Run, since: number): Run {
  return { ...run, database: { kind: 'away', since, seq: run.seq } }
}

/**
 * Whether the answer to the checkpoint of this seq ends the outage: the checkpoint's content was read during the
 * outage.
 */
export function isFoundBack({ database }: Run, seq: number): boolean {
  return database?.kind === 'away' && seq >= database.seq
}

export function cameBack(run: Run, at: number): Run {
  return { ...run, database: { kind: 'back', at } }
}

export function logOutage(): LineDraft {
  const message =
    'Postgres cannot be reached. Workers keep their results, and no new work is sent out.'
  return { level: 'warn', message }
}

export function logReturn({ database }: Run, now: number): LineDraft {
  const since = database?.kind === 'away' ? database.since : now
  const seconds = Math.max(1, Math.round((now - since) / 1_000))
  return { level: 'info', message: `Postgres answers again after ${seconds} s.` }
}
