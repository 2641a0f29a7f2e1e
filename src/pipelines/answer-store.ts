/** What is known of a kept answer without its body. */
export type KeptHead = {
  readonly version: string
  readonly url: string
  readonly type: string | null
  readonly etag: string | null
  readonly last_modified: string | null
  /** When the answer came, in ms since 1970. */
  readonly at: number
}

export type AnswerWriter = {
  write(piece: Uint8Array): Promise<void>
  /** The answer replaces the one before when it is whole. */
  end(): Promise<void>
  abort(): Promise<void>
}

/** Keeps the last answer of each address. */
export type AnswerStore = {
  find(key: string): Promise<KeptHead | undefined>
  /** The body of that answer. Undefined if it is no longer kept. */
  open(key: string, head: KeptHead): Promise<ReadableStream<Uint8Array> | undefined>
  keep(key: string, head: KeptHead): AnswerWriter
  remove(key: string): Promise<void>
}
