import { z } from 'zod'

import type { Json } from '../protocol/json.ts'
import { Outcome, type Reason } from '../protocol/status.ts'
import type { Database } from './connect.ts'
import { isUnfenced } from './fences.ts'
import { type JobRows, rowsByKey, storedKey } from './job-rows.ts'
import { jsonText } from './json.ts'
import { type FailedRow, writeSplitting } from './split.ts'

/** A job's result from a worker. `result` has the pipeline's own shape; null for a skipped job. */
export type ResultRow = {
  readonly group: string
  readonly external_id: string
  readonly title: string
  readonly attempt: number
  readonly status: 'ready' | 'skipped'
  readonly result: Json | null
  readonly error: Reason | null
}

/** A result that took effect. `outcome` is null where the job was skipped, or its pipeline has none. */
export type WonRow = {
  readonly group: string
  readonly external_id: string
  readonly attempt: number
  readonly outcome: Outcome | null
}

/**
 * The parts that a pipeline adds to the statement which records results, to write tables of its own. `$1` is
 * the owner, `$2` the run.
 */
export type ResultTail = {
  /** A FROM clause that starts at `input` and keeps every row of it. */
  readonly from: string
  /** The output columns over `from` that `write` needs. */
  readonly columns: string
  /** An expression over `from`: the outcome, compared with the rows before the statement. */
  readonly outcome: string
  /**
   * An expression over `from`: what is stored of the result with its job, as jsonb of at most 64 KB. What
   * `write` puts into tables of its own need not be in it.
   */
  readonly stored: string
  /** A statement over `won`, the rows that take effect, joined to `judged`. */
  readonly write: string
  /** Statements over `put`, the rows that `write` returns. */
  readonly follow?: readonly string[]
}

/** The largest result, in bytes of JSON, that `plainTail` may store with a job. */
export const PLAIN_RESULT_BYTES = 65_536

/** For a pipeline without tables of its own: stores each result with its job. */
export const plainTail: ResultTail = {
  from: 'input',
  columns: 'NULL AS nothing',
  outcome: 'NULL::text',
  stored: 'input.result',
  write: 'SELECT FROM won',
}

export type ResultScope = {
  readonly owner: string
  readonly run_id: string
  readonly tail: ResultTail
}

/**
 * Records results in one statement, together with the pipeline's own writes (JOB-4). A row with a lower
 * attempt than the stored row changes nothing and is in neither list. Repeating the call is safe and returns
 * the same. Throws DatabaseUnavailable, or an error that single rows did not cause.
 */
export async function recordResults(
  db: Database,
  { owner, run_id, tail }: ResultScope,
  rows: readonly ResultRow[],
): Promise<{ won: readonly WonRow[]; failed: readonly FailedRow<ResultRow>[] }> {
  const text = statement(tail)
  const byKey = rowsByKey(rows)
  const { won, failed } = await writeSplitting([...byKey.values()], async (part) => {
    const input = jsonText(part.map(({ written }) => written))
    return Returned.parse(await db.query(text, [owner, run_id, input]))
  })
  return {
    won: won.flatMap((row) => asGiven(byKey.get(storedKey(row)), row.outcome)),
    failed: failed.flatMap(({ row, ...fault }) =>
      [...row.given.values()].map((given) => ({ ...fault, row: given })),
    ),
  }
}

const Returned = z.array(
  z.object({ group: z.string(), external_id: z.string(), outcome: Outcome.nullable() }),
)

function asGiven(rows: JobRows<ResultRow> | undefined, outcome: Outcome | null): WonRow[] {
  return [...(rows?.given.values() ?? [])].map(({ group, external_id, attempt }) => {
    return { group, external_id, attempt, outcome }
  })
}

/**
 * The statement locks rows in the order of their keys, so that two statements over the same jobs cannot
 * deadlock. A repeated result finds its own row and would be judged `unchanged`; an earlier `new` or
 * `changed` of the same run therefore stays.
 */
const first = `coalesce(kept.first_outcome, nullif(kept.outcome, 'unchanged'), excluded.outcome)`

function followed({ follow = [] }: ResultTail): string {
  return follow.map((text, n) => `,\nfollowed_${n} AS (${text})`).join('')
}

function statement(tail: ResultTail): string {
  return `
WITH input AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($3::text::jsonb) AS row(
    "group" text, external_id text, title text, attempt integer, status text, result jsonb,
    error jsonb)
  WHERE ${isUnfenced}
),
judged AS MATERIALIZED (
  SELECT input."group", input.external_id, input.title, input.attempt, input.status, input.error,
    CASE WHEN input.status = 'ready' THEN ${tail.outcome} END AS outcome,
    CASE WHEN input.status = 'ready' THEN ${tail.stored} END AS stored, ${tail.columns}
  FROM ${tail.from}
),
won AS (
  INSERT INTO run_jobs AS kept
    (owner, run_id, "group", external_id, title, status, outcome, attempt, error, first_outcome, result)
  SELECT $1::text, $2::text, "group", external_id, title, status, outcome, attempt,
    nullif(error, 'null'), nullif(outcome, 'unchanged'), nullif(stored, 'null')
  FROM judged
  ORDER BY "group", external_id
  ON CONFLICT (owner, run_id, "group", external_id) DO UPDATE SET
    title = excluded.title,
    status = excluded.status,
    outcome = CASE WHEN excluded.status = 'ready' THEN ${first} END,
    first_outcome = nullif(${first}, 'unchanged'),
    attempt = excluded.attempt,
    error = excluded.error,
    result = excluded.result,
    updated_at = now()
  WHERE kept.attempt <= excluded.attempt
  RETURNING "group", external_id, status, outcome
),
put AS (${tail.write})${followed(tail)}
SELECT "group", external_id, outcome FROM won`
}
