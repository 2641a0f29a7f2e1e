/** The use of the text: a passage to find, or a query. */
type EmbeddingKind = 'passage' | 'query'

/** Makes vectors of unit length from texts. Texts of similar meaning have vectors of similar direction. */
export type Embedder = {
  readonly model: string
  readonly dimension: number
  embed(texts: readonly string[], kind: EmbeddingKind): Promise<readonly Float32Array[]>
}
