import { sql } from 'drizzle-orm'
import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

import type { DocumentKind, DocumentNotice, PageBox, TextPlace } from '../protocol/document.ts'
import type { Reason } from '../protocol/status.ts'
import { moment } from './columns.ts'

const words = customType<{ data: string }>({ dataType: () => 'tsvector' })

/**
 * The matters of an owner. A matter is a group of its documents' runs: `group` names it there and never changes,
 * while its name may. It is the matter's first name, unless another matter had that group already.
 * A trigger adds the row of a matter that a Worker of an earlier version puts documents into.
 */
export const matters = pgTable(
  'matters',
  {
    owner: text().notNull(),
    matter_id: text()
      .notNull()
      .default(sql`replace(gen_random_uuid()::text, '-', '')`),
    group: text().notNull(),
    name: text().notNull(),
    created_at: moment().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.matter_id] }),
    uniqueIndex('matters_group').on(t.owner, t.group),
    uniqueIndex('matters_name').on(t.owner, t.name),
  ],
)

/**
 * The watch tokens by which a matter is shared, until they are revoked. They go with their matter. Tokens that have
 * expired go when their owner makes another one.
 */
export const watch_tokens = pgTable(
  'watch_tokens',
  {
    owner: text().notNull(),
    matter_id: text().notNull(),
    token_id: text().notNull(),
    created_at: moment().notNull().defaultNow(),
    expires_at: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.matter_id, t.token_id] })],
)

export const documents = pgTable(
  'documents',
  {
    owner: text().notNull(),
    document_id: text().notNull(),
    /** The `group` of the document's matter. */
    matter: text().notNull(),
    name: text().notNull(),
    kind: text().$type<DocumentKind>(),
    size: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
    /** The key of the file's bytes. Null if the file was refused, so that no bytes were stored. */
    file_key: text(),
    /** The key of the text that was read from the file with its owner's password. */
    text_key: text(),
    refused: jsonb().$type<Reason>(),
    /** The run whose job the document is. Results of other runs change nothing. */
    run_id: text().notNull(),
    /** The stage whose chunks are visible. Null until there is one. */
    stage: text(),
    title: text(),
    language: text(),
    pages: integer(),
    characters: integer(),
    chunks: integer(),
    model: text(),
    /** Null for a document that an earlier version indexed. */
    notices: jsonb().$type<readonly DocumentNotice[]>(),
    created_at: moment().notNull().defaultNow(),
    indexed_at: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.document_id] }),
    uniqueIndex('documents_bytes').on(t.owner, t.matter, t.sha256),
    index('documents_newest').on(t.owner, t.created_at, t.document_id),
  ],
)

/** The documents that are attached to a message: one document may be attached to several messages. */
export const attachments = pgTable(
  'attachments',
  {
    owner: text().notNull(),
    /** The document of the message. */
    parent_id: text().notNull(),
    document_id: text().notNull(),
    /** The position in the upload, which orders what is attached to one message. */
    place: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.parent_id, t.document_id] }),
    index('attachments_document').on(t.owner, t.document_id),
  ],
)

/**
 * The chunks of a document's text. Each attempt writes its chunks under a stage of its own; they become
 * visible when the document names that stage. Their vectors are in `chunk_vectors`, a table that exists if
 * Postgres has pgvector.
 */
export const chunks = pgTable(
  'chunks',
  {
    owner: text().notNull(),
    document_id: text().notNull(),
    stage: text().notNull(),
    n: integer().notNull(),
    text: text().notNull(),
    start: integer().notNull(),
    end: integer().notNull(),
    /** 1 in a document without pages: earlier versions read a number. `places` tells. */
    page: integer().notNull(),
    page_end: integer().notNull(),
    /** The headings above the chunk's beginning. `places` has those within the chunk. */
    headings: text().array().notNull(),
    /** Where page or heading change within the chunk. Null for a chunk that an earlier version wrote. */
    places: jsonb().$type<readonly TextPlace[]>(),
    /** Where the chunk stands on pages that were read from their pictures. Null if there is none. */
    boxes: jsonb().$type<readonly PageBox[]>(),
    language: text().notNull(),
    words: words().notNull(),
    created_at: moment().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.document_id, t.stage, t.n] })],
)
