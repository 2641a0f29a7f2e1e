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

import type { DocumentKind } from '../protocol/document.ts'
import type { Reason } from '../protocol/status.ts'
import { moment } from './columns.ts'

const words = customType<{ data: string }>({ dataType: () => 'tsvector' })

export const documents = pgTable(
  'documents',
  {
    owner: text().notNull(),
    document_id: text().notNull(),
    matter: text().notNull(),
    name: text().notNull(),
    kind: text().$type<DocumentKind>(),
    size: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
    /** Where its bytes are; null where they were refused and are not kept. */
    file_key: text(),
    /** Where text is that was taken out of it at its owner's hand. */
    text_key: text(),
    refused: jsonb().$type<Reason>(),
    /** The run whose job it is now: what another run has of it changes nothing. */
    run_id: text().notNull(),
    /** Which of its chunks can be seen; null until there are any. */
    stage: text(),
    title: text(),
    language: text(),
    pages: integer(),
    characters: integer(),
    chunks: integer(),
    model: text(),
    created_at: moment().notNull().defaultNow(),
    indexed_at: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.document_id] }),
    uniqueIndex('documents_bytes').on(t.owner, t.matter, t.sha256),
    index('documents_newest').on(t.owner, t.created_at, t.document_id),
  ],
)

/**
 * A document's text in pieces. Each attempt writes them under a stage of its own, and they are seen
 * once the document names that stage. Their vectors stand in `chunk_vectors`, which is there where
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
    page: integer().notNull(),
    page_end: integer().notNull(),
    headings: text().array().notNull(),
    language: text().notNull(),
    words: words().notNull(),
    created_at: moment().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.document_id, t.stage, t.n] }),
    index('chunks_words').using('gin', t.words),
  ],
)
