import { z } from 'zod'

import { hasVectors, tablesOf } from './chunk-stages.ts'
import type { Database, Statement } from './connect.ts'
import { removeSlice, type Removed, type Slice } from './erasure.ts'

/** Documents of an owner, or of one matter of the owner. `matter` is the matter's group. */
export type DocumentScope = { readonly owner: string; readonly matter?: string | undefined }

export const DocumentFiles = z.object({
  document_id: z.string(),
  file_key: z.string().nullable(),
  text_key: z.string().nullable(),
})
/** A document and the keys of its stored objects. */
export type DocumentFiles = z.infer<typeof DocumentFiles>

/** Lists some documents with the keys of their objects. */
export async function filesOf(
  db: Database,
  { owner, matter }: DocumentScope,
  limit: number,
): Promise<readonly DocumentFiles[]> {
  return z.array(DocumentFiles).parse(await db.query(FILES, [owner, matter ?? null, limit]))
}

const FILES = `
SELECT document_id, file_key, text_key FROM documents
WHERE owner = $1::text AND ($2::text IS NULL OR matter = $2::text) ORDER BY document_id LIMIT $3::integer`

/** Removes some of the text of documents. Resolves to undefined if none of it is left. */
export async function removeTexts(
  db: Database,
  slice: Slice,
  documents: readonly DocumentFiles[],
): Promise<(Removed & { readonly table: string }) | undefined> {
  for (const table of tablesOf(await hasVectors(db))) {
    const params = [idsOf(documents)]
    const where = `kept.document_id IN (SELECT jsonb_array_elements_text($5::text::jsonb))`
    const done = await removeSlice(db, slice, { table, where, params })
    if (done.removed > 0) return { ...done, table }
  }
  return undefined
}

/**
 * Removes documents whose objects are gone, with what is left of their texts, their attachments and their jobs. A
 * document whose file was replaced meanwhile stays for the next turn. One transaction counts all of it.
 */
export async function removeDocuments(
  db: Database,
  { owner, task_id }: Omit<Slice, 'limit'>,
  documents: readonly DocumentFiles[],
): Promise<void> {
  const params = [owner, task_id, JSON.stringify(documents)]
  const texts = tablesOf(await hasVectors(db))
  const statements: readonly Statement[] = [
    [LOCK, params],
    ...texts.map((table): Statement => [
      counted(
        table,
        `USING gone WHERE kept.owner = $1::text AND kept.document_id = gone.document_id`,
      ),
      params,
    ]),
    [
      counted(
        'attachments',
        `USING gone WHERE kept.owner = $1::text
        AND gone.document_id IN (kept.parent_id, kept.document_id)`,
      ),
      params,
    ],
    [
      counted(
        'run_jobs',
        `USING gone WHERE kept.owner = $1::text AND kept.run_id = gone.run_id
        AND kept."group" = gone.matter AND kept.external_id = gone.document_id`,
      ),
      params,
    ],
    [
      counted(
        'documents',
        'USING gone WHERE kept.owner = $1::text AND kept.document_id = gone.document_id',
      ),
      params,
    ],
  ]
  await db.batch(statements)
}

const GIVEN = `jsonb_to_recordset($3::text::jsonb) AS given(document_id text, file_key text, text_key text)`

const GONE = `
gone AS (
  SELECT kept.document_id, kept.run_id, kept.matter FROM ${GIVEN}
  JOIN documents AS kept ON kept.owner = $1::text AND kept.document_id = given.document_id
  WHERE (kept.file_key, kept.text_key) IS NOT DISTINCT FROM (given.file_key, given.text_key)
)`

/** A chunk that is written meanwhile waits for the lock, and then finds no document. */
const LOCK = `
SELECT kept.document_id FROM documents AS kept
WHERE kept.owner = $1::text AND $2::text IS NOT NULL
  AND kept.document_id IN (SELECT document_id FROM ${GIVEN}) FOR UPDATE`

const counted = (table: string, which: string) => `
WITH ${GONE},
removed AS (DELETE FROM ${table} AS kept ${which} RETURNING 1)
INSERT INTO removals AS noted (owner, task_id, part, count)
SELECT $1::text, $2::text, '${table}', count(*)::integer FROM removed HAVING count(*) > 0
ON CONFLICT (owner, task_id, part) DO UPDATE SET count = noted.count + excluded.count`

function idsOf(documents: readonly DocumentFiles[]): string {
  return JSON.stringify(documents.map(({ document_id }) => document_id))
}

/** Lists runs that read documents of a matter and of no other, after one of them. */
export async function runsOfMatter(
  db: Database,
  {
    owner,
    matter,
    after,
    limit,
  }: {
    readonly owner: string
    readonly matter: string
    readonly after: string
    readonly limit: number
  },
): Promise<readonly string[]> {
  const rows = await db.query(RUNS, [owner, matter, after, limit])
  return z
    .array(z.object({ run_id: z.string() }))
    .parse(rows)
    .map(({ run_id }) => run_id)
}

/** A run that was started a moment ago may not have its row yet: the documents that it reads name it. */
const RUNS = `
SELECT run_id FROM (
  SELECT run_id FROM runs WHERE owner = $1::text AND pipeline = 'documents'
    AND run_tags(view) @> ARRAY['g:' || $2::text]
    AND (SELECT count(*) FROM jsonb_object_keys(view->'groups')) = 1
  UNION
  SELECT run_id FROM documents WHERE owner = $1::text AND matter = $2::text
    AND NOT EXISTS (SELECT FROM runs WHERE runs.owner = $1::text AND runs.run_id = documents.run_id)
) AS found
WHERE run_id > $3::text ORDER BY run_id LIMIT $4::integer`
