import type { DocumentId } from '../../protocol/document.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { ChunkPlace } from './chunk/chunk.ts'
import type { Embedder, Judging } from './embed/embedder.ts'
import { fuse, WEIGHTS } from './fuse.ts'
import { relevances } from './relevance.ts'
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

export type FoundChunks = {
  /** The best first. */
  readonly ranked: readonly RankedChunk[]
  /** False if no chunk answers the question: the chunks only have some of its words. */
  readonly relevant: boolean
}

/** The two lists of a search, and the chunks with the very number that was asked for. */
type Lists = {
  readonly words: readonly FoundChunk[]
  readonly vectors: readonly FoundChunk[]
  readonly exact: readonly FoundChunk[]
}

/** Searches both ways for a question, and orders the chunks. */
export async function searchChunks(
  scope: SearchScope,
  question: string,
  ports: SearchPorts,
): Promise<FoundChunks> {
  const limited = { ...scope, limit: FOUND_MAX }
  const [words, vectors] = await Promise.all([
    ports.words(limited, searchable(question)),
    nearest(limited, question, ports),
  ])
  const lists = { words, vectors, exact: exactOf(words, question) }
  const { judging } = ports.embedder
  return judging === undefined ? fused(lists) : judged(lists, question, judging)
}

/** Merges the lists by their ranks. */
function fused({ words, vectors, exact }: Lists): FoundChunks {
  const found = chunksOf({ words, vectors })
  const ranked = fuse([
    { ids: exact.map(idOf), weight: WEIGHTS.exact },
    { ids: words.map(idOf), weight: WEIGHTS.words },
    { ids: vectors.map(idOf), weight: WEIGHTS.vectors },
  ]).flatMap(({ id, score }) => {
    const chunk = found.get(id)
    return chunk === undefined ? [] : [{ chunk, score }]
  })
  return { ranked, relevant: ranked.length > 0 }
}

/** Orders the chunks by how much of the question they hold. An exact number comes before everything else. */
function judged(lists: Lists, question: string, { vectors, least }: Judging): FoundChunks {
  const found = chunksOf(lists)
  const chunks = [...found.values()]
  const places = new Map(lists.vectors.map((chunk, place) => [idOf(chunk), place]))
  const exact = new Set(lists.exact.map(idOf))
  const relevance = relevances(question, chunks)
  const ranked = chunks.map((chunk, at) => {
    const id = idOf(chunk)
    const near = (vectors * NEAR) / (NEAR + (places.get(id) ?? Infinity))
    return { chunk, score: (relevance[at] ?? 0) + near + (exact.has(id) ? EXACT : 0) }
  })
  return {
    ranked: ranked.toSorted((one, other) => other.score - one.score),
    relevant: exact.size > 0 || relevance.some((share) => share >= least),
  }
}

/** The rank among the vectors at which a chunk's weight is half. */
const NEAR = 10
/** More than any relevance and any rank. */
const EXACT = 2

function chunksOf({ words, vectors }: Omit<Lists, 'exact'>): ReadonlyMap<string, FoundChunk> {
  return new Map([...words, ...vectors].map((chunk) => [idOf(chunk), chunk]))
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
