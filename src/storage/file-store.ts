/** A stored file. `head` holds the file's first bytes, which show the kind of the file. */
export type KeptFile = {
  readonly key: string
  readonly size: number
  /** The hash in hex. */
  readonly sha256: string
  readonly head: Uint8Array
}

/** Stores files unchanged, each under a random key. */
export type FileStore = {
  /** If `bytes` throws, rejects with the same error and stores nothing. */
  put(bytes: AsyncIterable<Uint8Array>): Promise<KeptFile>
  read(key: string): Promise<Uint8Array | undefined>
  open(key: string): Promise<{ readonly body: ReadableStream; readonly size: number } | undefined>
  /** Ignores keys that name no file. */
  remove(keys: readonly string[]): Promise<void>
}
