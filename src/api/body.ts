import { exceeds, type JsonShape } from '../json-shape.ts'
import { bodyChunks, type BodyRules, requirePlain } from './body-chunks.ts'
import { ProblemError } from './problem.ts'

/** The most bytes of a JSON body, counted as they arrive. */
export const BODY_MAX = 2_000_000

/** The limits of JSON in a body. No input of ours needs as much. */
const SHAPE: JsonShape = { depth: 32, members: 1_000, entries: 20_000 }

const RULES: BodyRules = {
  most: BODY_MAX,
  tooLarge,
  brokenOff: (cause) => invalidJson('The body ended before it was complete.', cause),
}

/** Reads a body as JSON of any shape. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (text === '') throw invalidJson('The body is empty.')
  return parse(text)
}

/** As `readJson`, but a request without a body counts as one with an empty object. */
export async function readOptionalJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  return text === '' ? {} : parse(text)
}

async function readText(request: Request): Promise<string> {
  // A declared size only serves to refuse a body early. It may be wrong, so the bytes are counted too.
  if (Number(request.headers.get('content-length')) > BODY_MAX) throw tooLarge()
  if (request.body === null) return ''
  const chunks: Uint8Array[] = []
  for await (const chunk of bodyChunks(request.body, RULES)) chunks.push(chunk)
  if (chunks.length > 0) requireJson(request.headers)
  return decode(chunks)
}

function requireJson(headers: Headers): void {
  requirePlain(headers)
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') return
  throw new ProblemError('unsupported-media-type', {
    detail: 'Send the body as "Content-Type: application/json".',
    headers: { accept: 'application/json' },
  })
}

function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  try {
    const texts = chunks.map((chunk) => decoder.decode(chunk, { stream: true }))
    return texts.join('') + decoder.decode()
  } catch (cause) {
    throw invalidJson('The body is not UTF-8.', cause)
  }
}

/**
 * Answers a syntax error with the engine's message, which says what is wrong and where, and quotes only a few
 * characters of the body.
 */
function parse(text: string): unknown {
  if (exceeds(text, SHAPE)) throw oversized()
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw invalidJson(cause instanceof Error ? `${cause.message}.` : 'The body is not JSON.', cause)
  }
}

function invalidJson(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid-json', { detail, cause })
}

function oversized(): ProblemError {
  const { depth, members, entries } = SHAPE
  return new ProblemError('too-large', {
    detail: `JSON nests at most ${depth} levels deep, an object has at most ${members} members, and a list at most ${entries} entries.`,
  })
}

function tooLarge(): ProblemError {
  return new ProblemError('too-large', {
    detail: 'A JSON body may have at most 2 MB (2,000,000 bytes).',
  })
}
