/** The bytes of a text from which its encoding is told. */
const SAMPLE = 8_192

/** In UTF-16, at least this share of the high bytes is zero, whatever the script, unless it is a script of East Asia. */
const ZEROS = 0.1

type Utf16 = 'utf-16le' | 'utf-16be'

/** Tells UTF-16 without a byte order mark by its shape. Undefined for other bytes. */
export function utf16Of(bytes: Uint8Array): Utf16 | undefined {
  return byZeros(bytes.subarray(0, SAMPLE)) ?? byScript(bytes.subarray(0, SAMPLE & ~1))
}

function byZeros(sample: Uint8Array): Utf16 | undefined {
  const zeros = { even: 0, odd: 0 }
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2 === 0 ? 'even' : 'odd']++
  const least = Math.max(2, (sample.length / 2) * ZEROS)
  if (isFilled(sample, zeros)) return undefined
  if (zeros.odd >= least && zeros.even * 10 < zeros.odd) return 'utf-16le'
  if (zeros.even >= least && zeros.odd * 10 < zeros.even) return 'utf-16be'
  return undefined
}

/** A text of single bytes has at most this share of other control characters than zeros, and fewer zeros than half. */
const FILLED = { controls: 0.01, zeros: 0.25 }

/**
 * Whether a text of single bytes is filled up with zeros. In UTF-16, a text with few zeros has another script than
 * Latin, and the numbers of that script are control characters as single bytes.
 */
function isFilled(
  sample: Uint8Array,
  zeros: { readonly even: number; readonly odd: number },
): boolean {
  const controls = sample.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0)
  return (
    zeros.even + zeros.odd < sample.length * FILLED.zeros &&
    controls <= sample.length * FILLED.controls
  )
}

function isControl(byte: number): boolean {
  return (byte > 0 && byte < 9) || (byte > 13 && byte < 32 && byte !== 27) || byte === 127
}

/** The share of usual characters that a text has in its own byte order, and the share that it has in the other one. */
const USUAL = { own: 0.95, other: 0.8 }

/** Usual characters of texts: ASCII and Latin, the scripts of Europe and of the Near East, Thai, Chinese, kana, Hangul. */
const USUAL_CHARACTER =
  // oxlint-disable-next-line no-misleading-character-class -- combining marks are usual characters too
  /[\t\n\r\x20-\x7e\xa0-\u017f\u0370-\u052f\u0590-\u06ff\u0900-\u0e7f\u2010-\u2044\u20a0-\u20bf\u2460-\u24ff\u3000-\u30ff\u3105-\u312f\u4e00-\u9fff\uac00-\ud7a3\uff01-\uffee]/g

/** No byte of a text in another encoding is one of these. Half of the bytes of Chinese in UTF-16 may be any byte. */
// oxlint-disable-next-line no-control-regex -- the pattern finds these bytes
const NO_TEXT_BYTE = /[\x00-\x08\x0e-\x1a\x1c-\x1f]/

/** Tells UTF-16 of texts that have hardly any zero: each pair of bytes is a usual character in one order alone. */
function byScript(sample: Uint8Array): Utf16 | undefined {
  if (!NO_TEXT_BYTE.test(new TextDecoder('latin1').decode(sample))) return undefined
  const pairs = sample.subarray(0, sample.length & ~1)
  const share = { le: usual(pairs, 'utf-16le'), be: usual(pairs, 'utf-16be') }
  if (share.le >= USUAL.own && share.be < USUAL.other) return 'utf-16le'
  return share.be >= USUAL.own && share.le < USUAL.other ? 'utf-16be' : undefined
}

function usual(bytes: Uint8Array, encoding: Utf16): number {
  const text = new TextDecoder(encoding).decode(bytes)
  return (text.match(USUAL_CHARACTER)?.length ?? 0) / Math.max(1, text.length)
}
