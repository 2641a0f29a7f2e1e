import { z } from 'zod'

import type { Json } from '../protocol/json.ts'
import type { Database } from './connect.ts'
import { storedKey } from './job-rows.ts'
import { jsonText } from './json.ts'

type ResultKey = { readonly group: string; readonly external_id: string }

export type ResultsQuery = {
  readonly owner: string
  readonly run_id: string
  /** The jobs whose results are wanted, in the order in which they are shown. */
  readonly jobs: readonly ResultKey[]
  /** The results of the first jobs are read, as many as are no larger than this together, and at least one. */
  readonly most_bytes: number
}

/** `left_out`: how many of the last jobs were not looked at, because the results before them are that large. */
export type JobResults = {
  /** One entry for each job that was looked at. Undefined: the job has no result. */
  readonly results: readonly (Json | undefined)[]
  readonly left_out: number
}

/** Reads the stored results of jobs. Throws DatabaseUnavailable. */
export async function readJobResults(
  db: Database,
  { owner, run_id, jobs, most_bytes }: ResultsQuery,
): Promise<JobResults> {
  if (jobs.length === 0) return { results: [], left_out: 0 }
  const names = jobs.map(({ group, external_id }, n) => ({ n, group, external_id }))
  const rows = Row.array().parse(await db.query(READ, [owner, run_id, jsonText(names), most_bytes]))
  const found = new Map(rows.map((row) => [storedKey(row), row]))
  const known = jobs.map((job) => found.get(storedKey(job)))
  const cut = known.findIndex((row, n) => n > 0 && row?.fits === false)
  const shown = cut === -1 ? known : known.slice(0, cut)
  return {
    results: shown.map((row) => row?.result ?? undefined),
    left_out: known.length - shown.length,
  }
}

const Row = z.object({
  group: z.string(),
  external_id: z.string(),
  fits: z.boolean(),
  result: z.json(),
})

// Results beyond the limit are measured and not sent. The first result is always sent.
const READ = `
WITH wanted AS (
  SELECT * FROM jsonb_to_recordset($3::text::jsonb) AS row(n integer, "group" text, external_id text)
),
sized AS (
  SELECT wanted.n, wanted."group", wanted.external_id, kept.result,
    sum(octet_length(kept.result::text)) OVER (ORDER BY wanted.n) AS bytes
  FROM wanted JOIN run_jobs AS kept ON kept.owner = $1::text AND kept.run_id = $2::text
    AND kept."group" = wanted."group" AND kept.external_id = wanted.external_id
  WHERE kept.status = 'ready' AND kept.result IS NOT NULL
)
SELECT "group", external_id, bytes <= $4::integer AS fits,
  CASE WHEN bytes <= $4::integer OR n = 0 THEN result END AS result
FROM sized ORDER BY n`
