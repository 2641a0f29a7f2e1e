const FIRST_BYTES = 65_536

/** The first bytes of a stream, up to a limit. `over` is true if the stream is longer. */
type FirstBytes = { readonly bytes: Uint8Array; readonly over: boolean }

/**
 * Reads a stream up to `limit` bytes into one buffer, then cancels the rest. An abort of the signal ends the read at
 * once, even if the stream ignores the abort.
 */
export async function readUpTo(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  signal?: AbortSignal,
): Promise<FirstBytes> {
  const reader = stream.getReader()
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => undefined)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const bytes = new Bytes(limit)
    for (;;) {
      const { done, value } = await reader.read()
      signal?.throwIfAborted()
      if (done) return { bytes: bytes.take(), over: false }
      if (!bytes.add(value)) break
    }
    await reader.cancel().catch(() => undefined)
    return { bytes: bytes.take(), over: true }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/**
 * Hands the chunks of a stream on, each after the one before was taken. Cancels the rest when `take` returns false or
 * throws, and when the stream is longer than `limit`. Returns true for a stream that is longer.
 */
export async function readInPieces(
  stream: ReadableStream<Uint8Array>,
  take: (piece: Uint8Array) => Promise<boolean>,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const reader = stream.getReader()
  const stop = (): void => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (let length = 0; ;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return false
      length += value.byteLength
      if (length > limit) return true
      if (!(await take(value))) return false
    }
  } finally {
    signal.removeEventListener('abort', stop)
    await reader.cancel().catch(() => undefined)
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
