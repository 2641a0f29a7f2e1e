import { z } from 'zod'

import { type ArchivedJob, PlacedJob } from '../protocol/archive.ts'
import { cleanText } from '../protocol/clean-text.ts'
import { JobAttempt } from '../protocol/run.ts'
import { JobStatus, Outcome, type Reason } from '../protocol/status.ts'
import type { Database } from './connect.ts'
import { jsonText } from './json.ts'
import { mendedRows } from './readable.ts'
import { ARCHIVED, givenJobs, PLACED, placeRunJobs, tuple } from './run-jobs.ts'

type RunName = { readonly owner: string; readonly run_id: string }

const Lacking = z.array(z.object({ group: z.string(), external_id: z.string() }))

/** `why` is the error with which Postgres refused the job. */
type LackingJob = z.infer<typeof Lacking>[number] & { readonly why?: string }

/**
 * Writes jobs of an ended run to Postgres, where they stay. A second statement reads them back. Returns the
 * jobs that Postgres refused or did not store exactly as given.
 */
export async function archiveJobs(
  db: Database,
  run: RunName,
  rows: readonly ArchivedJob[],
): Promise<readonly LackingJob[]> {
  if (rows.length === 0) return []
  const refused = await placeRunJobs(db, run, rows)
  if (refused.length > 0) {
    return refused.map(({ row: { group, external_id }, message: why }) => {
      return { group, external_id, why }
    })
  }
  return Lacking.parse(await db.query(LACKING, [run.owner, run.run_id, jsonText(rows)]))
}

const LACKING = `
SELECT given."group", given.external_id
FROM ${givenJobs} LEFT JOIN run_jobs AS kept ON kept.owner = $1::text AND kept.run_id = $2::text
  AND kept."group" = given."group" AND kept.external_id = given.external_id
WHERE ${tuple('kept', ARCHIVED)} IS DISTINCT FROM ${tuple('given', ARCHIVED)}`

type JobQuery = {
  readonly after: { readonly group: number; readonly n: number } | null
  readonly limit: number
  readonly group?: string | undefined
  readonly status?: JobStatus | undefined
}

/** Reads the jobs of an archived run that come after a position, in order. */
export async function readArchivedJobs(
  db: Database,
  { owner, run_id }: RunName,
  { after, limit, group, status }: JobQuery,
): Promise<PlacedJob[]> {
  const place = [after?.group ?? -1, after?.n ?? -1]
  const filter = [group === undefined ? null : cleanText(group), status ?? null]
  const rows = await db.query(READ, [owner, run_id, ...place, ...filter, limit])
  const nameOf = jobNames({ owner, run_id })
  return mendedRows(rows, { shape: PlacedJob, mended: MendedJob, nameOf })
}

/** Reads one job of an archived run. */
export async function readArchivedJob(
  db: Database,
  { owner, run_id }: RunName,
  { group, external_id }: { readonly group: string; readonly external_id: string },
): Promise<ArchivedJob | undefined> {
  const rows = await db.query(READ_ONE, [owner, run_id, cleanText(group), cleanText(external_id)])
  const nameOf = jobNames({ owner, run_id })
  const [job] = mendedRows(rows, { shape: WholeJob, mended: MendedWholeJob, nameOf })
  return job
}

/** How the log names a row that is damaged. */
function jobNames({ owner, run_id }: RunName) {
  return ({ group, external_id }: Readonly<Record<string, unknown>>) => {
    return {
      owner,
      what: `the job ${String(external_id)} of ${String(group)} in the run ${run_id}`,
    }
  }
}

/** An archive that an earlier version wrote names no attempts. */
const attempts = z
  .array(JobAttempt)
  .nullable()
  .transform((all) => all ?? [])

const WholeJob = PlacedJob.extend({ attempts })

const DAMAGED: Reason = { code: 'damaged', message: 'What is stored of this job cannot be read.' }

const MendedJob = PlacedJob.extend({
  group: z.string().brand<'GroupKey'>(),
  external_id: z.string().brand<'ExternalId'>(),
  status: JobStatus.catch('failed'),
  outcome: Outcome.nullable().catch(null),
  error: z.unknown().transform(() => DAMAGED),
})

const MendedWholeJob = MendedJob.extend({ attempts: attempts.catch([]) })

const READ_ONE = `
SELECT "group", external_id, ${ARCHIVED.join(', ')} FROM run_jobs
WHERE owner = $1::text AND run_id = $2::text AND "group" = $3::text AND external_id = $4::text
  AND group_ord IS NOT NULL`

const READ = `
SELECT "group", external_id, ${PLACED.join(', ')} FROM run_jobs
WHERE owner = $1::text AND run_id = $2::text AND (group_ord, n) > ($3::integer, $4::integer)
  AND ($5::text IS NULL OR "group" = $5::text) AND ($6::text IS NULL OR status = $6::text)
ORDER BY group_ord, n LIMIT $7::integer`
