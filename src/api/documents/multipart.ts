import { nextTurn } from '../../pause.ts'
import { bodyChunks, type BodyRules, requirePlain } from '../body-chunks.ts'
import { ProblemError } from '../problem.ts'
import { FormBytes } from './form-bytes.ts'

/** One part of a form. Read the bytes of a file before you ask for the next part: unread bytes are skipped. */
export type FormPart =
  | { readonly kind: 'field'; readonly name: string; readonly value: string }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }

/** The limits of a form: its bytes, the bytes of one field, and the number of parts. */
type Limits = { readonly form_bytes: number; readonly field_bytes: number; readonly parts: number }

/** The most bytes of one field, and the most fields and files, of any form. */
export const FORM_LIMITS: Omit<Limits, 'form_bytes'> = { field_bytes: 10_000, parts: 1_000 }

/**
 * The most bytes before the first part, and the most bytes of the header lines of a part. Both are read as a
 * whole.
 */
const HEAD_BYTES = 16_384

const PARTS_IN_TURN = 8

const CRLF = encode('\r\n')
const CLOSING = encode('--')
const HEAD_END = encode('\r\n\r\n')

/**
 * Yields the parts of a multipart/form-data body as they arrive. No file is held in memory, and the body is not
 * read further while a file is being stored. Throws a ProblemError if the body is no form, is cut off or is too
 * large. The arriving bytes are counted, whatever the headers say.
 */
export async function* readForm(request: Request, limits: Limits): AsyncGenerator<FormPart, void> {
  requirePlain(request.headers)
  const boundary = requireBoundary(request.headers)
  if (request.body === null) throw notWhole()
  const chunks = bodyChunks(request.body, rulesOf(limits))
  try {
    // Before the first boundary there is no line end, so one is added.
    yield* readParts(new FormBytes(chunks, CRLF), boundary, limits)
  } finally {
    await chunks.return()
  }
}

async function* readParts(
  bytes: FormBytes,
  boundary: string,
  limits: Limits,
): AsyncGenerator<FormPart, void> {
  const mark = encode(`\r\n--${boundary}`)
  sized(await bytes.upTo(mark, HEAD_BYTES), 'The text before the first part of the form')
  for (let count = 1; !(await bytes.begins(CLOSING)); count += 1) {
    if (count > limits.parts) throw tooLarge(`${limits.parts} parts`)
    const { name, filename } = await readHead(bytes, count)
    const content = contentOf(bytes, mark)
    yield filename === undefined
      ? { kind: 'field', name, value: await readField(content(), limits.field_bytes) }
      : { kind: 'file', name: filename || name, bytes: content() }
    for await (const _ of content()) continue
    // One chunk may hold a thousand parts, so other requests get a turn between them.
    if (count % PARTS_IN_TURN === 0) await nextTurn()
  }
}

async function readHead(bytes: FormBytes, count: number): Promise<PartHead> {
  const lines = sized(await bytes.upTo(HEAD_END, HEAD_BYTES), `The header of part ${count}`)
  const head = readPartHead(lines)
  if (head !== undefined) return head
  throw invalidForm(
    `Part ${count} of the form needs a header line "Content-Disposition: form-data; name=…".`,
  )
}

/**
 * Returns a function that reads what is left of a part's content. A reader may stop within the content, and
 * another call goes on there.
 */
function contentOf(bytes: FormBytes, mark: Uint8Array): () => AsyncGenerator<Uint8Array, void> {
  let over = false
  return async function* () {
    while (!over) {
      const piece = await bytes.piece(mark)
      if (piece === 'end') throw notWhole()
      if (piece === 'mark') over = true
      else yield piece
    }
  }
}

async function readField(content: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const decoder = new TextDecoder()
  let size = 0
  let value = ''
  for await (const bytes of content) {
    size += bytes.length
    if (size > most) throw tooLarge(`${most} bytes in a field`)
    value += decoder.decode(bytes, { stream: true })
  }
  return value + decoder.decode()
}

/** Finds the boundary in the content type. RFC 2046, 5.1.1, allows a boundary at most 70 characters. */
function requireBoundary(headers: Headers): string {
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').split(';')
  const form = type.trim().toLowerCase() === 'multipart/form-data'
  for (const parameter of form ? parameters : []) {
    const found = /^\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s"]{1,70}))\s*$/i.exec(parameter)
    const boundary = found?.[1] ?? found?.[2]
    if (boundary !== undefined) return boundary
  }
  throw new ProblemError('unsupported-media-type', {
    detail:
      'Send the files as "Content-Type: multipart/form-data" with a boundary of 1 to 70 characters.',
    headers: { accept: 'multipart/form-data' },
  })
}

function rulesOf({ form_bytes }: Limits): BodyRules {
  return { most: form_bytes, tooLarge: () => tooLarge(`${form_bytes} bytes`), brokenOff: notWhole }
}

function sized(read: Uint8Array | 'over' | 'end', which: string): Uint8Array {
  if (read === 'end') throw notWhole()
  if (read !== 'over') return read
  const detail = `${which} has more than ${HEAD_BYTES} bytes: send a shorter one.`
  throw new ProblemError('too-large', { detail })
}

function tooLarge(most: string): ProblemError {
  const detail = `An upload may have at most ${most}. Send the rest in another upload.`
  return new ProblemError('too-large', { detail })
}

function notWhole(cause?: unknown): ProblemError {
  return invalidForm('The body ended before it was complete.', cause)
}

function invalidForm(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid-form', { detail, cause })
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** What the header lines of a part say of it. A part with a file name is a file. */
type PartHead = { readonly name: string; readonly filename?: string }

/**
 * Reads the header lines of a part. Returns undefined if these are no header lines, or if they have no name.
 * Browsers send them in UTF-8 (RFC 7578, 5.1).
 */
function readPartHead(bytes: Uint8Array): PartHead | undefined {
  const [padding = '', ...lines] = new TextDecoder().decode(bytes).split('\r\n')
  if (padding.trim() !== '' || lines.some((line) => !FIELD.test(line))) return undefined
  const [line] = lines.filter((one) => /^content-disposition:/i.test(one))
  const value = line?.slice(line.indexOf(':') + 1).trim() ?? ''
  return /^form-data(?:[\s;]|$)/i.test(value) ? readParameters(value) : undefined
}

/** A header line: a name, a colon, and any text. */
const FIELD = /^[^\s:]+:/

/**
 * A parameter, whose value is in quotes or bare. A backslash escapes a quote or a backslash, and is a plain
 * character before any other and before the last quote of the line: browsers write names as they are.
 */
const PARAMETER = /;\s*([^\s=;"]+)=(?:"((?:[^"\\]|\\["\\]|\\(?!["\\])|\\(?="\s*$))*)"|([^\s;"]*))/g

function readParameters(value: string): PartHead | undefined {
  const found = new Map<string, string>()
  for (const [, key = '', quoted, bare = ''] of value.matchAll(PARAMETER))
    found.set(key.toLowerCase(), unescape(quoted ?? bare))
  const name = found.get('name')
  const filename = found.get('filename')
  if (name === undefined) return undefined
  return filename === undefined ? { name } : { name, filename }
}

/**
 * Undoes the escapes of a quoted value: a backslash, and the `%22`, `%0D` and `%0A` that the HTML standard has
 * browsers write for a quote, CR and LF.
 */
function unescape(text: string): string {
  return text.replaceAll(/\\(["\\])/g, '$1').replaceAll(/%(?:22|0D|0A)/g, decodeURIComponent)
}
