import { z } from 'zod'

import type { ArchivedJob } from '../protocol/archive.ts'
import type { RunName } from '../protocol/ids.ts'
import type { Database } from './connect.ts'
import { jsonText } from './json.ts'
import { ARCHIVED, givenJobs, placeRunJobs, tuple } from './run-jobs.ts'

const Lacking = z.array(z.object({ group: z.string(), external_id: z.string() }))

/** `why` is the error with which Postgres refused the job. */
type LackingJob = z.infer<typeof Lacking>[number] & { readonly why?: string }

/**
 * Writes jobs of an ended run to Postgres. A second statement reads them back. Returns the
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
