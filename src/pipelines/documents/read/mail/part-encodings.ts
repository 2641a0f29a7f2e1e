import { joinBytes } from '../../../../join-bytes.ts'
import { decodeUtf8, knownLabel } from '../../../html/charset.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { decodeHtml, decodeText } from '../decode-text.ts'
import { bytesOf, partsOf, type TextPart } from './text-parts.ts'

/**
 * Writes those texts of a message in UTF-8 whose part names no encoding, or one that its bytes contradict. The parser of
 * messages believes the name, and reads UTF-8 where there is none.
 */
export async function inUtf8(message: Uint8Array): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let from = 0
  for (const part of partsOf(message)) {
    const written = await rewritten(message, part)
    if (written === undefined) continue
    pieces.push(message.subarray(from, part.start), written)
    from = part.end
  }
  return from === 0 ? message : joinBytes([...pieces, message.subarray(from)])
}

async function rewritten(message: Uint8Array, part: TextPart): Promise<Uint8Array | undefined> {
  const head = message.subarray(part.start, part.body)
  const text = part.isText ? await mendedText(bytesOf(message, part), part) : undefined
  const plainHead = await mendedHead(head)
  if (text === undefined && plainHead === undefined) return undefined
  const lines = plainHead ?? decodeUtf8(head) ?? ''
  const encoder = new TextEncoder()
  if (text === undefined)
    return joinBytes([encoder.encode(lines), message.subarray(part.body, part.end)])
  return encoder.encode(`${headInUtf8(lines, part)}${base64(encoder.encode(text))}\r\n`)
}

/** A header with letters beyond ASCII that are not UTF-8. Undefined for any other. */
async function mendedHead(head: Uint8Array): Promise<string | undefined> {
  return decodeUtf8(head) === undefined ? guessed(head, false) : undefined
}

/** The text of a part, if it is another one than its header lets a reader think. */
async function mendedText(bytes: Uint8Array, part: TextPart): Promise<string | undefined> {
  const label = knownLabel(part.charset)
  const utf8 = decodeUtf8(bytes)
  const isPlain = !bytes.some((byte) => byte > 127)
  if (isPlain)
    return label === undefined && bytes.includes(ESCAPE) ? guessed(bytes, part.isHtml) : undefined
  if (utf8 !== undefined) return label === undefined || !isSingleByte(label) ? undefined : utf8
  return label === undefined || label === 'utf-8' || IS_ASCII.test(part.charset ?? '')
    ? guessed(bytes, part.isHtml)
    : undefined
}

const ESCAPE = 0x1b
const IS_ASCII = /^\s*(?:us-)?ascii\s*$/i

function isSingleByte(label: string): boolean {
  return /^(?:windows-125\d|iso-8859-\d+|macintosh|koi8-[ru]|ibm866)$/i.test(label)
}

/** What nobody can tell is windows-1252, as in browsers. */
async function guessed(bytes: Uint8Array, isHtml: boolean): Promise<string> {
  try {
    return await (isHtml ? decodeHtml(bytes) : decodeText(bytes))
  } catch (error) {
    if (!(error instanceof DocumentFailure)) throw error
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function headInUtf8(head: string, { hasType }: TextPart): string {
  const bare = head
    .replace(/;\s*charset\s*=\s*(?:"[^"\r\n]{0,200}"|[^;\s]{0,200})/i, '')
    .replace(/^content-transfer-encoding:[^\r\n]*(?:\r?\n|$)/im, '')
  const typed = hasType
    ? bare.replace(/^(content-type:\s*text\/\w+)/im, '$1; charset=utf-8')
    : `Content-Type: text/plain; charset=utf-8\r\n${bare}`
  return `Content-Transfer-Encoding: base64\r\n${typed}`
}

/** Many bytes at once are too many arguments for a function. */
const CHUNK = 3 * 8_192

function base64(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += CHUNK)
    lines.push(btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK))))
  return lines.join('\r\n')
}
