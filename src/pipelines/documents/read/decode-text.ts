import { bomOf } from '../../html/charset.ts'

/** The number of first bytes of a text from which its encoding is guessed. */
const SAMPLE = 8_192

/** In UTF-16, at least this share of the high bytes is zero, whatever the script. */
const ZEROS = 0.1

/** Decodes a text by its byte order mark, or else as UTF-16 or UTF-8 if it looks so, or else as windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = bomOf(bytes) ?? utf16Of(bytes)
  if (encoding !== undefined) return new TextDecoder(encoding).decode(even(bytes, encoding))
  return decodeUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes)
}

/** Drops the last byte of a UTF-16 text with an odd number of bytes. */
function even(bytes: Uint8Array, encoding: string): Uint8Array {
  return encoding === 'utf-8' ? bytes : bytes.subarray(0, bytes.length & ~1)
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const sample = bytes.subarray(0, SAMPLE)
  const zeros = { even: 0, odd: 0 }
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2 === 0 ? 'even' : 'odd']++
  const least = Math.max(2, (sample.length / 2) * ZEROS)
  if (zeros.odd >= least && zeros.even * 10 < zeros.odd) return 'utf-16le'
  if (zeros.even >= least && zeros.odd * 10 < zeros.even) return 'utf-16be'
  return undefined
}

/** Decodes UTF-8, or returns undefined for another encoding. A few bad bytes among many good ones do not count. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    const text = new TextDecoder().decode(bytes)
    const good = text.match(/[\u0080-\ufffc\ufffe\uffff]/g)?.length ?? 0
    const bad = text.match(/\ufffd/g)?.length ?? 0
    return bad * 10 < good ? text : undefined
  }
}

/** A text may have this share of control characters, and always `least` of them. */
const JUNK = { share: 0.05, least: 8 }

/** Whether the decoded bytes are no text: too many characters are control characters. */
export function isJunk(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the pattern counts these characters
  const junk = text.slice(0, SAMPLE).match(/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]/g)
  const share = Math.min(text.length, SAMPLE) * JUNK.share
  return (junk?.length ?? 0) > Math.max(share, JUNK.least)
}
