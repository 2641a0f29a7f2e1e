import { type SQL, sql } from 'drizzle-orm'

import type { GroupKey } from '../protocol/ids.ts'
import type { RunView } from '../protocol/run.ts'
import { answered, type Database } from './connect.ts'
import { jsonText } from './json.ts'
import { runs } from './schema.ts'

export type Checkpoint = { readonly owner: string; readonly seq: number; readonly view: RunView }

/**
 * Writes a run's row, unless the stored row has the same or a later seq (DB-2). With the same seq, the row with the
 * later name and labels stays: they raise no seq (RUN-7).
 */
export async function writeRun(db: Database, checkpoint: Checkpoint): Promise<void> {
  await putRun(db, checkpoint, {
    over: sql`(${runs.seq}, ${NAMED}) < (excluded.seq, ${NAMED_THEN})`,
  })
}

/** How often the name and the labels were changed: of the stored row, and of the one that is written. */
export const NAMED = sql`coalesce(${runs.view}->'named', '0')`
export const NAMED_THEN = sql`coalesce(excluded.view->'named', '0')`

type Put = {
  /** The condition under which the stored row is replaced. */
  readonly over: SQL
  /** Columns that a checkpoint does not have. */
  readonly more?: { readonly group_keys: GroupKey[]; readonly inputs: string[] | null }
}

/** Writes a run's row if the run has no row, or if `over` is true for its row. */
export async function putRun(
  db: Database,
  checkpoint: Checkpoint,
  { over, more }: Put,
): Promise<void> {
  const { owner, view } = checkpoint
  const changing = { ...columnsOf(checkpoint), ...more }
  await answered(
    db.orm
      .insert(runs)
      .values({ owner, run_id: view.run_id, ...changing })
      .onConflictDoUpdate({
        target: [runs.owner, runs.run_id],
        set: changing,
        setWhere: over,
      }),
  )
}

/** The columns that a checkpoint may change. */
function columnsOf({ seq, view }: Checkpoint) {
  const { pipeline, status, round, created_at, counts } = view
  return {
    pipeline,
    status,
    seq,
    round,
    created_at,
    started_at: view.started_at ?? null,
    ended_at: view.ended_at ?? null,
    total: counts.total,
    view: sql`${jsonText(view)}::jsonb`,
  }
}

/** Returns whether Postgres has a run of this owner with this id, in the state of this seq or a later one. */
export async function hasRun(
  db: Database,
  { owner, run_id, seq = 0 }: { owner: string; run_id: string; seq?: number },
): Promise<boolean> {
  return (await db.query(HAS_RUN, [owner, run_id, seq])).length > 0
}

const HAS_RUN = `
SELECT 1 AS one FROM runs WHERE owner = $1::text AND run_id = $2::text AND seq >= $3::bigint`
