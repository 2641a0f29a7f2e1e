/** The use of the text: a passage to find, or a query. */
type EmbeddingKind = 'passage' | 'query'

/** The rules of an embedder that knows words rather than meanings. `bench/search` chose them on half of its questions. */
export type Judging = {
  /** The weight of a passage's rank among the vectors, beside its relevance from 0 to 1. */
  readonly vectors: number
  /** If the best passage is less relevant than this, nothing answers the question. */
  readonly least: number
}

/** Makes vectors of unit length from texts. Texts of similar meaning have vectors of similar direction. */
export type Embedder = {
  readonly model: string
  readonly dimension: number
  /** How a search judges what the vectors found. Absent for a model that is trusted to order its passages. */
  readonly judging?: Judging
  embed(texts: readonly string[], kind: EmbeddingKind): Promise<readonly Float32Array[]>
}
