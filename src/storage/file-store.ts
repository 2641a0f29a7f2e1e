/** A file as it was put away. `head`: its first bytes, which tell what it is. */
export type KeptFile = {
  readonly key: string
  readonly size: number
  /** In hex. */
  readonly sha256: string
  readonly head: Uint8Array
}

/** Files as they were given, each under a random key. */
export type FileStore = {
  /** Rejects with what `bytes` throws, and then has kept nothing. */
  put(bytes: AsyncIterable<Uint8Array>): Promise<KeptFile>
  read(key: string): Promise<Uint8Array | undefined>
  open(key: string): Promise<{ readonly body: ReadableStream; readonly size: number } | undefined>
  /** Keys that name nothing are passed over. */
  remove(keys: readonly string[]): Promise<void>
}
