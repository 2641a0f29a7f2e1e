/** A part of a message that holds text, or the header of the whole message. */
export type TextPart = {
  /** The places of its header, of its body and of its end among the bytes of the message. */
  readonly start: number
  readonly body: number
  readonly end: number
  readonly isText: boolean
  readonly isHtml: boolean
  readonly hasType: boolean
  readonly charset: string | undefined
  readonly transfer: string
  /** Whether a program divided its lines (RFC 3676), and whether the program added a space at each of these places. */
  readonly flow: 'spaces-added' | 'spaces-kept' | undefined
}

const BOUNDARY = /\bboundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/gi
/** A line that may be a boundary between parts. */
const DELIMITER = /^--([^\r\n]{1,210})\r?$/gm

/** More boundaries than any message has. */
const MAX_BOUNDARIES = 1_000
/** The most messages within messages whose header is looked at. */
const MAX_DEPTH = 10

/** Finds the parts of a message that hold text. Each byte is one character, so places in the text are places of bytes. */
export function partsOf(message: Uint8Array): TextPart[] {
  const text = new TextDecoder('latin1').decode(message)
  return segmentsOf(text).flatMap((segment, at) => partAt(text, segment, at === 0))
}

type Segment = readonly [start: number, end: number]

/** The pieces between boundaries, whichever part they divide. */
function segmentsOf(text: string): Segment[] {
  const names = new Set<string>()
  for (const [, quoted, bare] of text.matchAll(BOUNDARY))
    if (names.size < MAX_BOUNDARIES) names.add((quoted ?? bare ?? '').trim())
  if (names.size === 0) return [[0, text.length]]
  const segments: Segment[] = []
  let start = 0
  for (const { 0: line, 1: name = '', index } of text.matchAll(DELIMITER)) {
    const plain = name.trimEnd()
    if (!names.has(plain) && !(plain.endsWith('--') && names.has(plain.slice(0, -2)))) continue
    segments.push([start, index])
    start = index + line.length + 1
  }
  segments.push([Math.min(start, text.length), text.length])
  return segments
}

function partAt(text: string, [from, end]: Segment, isFirst: boolean): TextPart[] {
  let start = from
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const segment = text.slice(start, end)
    const found = HEAD_END.exec(segment)
    if (!found) return []
    const body = start + found.index + found[0].length
    const head = segment.slice(0, found.index).replaceAll(/\r?\n[ \t]+/g, ' ')
    const type = field(head, 'content-type')
    // A message within the message has a header of its own.
    if (/^message\/rfc822/i.test(type ?? '')) start = body
    else
      return [partOf(head, type, { start, body, end, isBare: isFirst || depth > 0 || head === '' })]
  }
  return []
}

/** The end of a header. A part may have none, and begin with the empty line. */
const HEAD_END = /^\r?\n|\r?\n\r?\n/

type PartPlace = { readonly start: number; readonly body: number; readonly end: number }

function partOf(
  head: string,
  type: string | undefined,
  { start, body, end, isBare }: PartPlace & { readonly isBare: boolean },
): TextPart {
  const isAttached = /^attachment/i.test(field(head, 'content-disposition') ?? '')
  const isText = type === undefined ? isBare : /^text\/(?:plain|html)\b/i.test(type)
  const charset = /;\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]*))/i.exec(type ?? '')
  return {
    start,
    body,
    end,
    isText: isText && !isAttached,
    isHtml: /^text\/html\b/i.test(type ?? ''),
    hasType: type !== undefined,
    charset: charset?.[1] ?? charset?.[2],
    flow: flowOf(type ?? ''),
    transfer: (field(head, 'content-transfer-encoding') ?? '').toLowerCase(),
  }
}

function flowOf(type: string): TextPart['flow'] {
  if (!/;\s*format\s*=\s*"?flowed\b/i.test(type)) return undefined
  return /;\s*delsp\s*=\s*"?yes\b/i.test(type) ? 'spaces-added' : 'spaces-kept'
}

const FIELDS = {
  'content-type': /^content-type:([^\r\n]*)/im,
  'content-disposition': /^content-disposition:([^\r\n]*)/im,
  'content-transfer-encoding': /^content-transfer-encoding:([^\r\n]*)/im,
} as const

function field(head: string, name: keyof typeof FIELDS): string | undefined {
  return FIELDS[name].exec(head)?.[1]?.trim()
}

/** The bytes of a part's text. */
export function bytesOf(message: Uint8Array, { body, end, transfer }: TextPart): Uint8Array {
  const raw = message.subarray(body, end)
  if (transfer === 'base64') return fromBase64(raw)
  return transfer === 'quoted-printable' ? fromQuoted(raw) : raw
}

export function fromBase64(raw: Uint8Array): Uint8Array {
  const text = new TextDecoder('latin1').decode(raw).replaceAll(/[^A-Za-z0-9+/]/g, '')
  try {
    return Uint8Array.from(
      atob(text.slice(0, text.length - (text.length % 4 === 1 ? 1 : 0))),
      (char) => char.charCodeAt(0),
    )
  } catch {
    return new Uint8Array(0)
  }
}

const [NEWLINE, RETURN, EQUALS] = [10, 13, 61]

export function fromQuoted(raw: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(raw.length)
  let length = 0
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] ?? 0
    const escape = byte === EQUALS ? escapeAt(raw, at) : undefined
    at += escape?.skipped ?? 0
    if (escape?.byte !== null) bytes[length++] = escape?.byte ?? byte
  }
  return bytes.subarray(0, length)
}

/** Reads `=FC`, or `=` at the end of a line, which has no byte. Undefined for a bare `=`. */
function escapeAt(
  raw: Uint8Array,
  at: number,
): { byte: number | null; skipped: number } | undefined {
  const [one = 0, two = 0] = raw.subarray(at + 1, at + 3)
  if (one === NEWLINE) return { byte: null, skipped: 1 }
  if (one === RETURN && two === NEWLINE) return { byte: null, skipped: 2 }
  const hex = String.fromCharCode(one, two)
  return /^[0-9a-f]{2}$/i.test(hex) ? { byte: Number.parseInt(hex, 16), skipped: 2 } : undefined
}
