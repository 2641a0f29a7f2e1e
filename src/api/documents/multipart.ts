import { type Part, streamMultipart } from '@ssttevee/multipart-parser'

import { joinBytes } from '../../join-bytes.ts'
import { ProblemError } from '../problem.ts'

/** One part of a form; a file's bytes are read before the next part is asked for, or passed over. */
export type FormPart =
  | { readonly kind: 'field'; readonly name: string; readonly value: string }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }

/** As much as a form may have. */
type Limits = { readonly form_bytes: number; readonly field_bytes: number; readonly parts: number }

/** The parser finds the end of a form only where it comes in one chunk, so the last bytes do. */
const END_BYTES = 256

type Streamed = Part<AsyncIterable<Uint8Array>>

/**
 * The parts of a multipart/form-data body as they come: no file is held in memory, and nothing more
 * is read while one is being put away. Throws a ProblemError where the body is none, is cut off or is
 * too large; what counts are the bytes that come, whatever the headers say.
 */
export async function* readForm(request: Request, limits: Limits): AsyncGenerator<FormPart, void> {
  const boundary = requireBoundary(request.headers)
  if (request.body === null) throw notWhole()
  const counted = countBytes(request.body, limits.form_bytes)
  try {
    yield* readParts(counted, boundary, limits)
  } finally {
    counted.release()
  }
}

async function* readParts(
  counted: Counted,
  boundary: string,
  limits: Limits,
): AsyncGenerator<FormPart, void> {
  const parts = streamMultipart(counted.stream, boundary)
  for (let count = 1; ; count += 1) {
    const next = await whole(() => parts.next(), counted)
    if (next.done === true) return
    if (count > limits.parts) throw tooLarge(`${limits.parts} parts`)
    const part = { ...next.value, data: wholeBytes(next.value.data, counted) }
    yield part.filename === undefined
      ? await readField(part, limits.field_bytes)
      : { kind: 'file', name: nameOf(part), bytes: part.data }
    // The parser would hold in memory what was not read of it.
    for await (const _ of part.data) continue
  }
}

type Counted = {
  readonly stream: ReadableStream<Uint8Array>
  fault: ProblemError | undefined
  /** Leaves the rest of the body to whoever wants it. */
  readonly release: () => void
}

/** The body, which ends with a fault once it has more than `most` bytes, or breaks off. */
function countBytes(body: ReadableStream<Uint8Array>, most: number): Counted {
  const reader = body.getReader()
  let size = 0
  let held: Uint8Array = new Uint8Array()
  const counted: Counted = {
    fault: undefined,
    release: () => reader.releaseLock(),
    stream: new ReadableStream(
      {
        async pull(controller) {
          try {
            const { done, value } = await reader.read()
            if (done) {
              controller.enqueue(held)
              return controller.close()
            }
            size += value.byteLength
            if (size > most) throw tooLarge(`${most} bytes`)
            const all = joinBytes([held, value])
            held = all.slice(-END_BYTES)
            controller.enqueue(all.subarray(0, -END_BYTES))
          } catch (error) {
            counted.fault = error instanceof ProblemError ? error : notWhole(error)
            controller.error(counted.fault)
          }
        },
      },
      { highWaterMark: 0 },
    ),
  }
  return counted
}

/** What the parser throws is the fault of its body, where that has one, or else of the form. */
async function whole<T>(step: () => Promise<T>, counted: Counted): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    throw counted.fault ?? invalidForm('It cannot be read, or ended before it was complete.', cause)
  }
}

async function* wholeBytes(
  data: AsyncIterable<Uint8Array>,
  counted: Counted,
): AsyncGenerator<Uint8Array, void> {
  const bytes = data[Symbol.asyncIterator]()
  for (;;) {
    const next = await whole(() => bytes.next(), counted)
    if (next.done === true) return
    yield next.value
  }
}

async function readField({ name, data }: Streamed, most: number): Promise<FormPart> {
  const decoder = new TextDecoder()
  let value = ''
  for await (const bytes of data) {
    value += decoder.decode(bytes, { stream: true })
    if (value.length > most) throw tooLarge(`${most} bytes in a field`)
  }
  return { kind: 'field', name: asText(name), value: value + decoder.decode() }
}

function requireBoundary(headers: Headers): string {
  const type = headers.get('content-type') ?? ''
  const found =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type)
  const boundary = found?.[1] ?? found?.[2]
  if (boundary !== undefined) return boundary
  throw new ProblemError('unsupported-media-type', {
    detail: 'Send the files as "Content-Type: multipart/form-data" with a boundary.',
    headers: { accept: 'multipart/form-data' },
  })
}

/** As it was sent, but for what the HTML standard has a browser write in place of three signs. */
function nameOf({ filename = '', name }: Streamed): string {
  const sent = asText(filename).replaceAll(/%(?:22|0D|0A)/g, decodeURIComponent)
  return sent || asText(name)
}

/** The parser makes a character of each byte of a header; they are UTF-8. */
function asText(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))
}

function tooLarge(most: string): ProblemError {
  const detail = `An upload has at most ${most}: send the rest by another.`
  return new ProblemError('too-large', { detail })
}

function notWhole(cause?: unknown): ProblemError {
  return invalidForm('The body ended before it was complete.', cause)
}

function invalidForm(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid-form', { detail, cause })
}
