import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { GroupKey } from '../protocol/ids.ts'
import { problemsOf } from '../protocol/run-problems.ts'
import { type RunPage, RunProblems, RunSummary, type RunView } from '../protocol/run.ts'
import type { RunStatus } from '../protocol/status.ts'
import { answered, type Database } from './connect.ts'
import { exactIso } from './iso.ts'
import { jsonText } from './json.ts'
import {
  cutPage,
  decodePosition,
  encodePosition,
  type ListAnswer,
  StoredKey,
  StoredTime,
} from './page.ts'
import { readableRows } from './readable.ts'
import { runs } from './schema.ts'

export type Checkpoint = { readonly owner: string; readonly seq: number; readonly view: RunView }

/** Writes a run's row, unless the stored row has the same or a later seq (DB-2). */
export async function writeRun(db: Database, checkpoint: Checkpoint): Promise<void> {
  await putRun(db, checkpoint, { over: sql`${runs.seq} < excluded.seq` })
}

type Put = {
  /** The condition under which the stored row is replaced. */
  readonly over: SQL
  /** Columns that a checkpoint does not have. */
  readonly more?: { readonly group_keys: GroupKey[] }
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

export type RunQuery = {
  readonly owner: string
  readonly status?: RunStatus | undefined
  readonly pipeline?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const Position = z.tuple([StoredTime, StoredKey])

/** Lists an owner's runs, the newest first. */
export async function listRuns(db: Database, query: RunQuery): Promise<ListAnswer<RunPage>> {
  const before = query.cursor === undefined ? null : decodePosition(Position, query.cursor)
  if (before === undefined) return { kind: 'bad_cursor' }
  const found = await answered(
    db.orm
      .select(summary)
      .from(runs)
      .where(and(...conditions(query), before ? precedes(before) : undefined))
      .orderBy(desc(runs.created_at), desc(runs.run_id))
      .limit(query.limit + 1),
  )
  const { rows, last } = cutPage(found, query.limit)
  const next_cursor = last ? encodePosition([last.stored_at, last.run_id]) : null
  const readable = readableRows(Row, rows, ({ run_id }) => {
    return { owner: query.owner, what: `the run ${run_id}` }
  })
  return { kind: 'page', page: { runs: readable.map(summaryOf), next_cursor } }
}

// The times come from the view, in the object's own text, to the millisecond.
const summary = {
  run_id: runs.run_id,
  /** The time by which the listing is ordered, independent of the view. */
  stored_at: exactIso(runs.created_at),
  pipeline: runs.pipeline,
  subject: sql`${runs.view}->'subject'`,
  status: runs.status,
  created_at: sql`${runs.view}->>'created_at'`,
  ended_at: sql`${runs.view}->>'ended_at'`,
  total: runs.total,
  group_counts: sql`${runs.view}->'group_counts'`,
  problems: sql`${runs.view}->'problems'`,
  snapshot: sql`${runs.view}->'snapshot'`,
}

const Row = RunSummary.extend({ problems: RunProblems.nullable() })

/** Reads the problems from the snapshot if an earlier version wrote the row without them. */
function summaryOf({ problems, ...row }: z.infer<typeof Row>): RunSummary {
  const known = problems ?? (row.snapshot ? problemsOf(row.snapshot) : { groups: 0, jobs: 0 })
  return { ...row, problems: known }
}

function conditions({ owner, status, pipeline }: RunQuery) {
  return [
    eq(runs.owner, owner),
    status === undefined ? undefined : eq(runs.status, status),
    pipeline === undefined ? undefined : eq(runs.pipeline, cleanText(pipeline)),
  ]
}

function precedes([created_at, run_id]: readonly [string, string]) {
  return sql`(${runs.created_at}, ${runs.run_id}) < (${created_at}::timestamptz, ${run_id})`
}
