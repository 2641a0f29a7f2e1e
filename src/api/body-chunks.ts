import { nextTurn } from '../pause.ts'
import { ProblemError } from './problem.ts'

/** The most bytes of a body, and the problems of a body that is larger or breaks off. */
export type BodyRules = {
  /** The bytes are counted as they arrive, because a declared size may be wrong. */
  readonly most: number
  readonly tooLarge: () => ProblemError
  readonly brokenOff: (cause: unknown) => ProblemError
}

/** A body may take one minute, and one second more for every 16 KB that have arrived. */
const GRACE_MS = 60_000
const BYTES_PER_MS = 16

/**
 * Bytes that have already arrived are read without a wait, so after this many bytes other requests get a turn.
 */
const TURN_BYTES = 262_144

/**
 * Yields the chunks of a body as they arrive. Throws a ProblemError if the body is too large, breaks off or
 * arrives too slowly: a client that sends a byte a second could otherwise hold memory for as long as it likes.
 * The time that the reader of the chunks takes does not count.
 * `readUpTo` cannot serve here: it keeps the first bytes of a longer stream and cancels the rest, while an
 * upload must not be kept, and is refused with its rest unread.
 */
export async function* bodyChunks(
  body: ReadableStream<Uint8Array>,
  rules: BodyRules,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader()
  let size = 0
  let waited_ms = 0
  let in_turn = 0
  try {
    for (;;) {
      const asked = Date.now()
      const left_ms = GRACE_MS + size / BYTES_PER_MS - waited_ms
      const { done, value } = await readWithin(reader, left_ms, rules)
      if (done) return
      waited_ms += Date.now() - asked
      size += value.byteLength
      if (size > rules.most) throw rules.tooLarge()
      if (value.byteLength > 0) yield value
      in_turn += value.byteLength
      if (in_turn < TURN_BYTES) continue
      in_turn = 0
      await nextTurn()
    }
  } finally {
    // Leaves the rest of the body to `finishBody`.
    reader.releaseLock()
  }
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  left_ms: number,
  { brokenOff }: BodyRules,
) {
  let late = false
  const timer = setTimeout(() => {
    late = true
    // Ends the read below. The answer tells the sender why.
    void reader.cancel().catch(() => undefined)
  }, left_ms)
  try {
    const read = await reader.read()
    if (late) throw tooSlow()
    return read
  } catch (cause) {
    throw late ? tooSlow() : brokenOff(cause)
  } finally {
    clearTimeout(timer)
  }
}

function tooSlow(): ProblemError {
  return new ProblemError('too-slow', {
    detail:
      'The body came too slowly. Send it within one minute, plus one second for every 16 KB of it.',
  })
}

/** Refuses a compressed body, because nobody knows its size before it is unpacked. */
export function requirePlain(headers: Headers): void {
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() === 'identity') return
  throw new ProblemError('unsupported-media-type', {
    detail: 'Send the body without a Content-Encoding: the API takes no compressed bodies.',
    headers: { 'accept-encoding': 'identity' },
  })
}
