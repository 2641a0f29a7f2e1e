const FIRST_BYTES = 65_536

/** The first bytes of a body, up to a limit. `over` is true if the body is longer. */
export type ReadBody = { readonly bytes: Uint8Array; readonly over: boolean }

/**
 * Reads a decompressed body up to `limit` bytes, then cancels the rest to free the connection. An abort of the
 * signal ends the read at once, even if the stream ignores the abort.
 */
export async function readBody(
  body: ReadableStream<Uint8Array>,
  limit: number,
  signal: AbortSignal,
): Promise<ReadBody> {
  const reader = body.getReader()
  const stop = (): void => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const read = await readUpTo(reader, limit, signal)
    if (read.over) await reader.cancel().catch(() => undefined)
    return read
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function readUpTo(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limit: number,
  signal: AbortSignal,
): Promise<ReadBody> {
  const bytes = new Bytes(limit)
  for (;;) {
    const { done, value } = await reader.read()
    signal.throwIfAborted()
    if (done) return { bytes: bytes.take(), over: false }
    if (!bytes.add(value)) return { bytes: bytes.take(), over: true }
  }
}

/** Collects bytes in one growing buffer. In a list of chunks, a chunk of one byte would take a hundred bytes. */
class Bytes {
  readonly #limit: number
  #buffer = new ArrayBuffer(0)
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Returns false if only a part of the chunk fitted within the limit. */
  add(chunk: Uint8Array): boolean {
    const fits = chunk.subarray(0, this.#limit - this.#length)
    const length = this.#length + fits.byteLength
    if (length > this.#buffer.byteLength) this.#grow(length)
    new Uint8Array(this.#buffer).set(fits, this.#length)
    this.#length = length
    return fits.byteLength === chunk.byteLength
  }

  #grow(length: number): void {
    const doubled = Math.max(length, FIRST_BYTES, 2 * this.#buffer.byteLength)
    this.#buffer = this.#buffer.transfer(Math.min(this.#limit, doubled))
  }

  take(): Uint8Array {
    return new Uint8Array(this.#buffer.transfer(this.#length))
  }
}
