import type { HitGroup, SearchHit, SearchPage } from '../../protocol/document.ts'
import type { ChunkPlace } from './chunk/chunk.ts'
import { passageOf } from './passage.ts'
import {
  type FoundChunk,
  type RankedChunk,
  searchChunks,
  type SearchPorts,
  type SearchScope,
} from './search.ts'

type Query = SearchScope & {
  readonly q: string
  readonly cursor?: string | undefined
  readonly limit: number
}

type SearchAnswer =
  | { readonly kind: 'page'; readonly page: SearchPage }
  | { readonly kind: 'bad_cursor' }

/** Returns a page of hits for a question, each with its passage. The cursor is the number of hits before the page. */
export async function searchPage(
  { q, cursor, limit, ...scope }: Query,
  ports: SearchPorts,
): Promise<SearchAnswer> {
  const from = Number(cursor ?? 0)
  if (!/^[0-9]{0,4}$/.test(cursor ?? '')) return { kind: 'bad_cursor' }
  const { ranked, relevant } = await searchChunks(scope, q, ports)
  if (!relevant) return { kind: 'page', page: nothing(ranked, q) }
  const next = from + limit
  const next_cursor = ranked.length > next ? String(next) : null
  const hits = ranked.slice(from, next).map((one) => hitOf(one, q))
  return { kind: 'page', page: { hits, next_cursor, documents: groupsOf(hits) } }
}

/** The most passages that are shown where nothing answers the question. */
const NEAR_MISSES = 3

function nothing(ranked: readonly RankedChunk[], question: string): SearchPage {
  const near_misses = ranked.slice(0, NEAR_MISSES).map((one) => hitOf(one, question))
  return { hits: [], next_cursor: null, documents: [], near_misses }
}

/** Groups the hits of a page by their documents, the document with the best hit first. */
function groupsOf(hits: readonly SearchHit[]): HitGroup[] {
  const groups = new Map<string, HitGroup>()
  for (const [at, { document_id, matter, name }] of hits.entries()) {
    const group = groups.get(document_id) ?? { document_id, matter, name, hits: [] }
    group.hits.push(at)
    groups.set(document_id, group)
  }
  return [...groups.values()]
}

function hitOf({ chunk, score }: RankedChunk, question: string): SearchHit {
  const { document_id, matter, name, n } = chunk
  const shown = passageOf(chunk.text, question)
  const { text, ranges } = shown
  const { page, label, headings } = placeOf(chunk, shown.start + (ranges[0]?.[0] ?? 0))
  return {
    document_id,
    matter,
    name,
    page,
    ...(label === null ? {} : { page_label: label }),
    headings: [...headings],
    passage: text,
    highlights: ranges.map(([start, end]) => [start, end]),
    link: `/read/${document_id}#passage-${n}`,
    score,
  }
}

/** Finds where the text at a position of a chunk stands. */
function placeOf({ places, page, headings }: FoundChunk, at: number): Omit<ChunkPlace, 'at'> {
  const known = places?.findLast((place) => place.at <= at) ?? places?.[0]
  return known ?? { page, label: null, headings }
}
