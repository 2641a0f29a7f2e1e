import type { DocumentPorts } from '../api/document-ports.ts'
import { FORM_LIMITS } from '../api/documents/multipart.ts'
import { listChildren } from '../db/attachments.ts'
import { stageChunks, stageVectors } from '../db/chunk-stages.ts'
import type { Database } from '../db/connect.ts'
import {
  chunksOnPage,
  headedChunks,
  listChunks,
  listDocuments,
  readChunk,
} from '../db/document-list.ts'
import { recordDocuments } from '../db/document-result.ts'
import { searchVectors, searchWords } from '../db/document-search.ts'
import {
  addDocuments,
  findDocument,
  giveText,
  moveDocument,
  readDocument,
  readSource,
  removeDocument,
  replaceFile,
} from '../db/documents.ts'
import {
  findMatter,
  listMatters,
  placeMatter,
  readMatter,
  renameMatter,
  withdrawDocuments,
} from '../db/matters.ts'
import { findOutdated, takeOutdated } from '../db/outdated-documents.ts'
import { countStoredBytes } from '../db/stored-bytes.ts'
import {
  addWatchToken,
  admitWatchToken,
  listWatchTokens,
  revokeAllWatchTokens,
  revokeWatchToken,
} from '../db/watch-tokens.ts'
import { consoleLog as log } from '../log.ts'
import { checkFile } from '../pipelines/documents/check-file.ts'
import { type Chunk, embeddedText } from '../pipelines/documents/chunk/chunk.ts'
import type { DocumentPort } from '../pipelines/documents/document-port.ts'
import { MATTER_INPUT_BYTES, RUN_DOCUMENTS } from '../pipelines/documents/input.ts'
import { containerKind, takeOut } from '../pipelines/documents/read/container.ts'
import { searchPage } from '../pipelines/documents/search-page.ts'
import { searchable } from '../pipelines/documents/text/search-words.ts'
import { unlock } from '../pipelines/documents/unlock.ts'
import type { DocumentWorkPorts } from '../pipelines/documents/work.ts'
import type { OutageRetry } from '../queue/outage-retry.ts'
import { openFiles } from '../storage/files.ts'
import { embedderOf, ocrOf, type Parts } from './parts.ts'
import type { Wiring } from './wiring.ts'

/** The ports of the API's routes for documents. */
export function documentPorts(parts: Parts): DocumentPorts {
  const { db, settings, env, readLists } = parts
  const embedder = embedderOf(parts)
  const searchIn = (from: Database) => ({
    embedder,
    words: searchWords.bind(null, from),
    vectors: searchVectors.bind(null, from),
  })
  return {
    matters: {
      find: (owner, asked) => findMatter(db, owner, asked),
      place: (owner, name) => placeMatter(db, owner, name),
      list: (query) => listMatters(db, query),
      read: (matter) => readMatter(db, matter),
      rename: (matter, name) => renameMatter(db, matter, name),
    },
    tokens: {
      add: (token) => addWatchToken(db, token),
      list: (owner) => listWatchTokens(db, owner),
      revoke: (token) => revokeWatchToken(db, token),
      revokeAll: (of) => revokeAllWatchTokens(db, of),
      admits: (question) => admitWatchToken(db, question),
    },
    files: openFiles(env.FILES),
    upload: { ...FORM_LIMITS, form_bytes: settings.upload_bytes },
    check: (file) => checkFile(file, settings.document_bytes),
    containerKind,
    takeOut,
    unlock,
    add: (request) => addDocuments(db, request),
    withdraw: (request) => withdrawDocuments(db, request),
    find: (key) => findDocument(db, key),
    read: (key) => readDocument(db, key),
    children: (key) => listChildren(db, key),
    list: (query) => listDocuments(db, query),
    chunks: (query) => listChunks(db, query),
    chunk: (document, n) => readChunk(db, document, n),
    headed: (document) => headedChunks(db, document),
    onPage: (document, page) => chunksOnPage(db, document, page),
    layouts: async (pdf, pages, signal) => {
      const { readLayouts } = await import('../pipelines/documents/read/pdf/page-layouts.ts')
      return readLayouts(pdf, pages, signal)
    },
    replace: (key, file) => replaceFile(db, key, file),
    giveText: (key, text_key) => giveText(db, key, text_key),
    moveTo: (key, run_id) => moveDocument(db, key, run_id),
    outdated: (query) =>
      findOutdated(db, {
        ...query,
        model: embedder.model,
        limit: RUN_DOCUMENTS,
        input_bytes: MATTER_INPUT_BYTES,
      }),
    remove: (key) => removeDocument(db, key),
    storedBytes: (owner) => countStoredBytes(db, owner),
    search: (query) => readLists(query, (from) => searchPage(query, searchIn(from))),
  }
}

/** Adds the words by which a chunk is found. */
function withSearched(chunk: Chunk) {
  return { ...chunk, searched: searchable(embeddedText(chunk)) }
}

/** Wires the ports of the documents pipeline, and the statement that records its results. */
export function wireDocuments(parts: Parts): Wiring<unknown, DocumentWorkPorts> {
  const { db, settings } = parts
  const embedder = embedderOf(parts)
  return {
    planPorts: () => ({}),
    workPorts: (outage) => ({
      documents: documentPort(parts, outage),
      embedder,
      ...ocrOf(parts),
    }),
    record: (run, rows) => recordDocuments(db, { ...run, stage_ms: settings.stage_ms, log }, rows),
  }
}

/** Each statement outlasts an outage of Postgres, so that a job reads and embeds no document twice. */
function documentPort({ db, env, gates }: Parts, outage: Pick<OutageRetry, 'ask'>): DocumentPort {
  const files = openFiles(env.FILES)
  return {
    read: (key) => outage.ask(() => readSource(db, key)),
    take: (key, model) => outage.ask(() => takeOutdated(db, key, model)),
    bytes: (key) => gates.storage(() => files.read(key)),
    stageChunks: (key, language, chunks) =>
      outage.ask(() => stageChunks(db, { ...key, language }, chunks.map(withSearched))),
    stageVectors: (key, model, vectors) =>
      outage.ask(() => stageVectors(db, { ...key, model }, vectors)),
  }
}
