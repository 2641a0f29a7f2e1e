import { nextTurn } from '../pause.ts'
import { ProblemError } from './problem.ts'

/** What a body may be, and the refusals of one that is not so. */
export type BodyRules = {
  /** Counted as they come: a declared size may be wrong. */
  readonly most: number
  readonly tooLarge: () => ProblemError
  readonly brokenOff: (cause: unknown) => ProblemError
}

/** A body of any size may take a minute, and one second more for every 16 KB that have come. */
const GRACE_MS = 60_000
const BYTES_PER_MS = 16

/** What is there already comes without a wait: after so many bytes other requests have their turn. */
const TURN_BYTES = 262_144

/**
 * The chunks of a body as they come. Throws a ProblemError when the body is too large, breaks off or
 * comes too slowly: whoever sends a byte a second would otherwise hold memory for as long as they like.
 * What the server does between two chunks costs the sender no time. `readUpTo` cannot serve here: it keeps the
 * first bytes of a longer stream and cancels the rest, while an upload must not be kept, and is refused with its
 * rest unread.
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
    // Leaves the rest of the body to whoever wants it.
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
    // Ends the read below. The sender learns of it by the answer.
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

/** Nothing is unpacked here: what a compressed body comes to could not be known before. */
export function requirePlain(headers: Headers): void {
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() === 'identity') return
  throw new ProblemError('unsupported-media-type', {
    detail: 'Send the body without a Content-Encoding: compressed bodies are not taken.',
    headers: { 'accept-encoding': 'identity' },
  })
}
