import { exceeds, type JsonShape } from '../json-shape.ts'
import { bodyChunks, type BodyRules, requirePlain } from './body-chunks.ts'
import { ProblemError } from './problem.ts'

/** 2 MB, counted in bytes as they come. */
const BODY_MAX = 2_000_000

/** More than any input of ours needs. */
const SHAPE: JsonShape = { depth: 32, members: 1_000, entries: 20_000 }

const RULES: BodyRules = {
  most: BODY_MAX,
  tooLarge,
  brokenOff: (cause) => invalidJson('The body ended before it was complete.', cause),
}

/** The JSON of a body, whatever it is. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (text === '') throw invalidJson('The body is empty.')
  return parse(text)
}

/** As `readJson`, but no body at all counts as an empty object. */
export async function readOptionalJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  return text === '' ? {} : parse(text)
}

async function readText(request: Request): Promise<string> {
  // A declared size is good for refusing early only: what comes is counted all the same.
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

/** The engine's message says what is wrong and where, in at most a few of the body's characters. */
function parse(text: string): unknown {
  if (exceeds(text, SHAPE)) throw oversized()
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw invalidJson(cause instanceof Error ? `${cause.message}.` : 'It does not parse.', cause)
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
  return new ProblemError('too-large', { detail: 'A body has at most 2 MB (2,000,000 bytes).' })
}
