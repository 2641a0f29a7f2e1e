import { z } from 'zod'

import { type FailurePage, FailureView } from '../protocol/failure.ts'
import type { Database } from './connect.ts'
import { isoText } from './iso.ts'
import { cutPage, decodePosition, encodePosition, type ListAnswer, StoredKey } from './page.ts'
import { readableRows } from './readable.ts'

export type FailureQuery = {
  readonly owner: string
  /** In ISO 8601. */
  readonly since: string
  readonly cursor?: string | undefined
  readonly limit: number
}

const Position = z.tuple([StoredKey])

/** Groups what failed in an owner's runs by its code, in the order of the codes. */
export async function listFailures(
  db: Database,
  { owner, since, cursor, limit }: FailureQuery,
): Promise<ListAnswer<FailurePage>> {
  const after = cursor === undefined ? [''] : decodePosition(Position, cursor)
  if (after === undefined) return { kind: 'bad_cursor' }
  const found = await db.query(LIST, [owner, since, after[0], limit + 1])
  const { rows, last } = cutPage(found, limit)
  const next_cursor = last ? encodePosition([String(last['code'])]) : null
  const failures = readableRows(FailureView, rows, ({ code }) => {
    return { owner, what: `the failures ${String(code)}` }
  })
  return { kind: 'page', page: { failures, next_cursor } }
}

/** The groups that the answer names. */
const SAMPLE = 5

/** The groups whose plan failed, of the runs that a condition names. A run has them in its view alone. */
const failedGroups = (where: string) => `
  SELECT plan.value->'reason'->>'code', plan.value->'reason'->>'message', coalesce(ended_at, created_at),
    plan.key, run_id, 0
  FROM runs CROSS JOIN LATERAL jsonb_each(view->'groups') AS plan
  WHERE owner = $1::text AND created_at >= $2::timestamptz AND ${where}
    AND plan.value->>'status' = 'failed' AND plan.value->'reason'->>'code' > $3::text`

const LIST = `
WITH seen (code, message, at, "group", run_id, job) AS (
  SELECT error->>'code', error->>'message', updated_at, "group", run_id, 1 FROM run_jobs
  WHERE owner = $1::text AND status = 'failed' AND (error->>'code') > $3::text
    AND updated_at >= $2::timestamptz
  UNION ALL ${failedGroups('with_problems')}
  UNION ALL ${failedGroups(`status = 'error'`)}
),
grouped AS (
  SELECT code, min(at) AS first_at, max(at) AS last_at, count(*)::integer AS count,
    sum(job)::integer AS jobs, count(DISTINCT run_id)::integer AS runs,
    (array_agg(coalesce(message, '') ORDER BY at DESC))[1] AS message,
    (array_agg(run_id ORDER BY at DESC))[1] AS last_run_id,
    jsonb_build_object('total', count(DISTINCT "group"),
      'sample', to_jsonb((array_agg(DISTINCT "group"))[1:${SAMPLE}])) AS groups
  FROM seen GROUP BY code ORDER BY code LIMIT $4::integer
)
SELECT code, message, count, jobs, runs, last_run_id, groups,
  ${isoText('first_at')} AS first_seen_at, ${isoText('last_at')} AS last_seen_at
FROM grouped ORDER BY code`
