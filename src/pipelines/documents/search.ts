import type { DocumentId } from '../../protocol/document.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { Embedder } from './embed/embedder.ts'
import { fuse, WEIGHTS } from './fuse.ts'

/** Chunks that either way of searching may bring; what is further down is hardly asked for. */
const FOUND_MAX = 100

export type SearchScope = {
  readonly owner: Owner
  readonly matter?: string | undefined
  readonly document_id?: DocumentId | undefined
}

export type FoundChunk = {
  readonly document_id: DocumentId
  readonly n: number
  readonly matter: string
  readonly name: string
  readonly text: string
  readonly page: number
  readonly headings: readonly string[]
}

/** An owner's chunks, the best first: those that hold the words, and those that mean the same. */
export type SearchPorts = {
  readonly words: (scope: Limited, question: string) => Promise<readonly FoundChunk[]>
  readonly vectors: (
    scope: Limited,
    question: { readonly model: string; readonly vector: Float32Array },
  ) => Promise<readonly FoundChunk[]>
  readonly embedder: Embedder
}

type Limited = SearchScope & { readonly limit: number }

export type RankedChunk = { readonly chunk: FoundChunk; readonly score: number }

/** What both ways find for a question, the best first. */
export async function searchChunks(
  scope: SearchScope,
  question: string,
  ports: SearchPorts,
): Promise<readonly RankedChunk[]> {
  const limited = { ...scope, limit: FOUND_MAX }
  const [words, vectors] = await Promise.all([
    ports.words(limited, question),
    nearest(limited, question, ports),
  ])
  const found = new Map([...words, ...vectors].map((chunk) => [idOf(chunk), chunk]))
  const fused = fuse([
    { ids: words.map(idOf), weight: WEIGHTS.words },
    { ids: vectors.map(idOf), weight: WEIGHTS.vectors },
  ])
  return fused.flatMap(({ id, score }) => {
    const chunk = found.get(id)
    return chunk === undefined ? [] : [{ chunk, score }]
  })
}

async function nearest(scope: Limited, question: string, { embedder, vectors }: SearchPorts) {
  const [vector] = await embedder.embed([question], 'query')
  return vector === undefined ? [] : vectors(scope, { model: embedder.model, vector })
}

function idOf({ document_id, n }: FoundChunk): string {
  return `${document_id}.${n}`
}
