/** A stored file. `head`: the file's first bytes, which tell its kind. */
export type KeptFile = {
  readonly key: string
  readonly size: number
  /** In hex. */
  readonly sha256: string
  readonly head: Uint8Array
}

/** Stores files unchanged, each under a random key. */
export type FileStore = {
  /** Rejects with what `bytes` throws, and then has stored nothing. */
  put(bytes: AsyncIterable<Uint8Array>): Promise<KeptFile>
  read(key: string): Promise<Uint8Array | undefined>
  open(key: string): Promise<{ readonly body: ReadableStream; readonly size: number } | undefined>
  /** Ignores keys that name no file. */
  remove(keys: readonly string[]): Promise<void>
}
