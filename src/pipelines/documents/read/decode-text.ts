import { bomOf, charsetOf, declaredCharset, decodeUtf8 } from '../../html/charset.ts'
import { DocumentFailure } from '../document-failure.ts'
import { decodeSevenBits } from './seven-bits.ts'
import { utf16Of } from './utf16.ts'
import { decodeUtf32 } from './utf32.ts'

/** The first characters of a text that show whether it is one. */
const SAMPLE = 8_192

/**
 * Decodes a text by its byte order mark, or else as UTF-16 or UTF-8 if its bytes are so, or else in the older
 * encoding that its bytes fit best. Throws a failure in doubt: a text in wrong letters would be found by nobody.
 */
export async function decodeText(bytes: Uint8Array): Promise<string> {
  const known = decodeKnown(bytes)
  if (known !== undefined) return known
  const { decodeLegacy } = await import('./legacy-encoding.ts')
  const text = decodeLegacy(withoutZeros(bytes))
  if (text === undefined) throw new DocumentFailure('encoding_unknown')
  return text
}

/** Decodes an HTML file by the charset that it declares, or else as any text. */
export async function decodeHtml(bytes: Uint8Array): Promise<string> {
  const charset = charsetOf(bytes, null)
  const wide = decodeUtf32(bytes)
  if (wide !== undefined) return wide
  if (charset === undefined) return (await decodeDeclared(bytes)) ?? decodeText(bytes)
  const text = new TextDecoder(charset).decode(even(bytes, charset))
  // A file that declares UTF-8 and is in another encoding has hardly any letter of UTF-8.
  const isOther = !isMostlyGood(text) || decodeSevenBits(bytes, text) !== undefined
  return charset.toLowerCase() === 'utf-8' && isOther ? decodeText(bytes) : text
}

/** Decodes a file that declares an encoding which the platform lacks. Believes the bytes if they are UTF-8. */
async function decodeDeclared(bytes: Uint8Array): Promise<string | undefined> {
  const label = declaredCharset(bytes)
  if (label === undefined) return undefined
  const { decodeRare } = await import('./rare-encodings.ts')
  const text = decodeRare(bytes, label)
  const utf8 = decodeUtf8(bytes)
  return utf8 === undefined || isAscii(utf8) ? text : undefined
}

/** The encoding that a file declares and nobody knows, so that its letters are guessed. Undefined for any other file. */
export async function unknownEncoding(bytes: Uint8Array): Promise<string | undefined> {
  const label = declaredCharset(bytes)
  if (label === undefined || charsetOf(bytes, null) !== undefined) return undefined
  if (decodeUtf8(bytes) !== undefined || decodeUtf32(bytes) !== undefined) return undefined
  const { isRare } = await import('./rare-encodings.ts')
  return isRare(label) ? undefined : label
}

/** Decodes the beginning of a file far enough to tell its kind: the letters of an older encoding do not matter. */
export function decodeHead(bytes: Uint8Array): string {
  return decodeKnown(bytes) ?? new TextDecoder('latin1').decode(bytes)
}

/** Decodes a text whose bytes show that they are UTF-16 or UTF-8. */
function decodeKnown(file: Uint8Array): string | undefined {
  const wide = decodeUtf32(file)
  if (wide !== undefined) return wide
  const encoding = bomOf(file) ?? utf16Of(file)
  if (encoding !== undefined) return new TextDecoder(encoding).decode(even(file, encoding))
  const bytes = withoutZeros(file)
  if (bytes.length < file.length * (1 - JUNK.zeros)) return undefined
  const whole = decodeUtf8(bytes)
  if (whole !== undefined) return decodeAscii(bytes, whole)
  const text = new TextDecoder().decode(bytes)
  return isMostlyGood(text) ? text : undefined
}

/** Removes zeros, with which some programs fill up or end the fields of a text. */
function withoutZeros(bytes: Uint8Array): Uint8Array {
  return bytes.includes(0) ? bytes.filter((byte) => byte !== 0) : bytes
}

// oxlint-disable-next-line no-control-regex -- all characters of ASCII
const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text)

function decodeAscii(bytes: Uint8Array, ascii: string): string {
  const text = decodeSevenBits(bytes, ascii)
  return text !== undefined && isMostlyGood(text) ? text : ascii
}

/** Drops the last byte of a UTF-16 text with an odd number of bytes. */
function even(bytes: Uint8Array, encoding: string): Uint8Array {
  return encoding.startsWith('utf-16') ? bytes.subarray(0, bytes.length & ~1) : bytes
}

/** Whether bytes that were read as UTF-8 were so: a few bad bytes among many good ones do not count. */
function isMostlyGood(text: string): boolean {
  const good = text.match(/[\u0080-\ufffc\ufffe\uffff]/g)?.length ?? 0
  const bad = text.match(/\ufffd/g)?.length ?? 0
  return bad === 0 || bad * 10 < good
}

/** A text may have this share of control characters, and always `least` of them. Zeros fill up the fields of some texts. */
const JUNK = { share: 0.05, least: 8, zeros: 0.25 }

/** Whether the decoded bytes are no text: too many characters are control characters. */
export function isJunk(text: string): boolean {
  const sample = text.slice(0, SAMPLE)
  // oxlint-disable-next-line no-control-regex -- the patterns count these characters
  const junk = sample.match(/[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]/g)?.length ?? 0
  const zeros = sample.split('\0').length - 1
  return (
    junk > Math.max(sample.length * JUNK.share, JUNK.least) ||
    zeros > Math.max(sample.length * JUNK.zeros, JUNK.least)
  )
}
