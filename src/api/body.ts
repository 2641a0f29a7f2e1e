import { ProblemError } from './problem.ts'

/** 2 MB, counted in bytes as they come. */
const BODY_MAX = 2_000_000

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
  const chunks = await readChunks(request.body.getReader())
  if (chunks.length > 0) requireJson(request.headers)
  return decode(chunks)
}

async function readChunks(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await readChunk(reader)
    if (done) return chunks
    size += value.byteLength
    if (size > BODY_MAX) {
      reader.releaseLock()
      throw tooLarge()
    }
    if (value.byteLength > 0) chunks.push(value)
  }
}

async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read()
  } catch (cause) {
    throw invalidJson('The body ended before it was complete.', cause)
  }
}

function requireJson(headers: Headers): void {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (type === 'application/json' && encoding === 'identity') return
  throw new ProblemError('unsupported-media-type', {
    detail: 'Send the body as "Content-Type: application/json", not compressed.',
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

function tooLarge(): ProblemError {
  return new ProblemError('too-large', { detail: 'A body has at most 2 MB (2,000,000 bytes).' })
}
