import { z } from 'zod'

import { GroupKey, RunId } from './ids.ts'
import { MatterId } from './matter.ts'
import { JobStatus, Reason } from './status.ts'
import { givenName } from './text.ts'

/** A document's id: 32 lower-case hex digits, not secret. It is also the external id of the document's job. */
export const DocumentId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a document id is 32 lower-case hex digits')
  .brand<'DocumentId'>()
export type DocumentId = z.infer<typeof DocumentId>

/** The kind of a file, which its content decides and its name does not. */
export const DocumentKind = z.enum([
  'pdf',
  'docx',
  'html',
  'markdown',
  'text',
  'xlsx',
  'pptx',
  'odt',
  'ods',
  'odp',
  'epub',
  'rtf',
  'csv',
  'eml',
  'msg',
  'png',
  'jpeg',
  'tiff',
  'gif',
  'webp',
])
export type DocumentKind = z.infer<typeof DocumentKind>

/** The kinds of pictures, whose text must be recognised. A TIFF may have many pages. */
const PICTURE_KINDS = ['png', 'jpeg', 'tiff', 'gif', 'webp'] as const
export type PictureKind = (typeof PICTURE_KINDS)[number]

export function isPicture(kind: DocumentKind): kind is PictureKind {
  return PICTURE_KINDS.some((one) => one === kind)
}

/** The kinds of messages: what is attached to one is documents of their own. */
export const MESSAGE_KINDS = ['eml', 'msg'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

export function isMessage(kind: DocumentKind | null): kind is MessageKind {
  return MESSAGE_KINDS.some((one) => one === kind)
}

/** The key of a matter's group in runs: its first name. Inputs of runs name a matter by it. */
export const Matter = GroupKey
export type Matter = GroupKey

/** The name of a matter, from outside. Matters that earlier versions stored may have any group's key. */
export const NewMatter = givenName(200).pipe(GroupKey)

/** The result for one file of an upload. */
export const UploadedDocument = z.object({
  document_id: DocumentId,
  name: z.string(),
  /** The matter already had a document with these bytes: `document_id` names it, and no run reads it again. */
  known: z.boolean(),
  /** The document of the message that the file is attached to. */
  parent: DocumentId.exactOptional(),
  /** Why the file cannot be read. Its owner can upload another file under the same id. */
  error: Reason.exactOptional(),
})
export type UploadedDocument = z.infer<typeof UploadedDocument>

/** The answer to an upload. */
export const Uploaded = z.object({
  run_id: RunId,
  matter_id: MatterId,
  /** The present name of the matter. */
  matter: z.string(),
  documents: z.array(UploadedDocument),
})
export type Uploaded = z.infer<typeof Uploaded>

/** Says in words that the text of a document lacks something that its file shows. */
export const DocumentNotice = z.object({
  code: z.string(),
  message: z.string(),
  /** The number of parts or pages that the text lacks. */
  count: z.int(),
})
export type DocumentNotice = z.infer<typeof DocumentNotice>

/** The searchable part of a document. */
const IndexedContent = z.object({
  title: z.string().nullable(),
  language: z.string(),
  pages: z.int(),
  characters: z.int(),
  chunks: z.int(),
  model: z.string(),
})

/** A message that a document is attached to. */
const ParentDocument = z.object({ document_id: DocumentId, name: z.string() })

/** A document that is attached to a message. */
export const ChildDocument = ParentDocument.extend({ status: JobStatus })
export type ChildDocument = z.infer<typeof ChildDocument>

/** The current state of a document. Times are ISO 8601, sizes are bytes. */
export const DocumentView = z.object({
  document_id: DocumentId,
  matter_id: MatterId,
  /** The present name of the matter. */
  matter: z.string(),
  /**
   * The group of the document's job in its run, which a new name of the matter does not change. Absent in the answer of
   * an earlier version, where the group is the name.
   */
  group: z.string().exactOptional(),
  name: z.string(),
  kind: DocumentKind.nullable(),
  size: z.int(),
  run_id: RunId,
  status: JobStatus,
  /** The done percentage of the current step, and a sentence about the step. Absent while no step runs. */
  progress: z.number().exactOptional(),
  message: z.string().exactOptional(),
  error: Reason.exactOptional(),
  /** Absent until the document is indexed for the first time. */
  content: IndexedContent.exactOptional(),
  /** What the text lacks of the file. Absent until the document is indexed for the first time. */
  notices: z.array(DocumentNotice).exactOptional(),
  /** The first message of the matter that the file is attached to. */
  parent: ParentDocument.exactOptional(),
  /** What is attached to a message. Only in the answer for one document. */
  children: z.array(ChildDocument).exactOptional(),
  created_at: z.string(),
  indexed_at: z.string().nullable(),
})
export type DocumentView = z.infer<typeof DocumentView>

export const DocumentPage = z.object({
  documents: z.array(DocumentView),
  next_cursor: z.string().nullable(),
})
export type DocumentPage = z.infer<typeof DocumentPage>

/**
 * Where a part of a text stands, from `at` on: its page, the label that is printed on that page, and its headings.
 * `at` counts UTF-16 units of the piece.
 */
export const TextPlace = z.object({
  at: z.int(),
  /** Null in a document without pages. */
  page: z.int().nullable(),
  label: z.string().nullable(),
  headings: z.array(z.string()),
})
export type TextPlace = z.infer<typeof TextPlace>

/** One piece of a document's text. `start` and `end` count UTF-16 units from the beginning of the whole text. */
export const ChunkView = z.object({
  n: z.int(),
  text: z.string(),
  start: z.int(),
  end: z.int(),
  /** Null in a document without pages. */
  page: z.int().nullable(),
  page_end: z.int().nullable(),
  headings: z.array(z.string()),
  /** Where page or headings change within the piece. Absent in a piece that an earlier version wrote. */
  places: z.array(TextPlace).exactOptional(),
})
export type ChunkView = z.infer<typeof ChunkView>

export const ChunkPage = z.object({
  chunks: z.array(ChunkView),
  next_cursor: z.string().nullable(),
})
export type ChunkPage = z.infer<typeof ChunkPage>

/** A part of a page, in points from the page's upper left corner. */
export const PageBox = z.object({
  page: z.int(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
})
export type PageBox = z.infer<typeof PageBox>

/** One piece of a document's text with all that a citation needs. */
export const PassageView = ChunkView.extend({
  document_id: DocumentId,
  matter: z.string(),
  name: z.string(),
  /** The label that is printed on the page, if it is another one than the page's number. */
  page_label: z.string().nullable(),
  /** The path of the page that shows the passage in its document. It stays as long as the document's file. */
  link: z.string(),
  /** The lines of the passage on the pages of a PDF. Null for another kind of file. */
  boxes: z.array(PageBox).nullable(),
})
export type PassageView = z.infer<typeof PassageView>

/** A heading of a document. `level` is 1 for the highest ones. */
export const OutlineEntry = z.object({
  title: z.string(),
  level: z.int(),
  /** Null in a document without pages. */
  page: z.int().nullable(),
  /** The number of the passage in which the part below the heading begins. */
  passage: z.int(),
})
export type OutlineEntry = z.infer<typeof OutlineEntry>

/** The headings of a document in the order of the text. */
export const Outline = z.object({ headings: z.array(OutlineEntry) })
export type Outline = z.infer<typeof Outline>

/** The text of one page. */
export const PageView = z.object({
  document_id: DocumentId,
  matter: z.string(),
  name: z.string(),
  page: z.int(),
  page_label: z.string().nullable(),
  text: z.string(),
  /** The size of the page of a PDF in points. Null for another kind of file. */
  size: z.object({ width: z.number(), height: z.number() }).nullable(),
})
export type PageView = z.infer<typeof PageView>

/** The `ready` result of a document's job: the name of the staged chunks, and their counts. */
export const DocumentResult = z.object({
  stage: z.string(),
  ...IndexedContent.shape,
  /** Results of earlier versions have none. */
  notices: z.array(DocumentNotice).default([]),
})
export type DocumentResult = z.infer<typeof DocumentResult>

/** One hit of a search: the passage of a chunk that answers best, and its place in the document. */
export const SearchHit = z.object({
  document_id: DocumentId,
  matter: z.string(),
  name: z.string(),
  /** The page of the first word that was found, or null in a document without pages. */
  page: z.int().nullable(),
  /** The label that is printed on the page, if it is another one than the page's number. */
  page_label: z.string().exactOptional(),
  headings: z.array(z.string()),
  passage: z.string(),
  /** The words to highlight, as [start, end) in UTF-16 units of `passage`. */
  highlights: z.array(z.tuple([z.int(), z.int()])),
  /** The path of the page that shows the passage in its document. */
  link: z.string(),
  score: z.number(),
})
export type SearchHit = z.infer<typeof SearchHit>

/** The hits of a page that are of one document, by their places in `hits`. */
export const HitGroup = z.object({
  document_id: DocumentId,
  matter: z.string(),
  name: z.string(),
  hits: z.array(z.int()),
})
export type HitGroup = z.infer<typeof HitGroup>

export const SearchPage = z.object({
  hits: z.array(SearchHit),
  next_cursor: z.string().nullable(),
  /** The same hits by document. Absent in the answer of an earlier version. */
  documents: z.array(HitGroup).exactOptional(),
  /** Present if nothing answers the question: passages that only have some of its words. `hits` is empty then. */
  near_misses: z.array(SearchHit).exactOptional(),
})
export type SearchPage = z.infer<typeof SearchPage>
