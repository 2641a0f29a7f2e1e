import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { DocumentId, DocumentKind, DocumentView } from '../protocol/document.ts'
import { RunId } from '../protocol/ids.ts'
import { Reason } from '../protocol/status.ts'
import { documentState } from '../protocol/terminal.ts'
import { Attached, attachStatement, LINKED, noticesOf } from './attachments.ts'
import { hasVectors, tablesOf } from './chunk-stages.ts'
import type { Database } from './connect.ts'
import { jsonText } from './json.ts'
import { readableRows, readRow, type RowName } from './readable.ts'

export type DocumentKey = { readonly owner: string; readonly document_id: string }

/** A file that was stored, or one that was refused and whose bytes were not stored. */
export type GivenFile = {
  readonly name: string
  readonly kind: DocumentKind | null
  readonly size: number
  readonly sha256: string
  readonly file_key: string | null
  readonly refused: Reason | null
}

/** An uploaded file under the id that it gets if the matter does not have its bytes yet. */
export type NewDocument = GivenFile & {
  readonly document_id: DocumentId
  /** The document of the message that the file is attached to. It comes earlier among the given documents. */
  readonly parent?: DocumentId
}

const Added = z.array(z.object({ document_id: DocumentId, run_id: RunId, known: z.boolean() }))

/**
 * Adds documents. Returns one entry for each, in the given order: the new document, or the matter's
 * document that already has these bytes.
 */
export async function addDocuments(
  db: Database,
  given: { owner: string; matter: string; run_id: string; documents: readonly NewDocument[] },
): Promise<z.infer<typeof Added>> {
  const { owner, run_id, documents } = given
  const params = [owner, cleanText(given.matter), run_id, jsonText(documents)]
  return Added.parse(
    await db.batch([
      [ADD, params],
      [attachStatement(ROWS), params],
      [ADDED, params],
    ]),
  )
}

// Postgres allows WITH ORDINALITY after a column list only inside ROWS FROM.
const ROWS = `ROWS FROM (jsonb_to_recordset($4::text::jsonb) AS (
  document_id text, parent text, name text, kind text, size bigint, sha256 text, file_key text, refused jsonb))
  WITH ORDINALITY AS given(document_id, parent, name, kind, size, sha256, file_key, refused, place)`

const ADD = `
INSERT INTO documents
  (owner, matter, run_id, document_id, name, kind, size, sha256, file_key, refused)
SELECT $1::text, $2::text, $3::text, document_id, name, kind, size, sha256, file_key,
  nullif(refused, 'null')
FROM ${ROWS}
ORDER BY sha256, place
ON CONFLICT (owner, matter, sha256) DO NOTHING`

const ADDED = `
SELECT kept.document_id, kept.run_id, kept.document_id <> given.document_id AS known
FROM ${ROWS}
JOIN documents AS kept
  ON kept.owner = $1::text AND kept.matter = $2::text AND kept.sha256 = given.sha256
WHERE $3::text IS NOT NULL
ORDER BY given.place`

/** A stored matter's group, which may be any text. */
const StoredGroup = z.string().brand<'GroupKey'>()

/** A document, and the end of its job as far as Postgres knows. */
export const StoredDocument = DocumentView.omit({
  progress: true,
  message: true,
  children: true,
}).extend({
  group: StoredGroup,
  file_key: z.string().nullable(),
  text_key: z.string().nullable(),
  stage: z.string().nullable(),
})
export type StoredDocument = z.infer<typeof StoredDocument>

/** The row also says how many of the attached files of a message could be read. */
const StoredRow = StoredDocument.extend({ attached: Attached.nullable() })

const iso = (column: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** The columns of a stored document, from `kept`, its `matters` row and the outer join `job`. */
export const STORED = `
  kept.document_id, matters.matter_id, matters.name AS matter, kept.matter AS "group", kept.name, kept.kind, kept.size::double precision AS size,
  kept.run_id, kept.file_key, kept.text_key, kept.stage,
  coalesce(job.status, 'pending') AS status,
  ${iso('kept.created_at')} AS created_at, ${iso('kept.indexed_at')} AS indexed_at,
  coalesce(CASE WHEN job.status IN ('failed', 'skipped') THEN job.error END,
    CASE WHEN job.status IS NULL THEN kept.refused END) AS error,
  CASE WHEN kept.stage IS NOT NULL THEN jsonb_build_object(
    'title', kept.title, 'language', kept.language, 'pages', kept.pages,
    'characters', kept.characters, 'chunks', kept.chunks, 'model', kept.model) END AS content,
  CASE WHEN kept.stage IS NOT NULL THEN coalesce(nullif(kept.notices, 'null'), '[]') END AS notices,
  ${LINKED}`

/** Documents, each with its job. */
export const WITH_JOB = `documents AS kept
  LEFT JOIN run_jobs AS job ON job.owner = kept.owner AND job.run_id = kept.run_id
    AND job."group" = kept.matter AND job.external_id = kept.document_id`

export const STORED_FROM = `${WITH_JOB}
  JOIN matters ON matters.owner = kept.owner AND matters."group" = kept.matter`

type DocumentRow = Readonly<Record<string, unknown>>

/** Parses rows, and leaves out damaged ones. */
export function readableDocuments(owner: string, rows: readonly DocumentRow[]): StoredDocument[] {
  const nameOf = (row: DocumentRow) => nameOfDocument({ owner, ...row })
  return readableRows(StoredRow, rows.map(withoutNulls), nameOf).map(asItStands)
}

export function nameOfDocument(key: { readonly owner: string; document_id?: unknown }): RowName {
  const what = `the document ${String(key.document_id)}`
  return { owner: key.owner, what, remedy: 'Give it another file, or delete it.' }
}

/** Names a chunk's row for the log. */
export function nameOfChunk(key: { owner: string; document_id?: unknown; n?: unknown }): RowName {
  const what = `piece ${String(key.n)} of the document ${String(key.document_id)}`
  return { owner: key.owner, what }
}

function withoutNulls({ error, content, notices, parent, ...rest }: DocumentRow): DocumentRow {
  return {
    ...rest,
    ...(parent === null ? {} : { parent }),
    ...(error === null ? {} : { error }),
    ...(content === null ? {} : { content }),
    ...(notices === null ? {} : { notices }),
  }
}

function asItStands({ status, attached, ...stored }: z.infer<typeof StoredRow>): StoredDocument {
  const { error: reason, notices, ...document } = stored
  const job = reason === undefined ? { status } : { status, error: reason }
  return {
    ...document,
    ...(notices === undefined
      ? {}
      : { notices: attached ? noticesOf(notices, attached) : notices }),
    ...documentState(job, document),
  }
}

export async function readDocument(
  db: Database,
  { owner, document_id }: DocumentKey,
): Promise<StoredDocument | undefined> {
  const [row] = await db.query(
    `SELECT ${STORED} FROM ${STORED_FROM} WHERE kept.owner = $1::text AND kept.document_id = $2::text`,
    [owner, document_id],
  )
  const name = nameOfDocument({ owner, document_id })
  return row && asItStands(readRow(StoredRow, withoutNulls(row), name))
}

/** The columns without which nothing can be done with a document. A damaged document has them too. */
const Handle = z.object({
  document_id: DocumentId,
  group: StoredGroup,
  /** The present name of the matter. */
  matter: z.string(),
  name: z.string(),
  /** Null if the stored text is not the id of a run. */
  run_id: RunId.nullable().catch(null),
  file_key: z.string().nullable(),
  text_key: z.string().nullable(),
  stage: z.string().nullable(),
})
export type DocumentHandle = z.infer<typeof Handle>

/** Finds a document, also a damaged one. */
export async function findDocument(
  db: Database,
  { owner, document_id }: DocumentKey,
): Promise<DocumentHandle | undefined> {
  const [row] = await db.query(
    `SELECT document_id, kept.matter AS "group", coalesce(matters.name, kept.matter) AS matter, kept.name,
       run_id, file_key, text_key, stage
     FROM documents AS kept
     LEFT JOIN matters ON matters.owner = kept.owner AND matters."group" = kept.matter
     WHERE kept.owner = $1::text AND document_id = $2::text`,
    [owner, document_id],
  )
  return row && readRow(Handle, row, nameOfDocument({ owner, document_id }))
}

/** The columns that a document's job needs. */
const Source = z.object({
  name: z.string(),
  kind: DocumentKind.nullable(),
  size: z.number(),
  file_key: z.string().nullable(),
  text_key: z.string().nullable(),
  refused: Reason.nullable(),
})

export const SOURCE = 'name, kind, size::double precision AS size, file_key, text_key, refused'

export function toSource(key: DocumentKey, row: object) {
  return readRow(Source, row, nameOfDocument(key))
}

export async function readSource(
  db: Database,
  { owner, document_id, run_id }: DocumentKey & { readonly run_id: string },
) {
  const [row] = await db.query(
    `SELECT ${SOURCE} FROM documents
     WHERE owner = $1::text AND document_id = $2::text AND run_id = $3::text`,
    [owner, document_id, run_id],
  )
  return row && toSource({ owner, document_id }, row)
}

const Keys = z.object({ file_key: z.string().nullable(), text_key: z.string().nullable() })

function keysOf(row: object): string[] {
  return Object.values(Keys.parse(row)).filter((key) => key !== null)
}

/**
 * Replaces the file of a document; the document then counts as not indexed, and has nothing attached to it. Returns the keys of the replaced
 * objects, 'known' if another document of the matter has these bytes, or undefined if there is no such
 * document.
 */
export async function replaceFile(
  db: Database,
  { owner, document_id }: DocumentKey,
  file: GivenFile,
): Promise<readonly string[] | 'known' | undefined> {
  const { name, kind, size, sha256, file_key, refused } = file
  const given = [owner, document_id, cleanText(name), kind, size, sha256, file_key]
  const rows = await db.query(REPLACE, [...given, refused === null ? null : jsonText(refused)])
  const [row] = rows
  if (row === undefined) return undefined
  if (row['replaced'] !== true) return 'known'
  return keysOf(row)
}

const REPLACE = `
WITH before AS MATERIALIZED (
  SELECT * FROM documents WHERE owner = $1::text AND document_id = $2::text FOR UPDATE
),
put AS (
  UPDATE documents AS kept SET name = $3::text, kind = $4::text, size = $5::bigint,
    sha256 = $6::text, file_key = $7::text, refused = $8::text::jsonb, text_key = NULL,
    indexed_at = NULL
  FROM before
  WHERE kept.owner = before.owner AND kept.document_id = before.document_id
    AND NOT EXISTS (
      SELECT 1 FROM documents AS other WHERE other.owner = before.owner
        AND other.matter = before.matter AND other.sha256 = $6::text
        AND other.document_id <> before.document_id)
  RETURNING kept.document_id
),
detached AS (
  DELETE FROM attachments AS link USING put
  WHERE link.owner = $1::text AND link.parent_id = put.document_id
)
SELECT before.file_key, before.text_key, put.document_id IS NOT NULL AS replaced
FROM before LEFT JOIN put ON true`

/**
 * Stores the key of the text that was read with the owner's password, for the job's next attempt. Returns
 * false if there is no such document.
 */
export function giveText(db: Database, key: DocumentKey, text_key: string): Promise<boolean> {
  return change(db, key, { column: 'text_key', value: text_key })
}

/** Makes the document this run's job. Returns false if there is no such document. */
export function moveDocument(db: Database, key: DocumentKey, run_id: string): Promise<boolean> {
  return change(db, key, { column: 'run_id', value: run_id })
}

async function change(
  db: Database,
  { owner, document_id }: DocumentKey,
  { column, value }: { readonly column: 'text_key' | 'run_id'; readonly value: string },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE documents SET ${column} = $3::text
     WHERE owner = $1::text AND document_id = $2::text RETURNING document_id`,
    [owner, document_id, value],
  )
  return rows.length > 0
}

/**
 * Removes a document and its chunks in one transaction. Returns the keys of its stored objects, or undefined
 * if there is no such document. The transaction locks the document first: a concurrent write of its chunks
 * commits before the lock and is removed, or waits for the commit and finds no document.
 */
export async function removeDocument(
  db: Database,
  key: DocumentKey,
): Promise<readonly string[] | undefined> {
  const params = [key.owner, key.document_id]
  const where = 'WHERE owner = $1::text AND document_id = $2::text'
  const parts = tablesOf(await hasVectors(db)).map((table) => `DELETE FROM ${table} ${where}`)
  const statements = [
    `SELECT 1 FROM documents ${where} FOR UPDATE`,
    ...parts,
    REMOVE_LEFT_JOB,
    'DELETE FROM attachments WHERE owner = $1::text AND $2::text IN (parent_id, document_id)',
    `DELETE FROM documents ${where} RETURNING file_key, text_key`,
  ]
  const [removed] = await db.batch(statements.map((statement) => [statement, params] as const))
  return removed && keysOf(removed)
}

/** The sweep of a removed run left the document's job (RUN-6). A run that is kept keeps the job too. */
const REMOVE_LEFT_JOB = `
DELETE FROM run_jobs AS job USING documents AS kept, runs
WHERE kept.owner = $1::text AND kept.document_id = $2::text
  AND runs.owner = kept.owner AND runs.run_id = kept.run_id AND runs.removed_at IS NOT NULL
  AND job.owner = kept.owner AND job.run_id = kept.run_id
  AND job."group" = kept.matter AND job.external_id = kept.document_id`
