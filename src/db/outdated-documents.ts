import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { DocumentId, Matter } from '../protocol/document.ts'
import { TerminalJobStatus } from '../protocol/status.ts'
import type { Database } from './connect.ts'
import { type DocumentKey, nameOfDocument, SOURCE, toSource, WITH_JOB } from './documents.ts'
import { readableRows } from './readable.ts'

/** Asks for an owner's documents whose vectors another model made, in all matters or in one. */
type OutdatedQuery = {
  readonly owner: string
  readonly matter?: string | undefined
  /** The run that will index the documents. Documents that it already has are found too. */
  readonly run_id: string
  readonly model: string
  /** The most documents of one run, and the most bytes of their names in its input. */
  readonly limit: number
  readonly input_bytes: number
}

const Outdated = z.object({
  document_id: DocumentId,
  matter: Matter,
  /** The present name of the matter. */
  title: z.string(),
  name: z.string(),
})
export type OutdatedDocument = z.infer<typeof Outdated>

const Found = Outdated.extend({ counted: z.int() })

/** The bytes of a document's id and the JSON around it, without its name. */
const ENTRY_BYTES = 80

/**
 * Finds outdated documents, the oldest first. Documents that failed in this run before come last, so that
 * they do not displace others. `left` counts the ones beyond the limit.
 */
export async function findOutdated(
  db: Database,
  { owner, matter, run_id, model, limit, input_bytes }: OutdatedQuery,
): Promise<{ readonly documents: readonly OutdatedDocument[]; readonly left: number }> {
  const confined = matter === undefined ? null : cleanText(matter)
  const params = [owner, confined, run_id, model, limit, input_bytes, ENTRY_BYTES]
  const rows = await db.query(FIND, params)
  const found = readableRows(Found, rows, (row) => nameOfDocument({ owner, ...row }))
  const documents = found.map(({ counted: _counted, ...document }) => document)
  return { documents, left: (found[0]?.counted ?? rows.length) - rows.length }
}

const ENDED = TerminalJobStatus.options.map((status) => `'${status}'`).join(', ')

/**
 * True for a document that another model indexed from its current file. `indexed_at` is null for a document
 * whose new file was not indexed; if that file cannot be read, its owner has to act.
 */
const OUTDATED = `kept.indexed_at IS NOT NULL AND kept.model IS DISTINCT FROM $4::text`

const FIND = `
WITH found AS (
  SELECT kept.document_id, kept.matter, coalesce(matters.name, kept.matter) AS title, kept.name,
    row_number() OVER way AS place,
    sum(octet_length(kept.name) + $7::integer) OVER way AS bytes,
    (count(*) OVER ())::integer AS counted
  FROM ${WITH_JOB}
  LEFT JOIN matters ON matters.owner = kept.owner AND matters."group" = kept.matter
  WHERE kept.owner = $1::text AND ($2::text IS NULL OR kept.matter = $2::text)
    AND (kept.run_id = $3::text OR (${OUTDATED} AND job.status IN (${ENDED})))
  WINDOW way AS (
    ORDER BY kept.run_id = $3::text DESC, job.status = 'ready' DESC, kept.created_at,
      kept.document_id
    ROWS UNBOUNDED PRECEDING)
)
SELECT document_id, matter, title, name, counted FROM found
WHERE place = 1 OR (place <= $5::integer AND bytes <= $6::integer)
ORDER BY place`

/**
 * Makes an outdated document this run's job. Returns undefined if the document is gone, is up to date by
 * now, or is another run's job. Repeating the call is safe.
 */
export async function takeOutdated(
  db: Database,
  { owner, document_id, run_id }: DocumentKey & { readonly run_id: string },
  model: string,
) {
  const [row] = await db.query(TAKE, [owner, document_id, run_id, model])
  return row && toSource({ owner, document_id }, row)
}

// If another run takes the document meanwhile, Postgres checks both conditions again on the new row.
const TAKE = `
UPDATE documents AS kept SET run_id = $3::text
WHERE kept.owner = $1::text AND kept.document_id = $2::text
  AND (kept.run_id = $3::text OR (${OUTDATED} AND EXISTS (
    SELECT 1 FROM run_jobs AS job WHERE job.owner = kept.owner AND job.run_id = kept.run_id
      AND job."group" = kept.matter AND job.external_id = kept.document_id
      AND job.status IN (${ENDED}))))
RETURNING ${SOURCE}`
