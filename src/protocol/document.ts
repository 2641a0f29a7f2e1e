import { z } from 'zod'

import { GroupKey, RunId } from './ids.ts'
import { JobStatus, Reason } from './status.ts'
import { givenName } from './text.ts'

/** A document's name: 32 lower-case hex digits, and nothing secret. Its job is named the same. */
export const DocumentId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a document id is 32 lower-case hex digits')
  .brand<'DocumentId'>()
export type DocumentId = z.infer<typeof DocumentId>

/** What a file is, by its content. */
export const DocumentKind = z.enum(['pdf', 'docx', 'html', 'markdown', 'text'])
export type DocumentKind = z.infer<typeof DocumentKind>

/** A group of documents, as its owner calls it. */
export const Matter = GroupKey
export type Matter = GroupKey

/** What a matter may be called where it is named first. Earlier ones may have any group's key. */
export const NewMatter = givenName(200).pipe(GroupKey)

/** What became of one file of an upload. */
export const UploadedDocument = z.object({
  document_id: DocumentId,
  name: z.string(),
  /** The matter has these bytes already: this is that document, which another run has read or will. */
  known: z.boolean(),
  /** Why it cannot be read; it may be mended by another file under its id. */
  error: Reason.exactOptional(),
})
export type UploadedDocument = z.infer<typeof UploadedDocument>

/** The answer to an upload. */
export const Uploaded = z.object({
  run_id: RunId,
  matter: z.string(),
  documents: z.array(UploadedDocument),
})
export type Uploaded = z.infer<typeof Uploaded>

/** What can be searched of a document. */
const IndexedContent = z.object({
  title: z.string().nullable(),
  language: z.string(),
  pages: z.int(),
  characters: z.int(),
  chunks: z.int(),
  model: z.string(),
})

/** A document as it is just now. Times are ISO 8601, sizes bytes. */
export const DocumentView = z.object({
  document_id: DocumentId,
  matter: z.string(),
  name: z.string(),
  kind: DocumentKind.nullable(),
  size: z.int(),
  run_id: RunId,
  status: JobStatus,
  /** How far its step is in percent, and what it does, while one is under way. */
  progress: z.number().exactOptional(),
  message: z.string().exactOptional(),
  error: Reason.exactOptional(),
  /** Absent until it is indexed for the first time. */
  content: IndexedContent.exactOptional(),
  created_at: z.string(),
  indexed_at: z.string().nullable(),
})
export type DocumentView = z.infer<typeof DocumentView>

export const DocumentPage = z.object({
  documents: z.array(DocumentView),
  next_cursor: z.string().nullable(),
})
export type DocumentPage = z.infer<typeof DocumentPage>

/** One piece of a document's text; `start` and `end` count UTF-16 units of all of it. */
export const ChunkView = z.object({
  n: z.int(),
  text: z.string(),
  start: z.int(),
  end: z.int(),
  page: z.int(),
  page_end: z.int(),
  headings: z.array(z.string()),
})
export type ChunkView = z.infer<typeof ChunkView>

export const ChunkPage = z.object({
  chunks: z.array(ChunkView),
  next_cursor: z.string().nullable(),
})
export type ChunkPage = z.infer<typeof ChunkPage>

/** What a document's `ready` result holds: what its staged chunks amount to. */
export const DocumentResult = z.object({ stage: z.string(), ...IndexedContent.shape })
export type DocumentResult = z.infer<typeof DocumentResult>

/** One hit of a search: the passage of a chunk that answers best, and where it stands. */
export const SearchHit = z.object({
  document_id: DocumentId,
  matter: z.string(),
  name: z.string(),
  page: z.int(),
  headings: z.array(z.string()),
  passage: z.string(),
  /** What to highlight, as [start, end) in UTF-16 units of `passage`. */
  highlights: z.array(z.tuple([z.int(), z.int()])),
  /** Where the page shows it in its document. */
  link: z.string(),
  score: z.number(),
})
export type SearchHit = z.infer<typeof SearchHit>

export const SearchPage = z.object({
  hits: z.array(SearchHit),
  next_cursor: z.string().nullable(),
})
export type SearchPage = z.infer<typeof SearchPage>
