import { bomOf } from '../../html/charset.ts'

/** As much of a text as its encoding is guessed from. */
const SAMPLE = 8_192

/** Of the bytes that stand for the one half of each UTF-16 unit, as many are zero in any script. */
const ZEROS = 0.1

/** A text's bytes as text: by its byte order mark, as UTF-16 or UTF-8 by its look, else windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = bomOf(bytes) ?? utf16Of(bytes)
  if (encoding !== undefined) return new TextDecoder(encoding).decode(even(bytes, encoding))
  return decodeUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes)
}

/** A last byte that is half of nothing is none. */
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

/** `undefined`: it is none. One bad byte among many good ones makes no other encoding of it. */
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

/** Of a text, as many characters may be ones that no text holds. */
const JUNK = { share: 0.05, least: 8 }

/** Whether what was decoded is no text at all: too much of it are control characters. */
export function isJunk(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the sign that it is no text
  const junk = text.slice(0, SAMPLE).match(/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]/g)
  const share = Math.min(text.length, SAMPLE) * JUNK.share
  return (junk?.length ?? 0) > Math.max(share, JUNK.least)
}
