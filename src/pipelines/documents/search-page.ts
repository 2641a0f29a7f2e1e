import type { SearchHit, SearchPage } from '../../protocol/document.ts'
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
  const found = await searchChunks(scope, q, ports)
  const next = from + limit
  const next_cursor = found.length > next ? String(next) : null
  const hits = found.slice(from, next).map((one) => hitOf(one, q))
  return { kind: 'page', page: { hits, next_cursor } }
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
