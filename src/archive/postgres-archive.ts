import { and, eq, isNotNull } from 'drizzle-orm'
import { z } from 'zod'

import { answered, type Database } from '../db/connect.ts'
import { iso, isoText } from '../db/iso.ts'
import { mendedRows, readRow } from '../db/readable.ts'
import { isKept, requireKept } from '../db/removed-run.ts'
import { ARCHIVED, PLACED } from '../db/run-jobs.ts'
import { runs } from '../db/schema.ts'
import type { RunInputs } from '../durable/run/run-rpc.ts'
import { type ArchivedJob, PlacedJob, PlacedLine } from '../protocol/archive.ts'
import { cleanText } from '../protocol/clean-text.ts'
import { GroupKey, type RunName } from '../protocol/ids.ts'
import { LogLevel } from '../protocol/log.ts'
import { problemsOf } from '../protocol/run-problems.ts'
import { countGroups, JobAttempt, RunView } from '../protocol/run.ts'
import { JobStatus, Outcome, type Reason } from '../protocol/status.ts'
import type { ArchivePort } from './archive-port.ts'

/** Reads archived runs from Postgres. */
export function openArchive(db: Database): ArchivePort {
  return {
    readRun: (run) => readArchivedRun(db, run),
    readInputs: (run) => readArchivedInputs(db, run),
    readJobs: (run, query) => readArchivedJobs(db, run, query),
    readJob: (run, name) => readArchivedJob(db, run, name),
    readLines: (run, query) => readArchivedLines(db, run, query),
  }
}

const State = z.object({ view: RunView, group_keys: z.array(GroupKey) })
type State = z.infer<typeof State>

const Row = State.extend({ removed_at: z.string().nullable() })

/** Returns undefined if this owner has no archived run with this id. */
export async function readArchivedRun(
  db: Database,
  { owner, run_id }: RunName,
): Promise<State | undefined> {
  const { view, group_keys, removed_at } = runs
  const found = await answered(
    db.orm
      .select({ view, group_keys, removed_at: iso(removed_at) })
      .from(runs)
      .where(and(eq(runs.owner, owner), eq(runs.run_id, run_id), isNotNull(group_keys))),
  )
  const [row] = found
  return row && stateOf(readRow(Row, row, { owner, what: `the run ${run_id}` }))
}

const Inputs = z.object({ group_keys: z.array(GroupKey), inputs: z.array(z.string()).nullable() })

async function readArchivedInputs(
  db: Database,
  { owner, run_id }: RunName,
): Promise<RunInputs | undefined> {
  const { group_keys, inputs } = runs
  const [row] = await answered(
    db.orm
      .select({ group_keys, inputs })
      .from(runs)
      .where(and(eq(runs.owner, owner), eq(runs.run_id, run_id), isNotNull(group_keys))),
  )
  if (row === undefined) return undefined
  const stored = readRow(Inputs, row, { owner, what: `the input of the run ${run_id}` })
  const groups = stored.inputs?.flatMap((input, n) => {
    const key = stored.group_keys[n]
    return key === undefined ? [] : [{ key, input }]
  })
  return { groups: groups ?? null }
}

function stateOf({ removed_at, ...state }: z.infer<typeof Row>): State {
  const view = asOfToday(inOrder(state))
  return { ...state, view: removed_at === null ? view : { ...view, removed_at } }
}

/** Puts the groups back into the run's order. jsonb orders its keys by their length. */
function inOrder({ view, group_keys }: State): RunView {
  const groups = group_keys.flatMap((key) => {
    const group = view.groups[key]
    return group === undefined ? [] : [[key, group] as const]
  })
  return { ...view, groups: Object.fromEntries(groups) }
}

/**
 * Adds the group counts that an earlier version did not write. That version also counted aborted groups as failed,
 * which this corrects.
 */
function asOfToday({ groups: before, ...view }: RunView): RunView {
  const { snapshot } = view
  if (view.group_counts !== undefined || snapshot === undefined) return { ...view, groups: before }
  const entries = Object.entries(before).map(([key, group]) => {
    const ended = group.status === 'failed' && group.reason?.code === 'aborted'
    return [key, ended ? { ...group, status: 'aborted' as const } : group] as const
  })
  const group_counts = countGroups(entries.map(([, group]) => group))
  const groups_failed = group_counts.by_status.failed ?? 0
  const counted = { ...snapshot, groups_failed, group_counts }
  const problems = problemsOf(counted)
  return { ...view, groups: Object.fromEntries(entries), group_counts, problems, snapshot: counted }
}

type ArchivedJobsQuery = {
  readonly after: { readonly group: number; readonly n: number } | null
  readonly limit: number
  readonly group?: string | undefined
  readonly status?: JobStatus | undefined
}

/** Reads the jobs of an archived run that come after a position, in order. Throws RunRemoved if they were removed. */
export async function readArchivedJobs(
  db: Database,
  { owner, run_id }: RunName,
  { after, limit, group, status }: ArchivedJobsQuery,
): Promise<PlacedJob[]> {
  const place = [after?.group ?? -1, after?.n ?? -1]
  const filter = [group === undefined ? null : cleanText(group), status ?? null]
  const rows = await db.query(readJobs({ group, status }), [
    owner,
    run_id,
    ...place,
    ...filter,
    limit,
  ])
  if (rows.length === 0) await requireKept(db, { owner, run_id })
  const nameOf = jobNames({ owner, run_id })
  return mendedRows(rows, { shape: PlacedJob, mended: MendedJob, nameOf })
}

/** Reads one job of an archived run. Throws RunRemoved as the list does. */
async function readArchivedJob(
  db: Database,
  { owner, run_id }: RunName,
  { group, external_id }: { readonly group: string; readonly external_id: string },
): Promise<ArchivedJob | undefined> {
  const rows = await db.query(READ_JOB, [owner, run_id, cleanText(group), cleanText(external_id)])
  if (rows.length === 0) await requireKept(db, { owner, run_id })
  const nameOf = jobNames({ owner, run_id })
  const [job] = mendedRows(rows, { shape: WholeJob, mended: MendedWholeJob, nameOf })
  return job
}

/** Names a damaged row for the log. */
function jobNames({ owner, run_id }: RunName) {
  return ({ group, external_id }: Readonly<Record<string, unknown>>) => {
    return {
      owner,
      what: `the job ${String(external_id)} of ${String(group)} in the run ${run_id}`,
    }
  }
}

/** Null in an archive that an earlier version wrote. */
const attempts = z
  .array(JobAttempt)
  .nullable()
  .transform((all) => all ?? [])

const WholeJob = PlacedJob.extend({ attempts })

const DAMAGED: Reason = { code: 'damaged', message: 'The stored row of this job cannot be read.' }

const MendedJob = PlacedJob.extend({
  group: z.string().brand<'GroupKey'>(),
  external_id: z.string().brand<'ExternalId'>(),
  status: JobStatus.catch('failed'),
  outcome: Outcome.nullable().catch(null),
  error: z.unknown().transform(() => DAMAGED),
})

const MendedWholeJob = MendedJob.extend({ attempts: attempts.catch([]) })

const READ_JOB = `
SELECT "group", external_id, ${ARCHIVED.join(', ')} FROM run_jobs
WHERE owner = $1::text AND run_id = $2::text AND "group" = $3::text AND external_id = $4::text
  AND group_ord IS NOT NULL AND ${isKept('$2')}`

/**
 * Reads a page by the index `run_jobs_place` or, for jobs in another status than ready, `run_jobs_unready`. Both
 * indexes are partial, so each filter has a text of its own, from which Postgres sees that the index has all
 * rows.
 */
const readJobs = ({ group, status }: Pick<ArchivedJobsQuery, 'group' | 'status'>) => `
SELECT "group", external_id, ${PLACED.join(', ')} FROM run_jobs
WHERE owner = $1::text AND run_id = $2::text AND group_ord IS NOT NULL AND ${isKept('$2')}
  AND ${group === undefined ? '$5::text IS NULL AND (group_ord, n) > ($3::integer, $4::integer)' : IN_GROUP}
  AND ${status === undefined ? '$6::text IS NULL' : 'status = $6::text'}
  ${status === undefined || status === 'ready' ? '' : `AND status <> 'ready'`}
ORDER BY group_ord, n LIMIT $7::integer`

/**
 * Postgres looks up the group's position by its key, and begins in the group where the page does. By a
 * comparison of (group_ord, n) each page would begin at the group's first job.
 */
const IN_GROUP = `group_ord = (
    SELECT group_ord FROM run_jobs
    WHERE owner = $1::text AND run_id = $2::text AND "group" = $5::text AND group_ord >= $3::integer LIMIT 1)
  AND n > (
    SELECT CASE WHEN group_ord > $3::integer THEN -1 ELSE $4::integer END FROM run_jobs
    WHERE owner = $1::text AND run_id = $2::text AND "group" = $5::text AND group_ord >= $3::integer LIMIT 1)`

/** Reads the log lines of an archived run after one line. Throws RunRemoved if they were removed. */
export async function readArchivedLines(
  db: Database,
  { owner, run_id }: RunName,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<PlacedLine[]> {
  const found = await db.query(READ_LINES, [owner, run_id, after, limit])
  if (found.length === 0) await requireKept(db, { owner, run_id })
  const nameOf = ({ seq }: (typeof found)[number]) => {
    return { owner, what: `line ${String(seq)} of the run ${run_id}` }
  }
  const rows = mendedRows(found, { shape: LineRow, mended: MendedLine, nameOf })
  return rows.map(({ group, external_id, since, ...line }) => ({
    ...line,
    ...(group === null ? {} : { group }),
    ...(external_id === null ? {} : { external_id }),
    ...(since === null ? {} : { since }),
  }))
}

const LineRow = PlacedLine.extend({
  group: z.string().nullable(),
  external_id: z.string().nullable(),
  since: z.string().nullable(),
  as_of: z.coerce.number(),
})

const MendedLine = LineRow.extend({
  ts: z.string().catch('1970-01-01T00:00:00.000Z'),
  level: LogLevel.catch('warn'),
  as_of: LineRow.shape.as_of.catch(0),
})

const READ_LINES = `
SELECT seq, ${isoText('ts')} AS ts, level, message, "group", external_id, as_of, late,
  ${isoText('since')} AS since
FROM run_logs WHERE owner = $1::text AND run_id = $2::text AND seq > $3::bigint
  AND ${isKept('$2')}
ORDER BY seq LIMIT $4::integer`
