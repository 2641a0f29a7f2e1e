import type { Database } from '../../src/db/connect.ts'
import { searchVectors, searchWords } from '../../src/db/document-search.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import type { SearchPorts } from '../../src/pipelines/documents/search.ts'

export const WAYS = ['words', 'vectors', 'both'] as const
export type Way = (typeof WAYS)[number]

/** The ports of a search by both words and vectors, and of searches in which one of the two finds nothing. */
export function portsOf(db: Database): Record<Way, SearchPorts> {
  const both: SearchPorts = {
    embedder: hashingEmbedder,
    words: searchWords.bind(null, db),
    vectors: searchVectors.bind(null, db),
  }
  return { words: { ...both, vectors: none }, vectors: { ...both, words: none }, both }
}

function none() {
  return Promise.resolve([])
}
