import type { DocumentId } from '../../protocol/document.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { ChunkPlace } from './chunk/chunk.ts'
import type { Embedder } from './embed/embedder.ts'
import { fuse, WEIGHTS } from './fuse.ts'
import { numbersIn, searchable } from './text/search-words.ts'

/** The most chunks that the search by words and the search by vectors each return. Hardly anybody looks further. */
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
  /** Null for a chunk that an earlier version wrote. */
  readonly places?: readonly ChunkPlace[] | null
}

/**
 * The two searches of an owner's chunks: by words, and by meaning (vectors). Both return the best chunks first.
 */
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

/** Searches both ways for a question, and merges the chunks, the best first. */
export async function searchChunks(
  scope: SearchScope,
  question: string,
  ports: SearchPorts,
): Promise<readonly RankedChunk[]> {
  const limited = { ...scope, limit: FOUND_MAX }
  const [words, vectors] = await Promise.all([
    ports.words(limited, searchable(question)),
    nearest(limited, question, ports),
  ])
  const found = new Map([...words, ...vectors].map((chunk) => [idOf(chunk), chunk]))
  const fused = fuse([
    { ids: exactOf(words, question).map(idOf), weight: WEIGHTS.exact },
    { ids: words.map(idOf), weight: WEIGHTS.words },
    { ids: vectors.map(idOf), weight: WEIGHTS.vectors },
  ])
  return fused.flatMap(({ id, score }) => {
    const chunk = found.get(id)
    return chunk === undefined ? [] : [{ chunk, score }]
  })
}

/** Returns the chunks that have a number of the question with all that is joined to it, in its order. */
function exactOf(chunks: readonly FoundChunk[], question: string): FoundChunk[] {
  const numbers = numbersIn(question).map((number) => ` ${number.toLowerCase()} `)
  if (numbers.length === 0) return []
  return chunks.filter(({ headings, text }) => {
    const words = ` ${searchable([...headings, text].join('\n')).toLowerCase()} `
    return numbers.some((number) => words.includes(number))
  })
}

async function nearest(scope: Limited, question: string, { embedder, vectors }: SearchPorts) {
  const [vector] = await embedder.embed([question], 'query')
  return vector === undefined ? [] : vectors(scope, { model: embedder.model, vector })
}

function idOf({ document_id, n }: FoundChunk): string {
  return `${document_id}.${n}`
}
