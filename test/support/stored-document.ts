import { randomBytes } from 'node:crypto'

import {
  type StagedChunk,
  stageChunks,
  stageVectors,
  sweepStages,
} from '../../src/db/chunk-stages.ts'
import type { Database } from '../../src/db/connect.ts'
import { documentTail } from '../../src/db/document-result.ts'
import { addDocuments } from '../../src/db/documents.ts'
import { recordResults } from '../../src/db/results.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { searchable } from '../../src/pipelines/documents/text/search-words.ts'
import { DocumentId, type DocumentKind, type DocumentNotice } from '../../src/protocol/document.ts'
import type { Owner } from '../../src/protocol/ids.ts'
import { newOwner, newRunId } from './database.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')

/** A stored file. `given` replaces some of the usual fields. */
export function newFile(given: Partial<ReturnType<typeof usualFile>> = {}) {
  return { ...usualFile(), ...given }
}

function usualFile() {
  return {
    document_id: DocumentId.parse(hex(16)),
    name: 'lease.txt',
    kind: 'text' as DocumentKind | null,
    size: 12,
    sha256: hex(32),
    file_key: `files/${hex(4)}` as string | null,
    refused: null as { code: string; message: string } | null,
  }
}

function chunkOf(text: string, n: number): StagedChunk {
  const searched = searchable(text)
  return { n, text, start: 0, end: text.length, page: 1, page_end: 1, headings: [], searched }
}

type Given = {
  readonly owner?: Owner
  readonly matter?: string
  readonly language?: string
  readonly model?: string
  readonly file?: Partial<ReturnType<typeof newFile>>
}

/** A document in Postgres, and the writes of its attempts. */
export class StoredDocument {
  readonly #db: Database
  readonly owner: Owner
  readonly matter: string
  readonly language: string
  readonly file: ReturnType<typeof newFile>
  /** The model of the vectors that are written from now on. */
  model: string
  run_id = newRunId()

  constructor(db: Database, { owner, matter, language, model, file }: Given = {}) {
    this.#db = db
    this.owner = owner ?? newOwner()
    this.matter = matter ?? 'Smith'
    this.language = language ?? 'english'
    this.model = model ?? hashingEmbedder.model
    this.file = newFile(file)
  }

  get key() {
    return { owner: this.owner, document_id: this.file.document_id }
  }

  stage(attempt: number) {
    return { ...this.key, stage: `${this.run_id}.${attempt}` }
  }

  add() {
    const { owner, matter, run_id } = this
    return addDocuments(this.#db, { owner, matter, run_id, documents: [this.file] })
  }

  /** Writes texts under an attempt, each as a chunk with its vector. */
  async write(attempt: number, ...texts: readonly string[]): Promise<void> {
    const stage = this.stage(attempt)
    const chunks = texts.map((text, n) => chunkOf(text, n))
    const vectors = await hashingEmbedder.embed(texts, 'passage')
    const rows = vectors.map((vector, n) => ({ n, vector }))
    await stageVectors(this.#db, { ...stage, model: this.model }, rows)
    await stageChunks(this.#db, { ...stage, language: this.language }, chunks)
  }

  /** Records an attempt's result, which makes the attempt's chunks visible. */
  async record(attempt: number, run_id = this.run_id, notices: DocumentNotice[] = []) {
    const { stage } = this.stage(attempt)
    const content = { title: 'A lease', language: this.language, model: this.model }
    const row = {
      group: this.matter,
      external_id: this.file.document_id,
      title: this.file.name,
      attempt,
      status: 'ready' as const,
      result: { stage, ...content, pages: 1, characters: 20, chunks: 1, notices },
      error: null,
    }
    const scope = { owner: this.owner, run_id, tail: documentTail }
    return (await recordResults(this.#db, scope, [row])).won.map(({ outcome }) => outcome)
  }

  sweep(attempt: number, young_ms = 60_000): Promise<void> {
    return sweepStages(this.#db, this.stage(attempt), young_ms)
  }

  /** Adds the document, writes its texts, and records the result. */
  async index(...texts: readonly string[]): Promise<this> {
    await this.add()
    await this.write(1, ...texts)
    await this.record(1)
    return this
  }

  /** Counts the document's rows in a table, by stage. */
  async rows(table: 'chunks' | 'chunk_vectors'): Promise<Record<string, number>> {
    const rows = await this.#db.query(
      `SELECT stage, count(*)::integer AS rows FROM ${table}
       WHERE owner = $1 AND document_id = $2 GROUP BY stage`,
      [this.owner, this.file.document_id],
    )
    return Object.fromEntries(rows.map(({ stage, rows: count }) => [stage, count]))
  }
}
