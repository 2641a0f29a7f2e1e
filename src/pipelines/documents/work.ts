import { DocumentId, type DocumentResult } from '../../protocol/document.ts'
import type { WorkPorts, WorkResult, WorkTask } from '../pipeline.ts'
import { languageOf } from '../text/language.ts'
import { type Chunk, chunkText, embeddedText } from './chunk/chunk.ts'
import { DocumentFailure } from './document-failure.ts'
import type { DocumentContent, DocumentPort, StageKey } from './document-port.ts'
import type { Embedder } from './embed/embedder.ts'
import { decodeGivenText } from './given-text.ts'
import { type Ocr, OcrUnavailable } from './ocr/ocr.ts'
import { openDocument } from './open-document.ts'
import { boxesWithin, partsOf } from './page-layout.ts'
import { extract } from './read/extract.ts'
import type { Extracted } from './text/extracted.ts'

export type DocumentWorkPorts = {
  readonly documents: DocumentPort
  readonly embedder: Embedder
  /** Absent where a deployment has no text recognition. */
  readonly ocr?: Ocr
}

type DocumentJobPorts = WorkPorts & DocumentWorkPorts

const CHUNKS = { chars: 1_200, overlap: 150 }
/** The number of texts that one call embeds, and the number of rows that one statement writes. */
const EMBEDDED = 32
const ROWS = 100

/** Makes one document searchable. Its chunks become visible when the run records the result. */
export async function work(task: WorkTask, ports: DocumentJobPorts): Promise<WorkResult> {
  const { owner, run_id } = task
  const document_id = DocumentId.parse(task.external_id)
  const stage = { owner, run_id, document_id, stage: `${run_id}.${task.attempt}` }
  const opened = await openDocument(task, stage, ports)
  if (opened.kind !== 'content') return opened
  const { content } = opened
  if (content.refused !== null) return failed(content.refused.code, content.refused.message)
  try {
    const extracted = await read(content, ports)
    return { kind: 'ready', result: await index(extracted, stage, ports) }
  } catch (error) {
    if (error instanceof DocumentFailure) return failed(error.code, error.message)
    if (error instanceof OcrUnavailable) return recognitionAway(error)
    throw error
  }
}

/** A retry does not help: a faulty document stays faulty until its owner mends it. */
function failed(code: string, message: string): WorkResult {
  return { kind: 'failed', failure: { code, message, retryable: false } }
}

function recognitionAway({ message }: OcrUnavailable): WorkResult {
  return { kind: 'failed', failure: { code: 'recognition_away', message, retryable: true } }
}

async function read(content: DocumentContent, ports: DocumentJobPorts): Promise<Extracted> {
  ports.step('extracting', { progress: 0, message: 'Opening the file' })
  const key = content.text_key ?? content.file_key
  const bytes = key === null ? undefined : await ports.documents.bytes(key)
  if (bytes === undefined) throw new DocumentFailure('damaged')
  if (content.text_key !== null) return decodeGivenText(bytes)
  if (content.kind === null) throw new DocumentFailure('unsupported')
  return extract(
    { bytes, kind: content.kind, name: content.name },
    {
      ...(ports.ocr === undefined ? {} : { ocr: ports.ocr }),
      signal: ports.signal,
      say: (progress, message) => ports.step('extracting', { progress, message }),
    },
  )
}

async function index(
  extracted: Extracted,
  stage: StageKey,
  ports: DocumentJobPorts,
): Promise<DocumentResult> {
  ports.step('chunking', { progress: 0, message: 'Finding passages' })
  const chunks = chunkText(extracted, CHUNKS).map((chunk) => placed(chunk, extracted))
  const language = languageOf(extracted.text)
  await embed(chunks, stage, ports)
  await inParts(chunks, ROWS, async (part, done) => {
    ports.step('indexing', saidOf(done, chunks.length))
    await ports.documents.stageChunks(stage, language, part)
    ports.signal.throwIfAborted()
  })
  return {
    stage: stage.stage,
    title: extracted.title ?? null,
    language,
    pages: extracted.pages.length,
    characters: extracted.text.length,
    chunks: chunks.length,
    model: ports.embedder.model,
    notices: [...(extracted.notices ?? [])],
  }
}

/** Notes where a chunk stands on recognised pages, because their file cannot be asked later. */
function placed(chunk: Chunk, { layouts = [] }: Extracted): Chunk {
  const boxes = boxesWithin(partsOf(chunk), layouts)
  return boxes.length === 0 ? chunk : { ...chunk, boxes }
}

/** Writes one part's vectors while it embeds the next part, so that at most two parts are in memory. */
async function embed(
  chunks: readonly Chunk[],
  stage: StageKey,
  ports: DocumentJobPorts,
): Promise<void> {
  const { documents, embedder, signal } = ports
  let written: Promise<void> = Promise.resolve()
  await inParts(chunks, EMBEDDED, async (part, done) => {
    ports.step('embedding', saidOf(done, chunks.length))
    const embedded = embedder.embed(part.map(embeddedText), 'passage')
    const [vectors] = await Promise.all([embedded, written])
    signal.throwIfAborted()
    const rows = vectors.map((vector, i) => ({ n: part[i]?.n ?? i, vector }))
    written = documents.stageVectors(stage, embedder.model, rows)
  })
  await written
  signal.throwIfAborted()
}

async function inParts(
  chunks: readonly Chunk[],
  size: number,
  take: (part: readonly Chunk[], done: number) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < chunks.length; at += size) await take(chunks.slice(at, at + size), at)
}

function saidOf(done: number, all: number): { progress: number; message: string } {
  return { progress: (100 * done) / all, message: `Passage ${done + 1} of ${all}` }
}
