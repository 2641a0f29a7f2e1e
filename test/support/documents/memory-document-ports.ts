import type { Chunk } from '../../../src/pipelines/documents/chunk/chunk.ts'
import type { DocumentContent, StageKey } from '../../../src/pipelines/documents/document-port.ts'
import type { Embedder } from '../../../src/pipelines/documents/embed/embedder.ts'
import { hashingEmbedder } from '../../../src/pipelines/documents/embed/hashing-embedder.ts'
import type { DocumentWorkPorts } from '../../../src/pipelines/documents/work.ts'
import type { WorkPorts, WorkTask } from '../../../src/pipelines/pipeline.ts'
import { DocumentId } from '../../../src/protocol/document.ts'
import { ExternalId, GroupKey, Owner, RunId } from '../../../src/protocol/ids.ts'

export type Said = { readonly step: string; readonly progress: number; readonly message: string }

type Vector = { readonly n: number; readonly vector: Float32Array }
type Staged = { readonly chunks: Chunk[]; readonly vectors: Vector[]; language: string }

const RUN = RunId.parse('0'.repeat(32))
const DOCUMENT = DocumentId.parse('d'.repeat(32))

/** The job of that document. */
export function documentTask(attempt = 1): WorkTask {
  return {
    owner: Owner.parse('ada'),
    run_id: RUN,
    group: GroupKey.parse('lease'),
    external_id: ExternalId.parse(DOCUMENT),
    title: 'lease.pdf',
    attempt,
    payload: null,
  }
}

/** An uploaded file that can be read. */
export function fileNamed(name: string, kind: DocumentContent['kind']): DocumentContent {
  return { name, kind, file_key: 'file', text_key: null, refused: null }
}

type Content = {
  /** The content of the document's row. Absent if the document has no row. */
  readonly content?: DocumentContent
  /** The model of the document's vectors. */
  readonly made_by?: string
  readonly files?: Readonly<Record<string, () => Uint8Array>>
  readonly signal?: AbortSignal
  readonly embedder?: Embedder
  /** Called before rows are stored. An error that it throws is the answer of the database. */
  readonly onStage?: (table: 'chunks' | 'vectors', staged: Staged) => Promise<void>
}

/** All ports of the work on a document, in memory. Keeps the reported steps and the stored rows. */
export function memoryDocumentPorts({ content, made_by, files = {}, onStage, ...given }: Content) {
  const said: Said[] = []
  const stages = new Map<string, Staged>()
  const stageOf = ({ stage }: StageKey): Staged => {
    const known = stages.get(stage) ?? { chunks: [], vectors: [], language: '' }
    stages.set(stage, known)
    return known
  }
  const ports: Pick<WorkPorts, 'signal' | 'step'> & DocumentWorkPorts = {
    signal: given.signal ?? new AbortController().signal,
    step: (step, { progress = Number.NaN, message = '' } = {}) =>
      void said.push({ step, progress, message }),
    embedder: given.embedder ?? hashingEmbedder,
    documents: {
      read: () => Promise.resolve(content),
      take: (_key, model) => Promise.resolve(model === made_by ? undefined : content),
      bytes: (key) => Promise.resolve(files[key]?.()),
      async stageChunks(key, language, chunks) {
        const staged = stageOf(key)
        await onStage?.('chunks', staged)
        staged.language = language
        staged.chunks.push(...chunks)
      },
      async stageVectors(key, _model, vectors) {
        const staged = stageOf(key)
        await onStage?.('vectors', staged)
        staged.vectors.push(...vectors)
      },
    },
  }
  return { ports: { ...ports, ...untouched }, said, stages }
}

/** The ports that the work on a document never uses. */
const untouched: Pick<WorkPorts, 'fetch' | 'blobs' | 'log'> = {
  fetch: () => Promise.reject(new Error('a document fetches nothing')),
  blobs: {
    put: () => Promise.reject(new Error('a document has no blobs')),
    get: () => Promise.reject(new Error('a document has no blobs')),
  },
  log: () => {},
}
