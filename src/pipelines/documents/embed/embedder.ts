/** What the text is: something to be found, or what it is asked for with. */
type EmbeddingKind = 'passage' | 'query'

/** Texts to vectors of unit length; near in meaning is near in direction. */
export type Embedder = {
  readonly model: string
  readonly dimension: number
  embed(texts: readonly string[], kind: EmbeddingKind): Promise<readonly Float32Array[]>
}
