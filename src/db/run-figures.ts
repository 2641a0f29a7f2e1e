import { z } from 'zod'

import { GroupKey, RunId, type RunName } from '../protocol/ids.ts'
import { type Figures, noFigures } from '../protocol/run-comparison.ts'
import { Outcome, TerminalJobStatus } from '../protocol/status.ts'
import type { Database } from './connect.ts'
import { requireKept } from './removed-run.ts'

/** What a run's jobs came to, by group, and how many changed postings have a change of each field. */
export type RunFigures = {
  readonly groups: ReadonlyMap<GroupKey, Figures>
  readonly fields: Readonly<Record<string, number>>
}

/** Counts the ended jobs of a run that Postgres has. Throws RunRemoved if they were removed. */
export async function readRunFigures(db: Database, run: RunName): Promise<RunFigures> {
  await requireKept(db, run)
  const name = [run.owner, run.run_id]
  const [jobs, gone, fields] = await Promise.all(
    [JOBS, GONE, FIELDS].map((statement) => db.query(statement, name)),
  )
  const groups = new Map<GroupKey, Figures>()
  for (const { group, status, outcome, count } of Jobs.parse(jobs)) {
    const figures = groups.get(group) ?? noFigures
    const counted = { ...figures, [status]: figures[status] + count }
    if (outcome !== null) counted[outcome] += count
    groups.set(group, counted)
  }
  for (const { group, count } of Gone.parse(gone))
    groups.set(group, { ...(groups.get(group) ?? noFigures), gone: count })
  return {
    groups,
    fields: Object.fromEntries(Fields.parse(fields).map((row) => [row.field, row.count])),
  }
}

const count = z.int()
const Jobs = z.array(
  z.object({ group: GroupKey, status: TerminalJobStatus, outcome: Outcome.nullable(), count }),
)
const Gone = z.array(z.object({ group: GroupKey, count }))
const Fields = z.array(z.object({ field: z.string(), count }))

const JOBS = `
SELECT "group", status, outcome, count(*)::integer AS count FROM run_jobs
WHERE owner = $1::text AND run_id = $2::text AND status IN (${TerminalJobStatus.options.map((one) => `'${one}'`).join()})
GROUP BY "group", status, outcome`

const GONE = `
SELECT company AS "group", sum(gone)::integer AS count FROM visits
WHERE owner = $1::text AND run_id = $2::text AND expiry = 'applied'
GROUP BY company`

const FIELDS = `
SELECT field, count(*)::integer AS count
FROM posting_changes, LATERAL jsonb_object_keys(fields) AS field
WHERE owner = $1::text AND run_id = $2::text
GROUP BY field ORDER BY field`

/** The most earlier runs that are looked through for one of the same groups. */
const EARLIER = 200

/** A run with its pipeline, its groups, and the time of its start in ISO 8601. */
export type EarlierQuery = RunName & {
  readonly pipeline: string
  readonly created_at: string
  readonly groups: readonly GroupKey[]
}

/** Finds the last run of the same pipeline and groups before this one. */
export async function findEarlierRun(db: Database, run: EarlierQuery): Promise<RunId | undefined> {
  const { owner, run_id, pipeline, created_at, groups } = run
  const keys = JSON.stringify(groups.toSorted())
  const rows = await db.query(FIND, [owner, run_id, pipeline, created_at, keys])
  return z.array(z.object({ run_id: RunId })).parse(rows)[0]?.run_id
}

const FIND = `
WITH earlier AS (
  SELECT run_id, created_at, view->'groups' AS groups FROM runs
  WHERE owner = $1::text AND pipeline = $3::text AND created_at <= $4::timestamptz AND run_id <> $2::text
  ORDER BY created_at DESC, run_id DESC LIMIT ${EARLIER}
)
SELECT run_id FROM earlier
WHERE (
  SELECT coalesce(jsonb_agg(key ORDER BY key COLLATE "C"), '[]') FROM jsonb_object_keys(groups) AS key
) = (
  SELECT coalesce(jsonb_agg(key ORDER BY key COLLATE "C"), '[]')
  FROM jsonb_array_elements_text($5::text::jsonb) AS key
)
ORDER BY created_at DESC, run_id DESC LIMIT 1`
