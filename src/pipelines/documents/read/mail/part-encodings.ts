import { joinBytes } from '../../../../join-bytes.ts'
import { decodeUtf8, knownLabel } from '../../../html/charset.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { decodeHtml, decodeText } from '../decode-text.ts'
import { joinFlowed } from './flowed.ts'
import { headInUtf8, wordsInUtf8 } from './part-heads.ts'
import { bytesOf, partsOf, type TextPart } from './text-parts.ts'

/** A message whose texts the parser of messages reads right. */
export type PlainMessage = {
  readonly bytes: Uint8Array
  /** The encodings that texts name and nobody knows, so that their letters are guessed. */
  readonly guessed: ReadonlySet<string>
}

/**
 * Writes those texts of a message in UTF-8 whose part names no encoding, one that its bytes contradict, or one that the
 * parser of messages lacks. The parser believes the name, and reads UTF-8 where there is none. Also joins the lines of
 * flowed texts: the parser loses their quotations.
 */
export async function inUtf8(message: Uint8Array): Promise<PlainMessage> {
  const pieces: Uint8Array[] = []
  const guessed = new Set<string>()
  let from = 0
  for (const part of partsOf(message)) {
    const written = await rewritten(message, part, guessed)
    if (written === undefined) continue
    pieces.push(message.subarray(from, part.start), written)
    from = part.end
  }
  const bytes = from === 0 ? message : joinBytes([...pieces, message.subarray(from)])
  return { bytes, guessed }
}

async function rewritten(
  message: Uint8Array,
  part: TextPart,
  guessed: Set<string>,
): Promise<Uint8Array | undefined> {
  const head = message.subarray(part.start, part.body)
  const text = part.isText ? await mendedText(bytesOf(message, part), part, guessed) : undefined
  const plainHead = await mendedHead(head, guessed)
  if (text === undefined && plainHead === undefined) return undefined
  const lines = plainHead ?? decodeUtf8(head) ?? ''
  const encoder = new TextEncoder()
  if (text === undefined)
    return joinBytes([encoder.encode(lines), message.subarray(part.body, part.end)])
  return encoder.encode(`${headInUtf8(lines, part)}${base64(encoder.encode(text))}\r\n`)
}

/** A header with letters beyond ASCII that are not UTF-8, or with words in a rare encoding. Undefined for any other. */
async function mendedHead(head: Uint8Array, guessed: Set<string>): Promise<string | undefined> {
  const utf8 = decodeUtf8(head)
  const lines = utf8 ?? (await likelyText(head, false))
  const mended = await wordsInUtf8(lines, guessed)
  return utf8 === undefined ? (mended ?? lines) : mended
}

/** The text of a part, if it is another one than its header lets a reader think. */
async function mendedText(
  bytes: Uint8Array,
  part: TextPart,
  guessed: Set<string>,
): Promise<string | undefined> {
  const mended = await decodedAnew(bytes, part, guessed)
  if (part.flow === undefined || part.isHtml) return mended
  const text = mended ?? new TextDecoder(knownLabel(part.charset) ?? 'utf-8').decode(bytes)
  return joinFlowed(text, part.flow === 'spaces-added')
}

async function decodedAnew(
  bytes: Uint8Array,
  { charset, isHtml }: TextPart,
  guessed: Set<string>,
): Promise<string | undefined> {
  const label = knownLabel(charset)
  if (charset !== undefined && label !== undefined)
    return decodedAs(bytes, { charset, label, isHtml })
  if (charset === undefined) {
    const isRight = decodeUtf8(bytes) !== undefined && !hasSevenBits(bytes)
    return isRight ? undefined : likelyText(bytes, isHtml)
  }
  const { decodeRare } = await import('../rare-encodings.ts')
  const text = decodeRare(bytes, charset)
  if (text !== undefined) return text
  const isClear = decodeUtf8(bytes) !== undefined && !bytes.includes(ESCAPE)
  if (!isClear && !NO_NAME.test(charset.trim())) guessed.add(charset)
  return likelyText(bytes, isHtml)
}

type Named = { readonly charset: string; readonly label: string; readonly isHtml: boolean }

/** Decodes bytes of a part that names an encoding of the web, unless the parser does so. */
async function decodedAs(
  bytes: Uint8Array,
  { charset, label, isHtml }: Named,
): Promise<string | undefined> {
  const utf8 = decodeUtf8(bytes)
  if (utf8 !== undefined && isSingleByte(label) && !isAscii(bytes)) return utf8
  if (utf8 === undefined && (label === 'utf-8' || IS_ASCII.test(charset)))
    return likelyText(bytes, isHtml)
  return isLabelOfParser(charset) ? undefined : new TextDecoder(label).decode(bytes)
}

function isAscii(bytes: Uint8Array): boolean {
  return !bytes.some((byte) => byte > 127)
}

function hasSevenBits(bytes: Uint8Array): boolean {
  return SEVEN_BITS.some((sign) => bytes.includes(sign))
}

const ESCAPE = 0x1b
/** ESC and `~`, which begin letters of East Asia in encodings of seven bits. */
const SEVEN_BITS = [ESCAPE, 0x7e]
const IS_ASCII = /^\s*(?:us-)?ascii\s*$/i
/** Labels by which programs say that they do not know the encoding. */
const NO_NAME = /^(?:(?:x-)?unknown(?:-?8bit)?|8bit|binary|default|none)?$/i

/** Whether the parser of messages takes a label. It lacks some that are spelt wrongly. */
function isLabelOfParser(charset = ''): boolean {
  try {
    return new TextDecoder(charset).encoding !== ''
  } catch {
    return false
  }
}

function isSingleByte(label: string): boolean {
  return /^(?:windows-125\d|iso-8859-\d+|macintosh|koi8-[ru]|ibm866)$/i.test(label)
}

/** A text that nobody can tell is windows-1252, as in browsers. */
async function likelyText(bytes: Uint8Array, isHtml: boolean): Promise<string> {
  try {
    return await (isHtml ? decodeHtml(bytes) : decodeText(bytes))
  } catch (error) {
    if (!(error instanceof DocumentFailure)) throw error
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Many bytes at once are too many arguments for a function. */
const CHUNK = 3 * 8_192

function base64(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += CHUNK)
    lines.push(btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK))))
  return lines.join('\r\n')
}
