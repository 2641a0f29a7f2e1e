import type { LineDraft } from './run-rpc.ts'
import type { Run } from './run-state.ts'

/** When a statement met no Postgres: how long before now it was begun, by its sender's own measure. */
export type Outage = { readonly now: number; readonly took_ms: number }

/** Postgres is away as far as this run knows: nothing is given out that would need it (DB-3). */
export function isDatabaseAway({ database }: Run): boolean {
  return database?.kind === 'away'
}

/** Whether that is news. A statement that was begun before the last return says nothing of today. */
export function isFoundAway({ database }: Run, { now, took_ms }: Outage): boolean {
  if (database === undefined) return true
  return database.kind === 'back' && now - took_ms >= database.at
}

/**
 * Away since now, and from this seq on: what was read of the run before, and reached Postgres, may
 * have reached it before the outage.
 */
export function wentAway(run: Run, since: number): Run {
  return { ...run, database: { kind: 'away', since, seq: run.seq } }
}

/** Whether Postgres has answered about the run as of a seq that it had only in this outage. */
export function isFoundBack({ database }: Run, seq: number): boolean {
  return database?.kind === 'away' && seq >= database.seq
}

export function cameBack(run: Run, at: number): Run {
  return { ...run, database: { kind: 'back', at } }
}

export function logOutage(): LineDraft {
  const message = 'Postgres cannot be reached: what is done is kept, and nothing new is begun.'
  return { level: 'warn', message }
}

export function logReturn({ database }: Run, now: number): LineDraft {
  const since = database?.kind === 'away' ? database.since : now
  const seconds = Math.max(1, Math.round((now - since) / 1_000))
  return { level: 'info', message: `Postgres answers again after ${seconds} s.` }
}
