import type { DocumentPorts } from '../api/document-ports.ts'
import { stageChunks, stageVectors, sweepStages } from '../db/chunk-stages.ts'
import { listChunks, listDocuments } from '../db/document-list.ts'
import { documentTail } from '../db/document-result.ts'
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
  withdrawDocuments,
} from '../db/documents.ts'
import { findOutdated, takeOutdated } from '../db/outdated-documents.ts'
import { recordResults, type ResultRow } from '../db/results.ts'
import { consoleLog as log, describeError } from '../log.ts'
import { checkFile } from '../pipelines/documents/check-file.ts'
import type { DocumentPort } from '../pipelines/documents/document-port.ts'
import { RUN_DOCUMENTS } from '../pipelines/documents/input.ts'
import { searchPage } from '../pipelines/documents/search-page.ts'
import { unlock } from '../pipelines/documents/unlock.ts'
import type { DocumentWorkPorts } from '../pipelines/documents/work.ts'
import { DocumentResult } from '../protocol/document.ts'
import type { OutageRetry } from '../queue/outage-retry.ts'
import { openFiles } from '../storage/files.ts'
import { embedderOf } from './embedder.ts'
import type { Parts } from './parts.ts'
import type { Wiring } from './wiring.ts'

/** Lines around the files of a form are part of it. */
const FIELD_BYTES = 10_000
const FORM_PARTS = 1_000

/** A run's object keeps a matter's input as one row, of at most 2 MB. */
const INPUT_BYTES = 1_500_000

/** What the API touches of documents. */
export function documentPorts(parts: Parts): DocumentPorts {
  const { db, settings, env, gates } = parts
  const embedder = embedderOf(env.AI, gates.egress)
  const search = {
    embedder,
    words: searchWords.bind(null, db),
    vectors: searchVectors.bind(null, db),
  }
  return {
    files: openFiles(env.FILES),
    upload: {
      form_bytes: settings.upload_bytes,
      field_bytes: FIELD_BYTES,
      parts: FORM_PARTS,
    },
    check: (file) => checkFile(file, settings.document_bytes),
    unlock,
    add: (request) => addDocuments(db, request),
    withdraw: (request) => withdrawDocuments(db, request),
    find: (key) => findDocument(db, key),
    read: (key) => readDocument(db, key),
    list: (query) => listDocuments(db, query),
    chunks: (query) => listChunks(db, query),
    replace: (key, file) => replaceFile(db, key, file),
    giveText: (key, text_key) => giveText(db, key, text_key),
    moveTo: (key, run_id) => moveDocument(db, key, run_id),
    outdated: (query) =>
      findOutdated(db, {
        ...query,
        model: embedder.model,
        limit: RUN_DOCUMENTS,
        input_bytes: INPUT_BYTES,
      }),
    remove: (key) => removeDocument(db, key),
    search: (query) => searchPage(query, search),
  }
}

/** Wires what the documents pipeline works with, and how its results are written. */
export function wireDocuments(parts: Parts): Wiring<unknown, DocumentWorkPorts> {
  const port = documentPort(parts)
  const embedder = embedderOf(parts.env.AI, parts.gates.egress)
  return {
    planPorts: () => ({}),
    workPorts: (outage) => ({ documents: throughOutage(port, outage), embedder }),
    async record(run, rows) {
      const recorded = await recordResults(parts.db, { ...run, tail: documentTail }, rows)
      await sweep(parts, run.owner, rows)
      return recorded
    },
  }
}

function documentPort({ db, env, gates }: Parts): DocumentPort {
  const files = openFiles(env.FILES)
  return {
    read: (key) => readSource(db, key),
    take: (key, model) => takeOutdated(db, key, model),
    bytes: (key) => gates.storage(() => files.read(key)),
    stageChunks: (key, language, chunks) => stageChunks(db, { ...key, language }, chunks),
    stageVectors: (key, model, vectors) => stageVectors(db, { ...key, model }, vectors),
  }
}

/** The same port through an outage of Postgres: a job does not read or embed anything again because of it. */
function throughOutage(port: DocumentPort, outage: Pick<OutageRetry, 'ask'>): DocumentPort {
  return {
    ...port,
    read: (key) => outage.ask(() => port.read(key)),
    take: (key, model) => outage.ask(() => port.take(key, model)),
    stageChunks: (...rows) => outage.ask(() => port.stageChunks(...rows)),
    stageVectors: (...rows) => outage.ask(() => port.stageVectors(...rows)),
  }
}

/** What is swept late costs room and nothing else: the results stand whether it succeeds or not. */
async function sweep({ db, settings }: Parts, owner: string, rows: readonly ResultRow[]) {
  try {
    for (const { external_id: document_id, result } of rows) {
      if (result === null) continue
      const { stage } = DocumentResult.parse(result)
      await sweepStages(db, { owner, document_id, stage }, settings.stage_ms)
    }
  } catch (error) {
    log('warn', 'stale chunks were not swept', { error: describeError(error) })
  }
}
