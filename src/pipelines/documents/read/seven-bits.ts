/** Decodes UTF-7 (RFC 2152): `+` begins UTF-16 in base64, which ends at the first other character. */
export function decodeUtf7(bytes: Uint8Array): string {
  const ascii = new TextDecoder('latin1').decode(bytes)
  return ascii.replaceAll(/\+([A-Za-z0-9+/]*)-?/g, (written: string, digits: string) => {
    if (written === '+-') return '+'
    // A sign of UTF-16 takes three digits, so this is a plus that was not escaped.
    return digits.length < 3 ? written : unitsOf(digits)
  })
}

function unitsOf(digits: string): string {
  // The last digits of a run fill up the last unit with bits of zero.
  const whole = digits.slice(0, digits.length % 4 === 1 ? -1 : undefined)
  const bytes = Uint8Array.from(atob(whole), (char) => char.charCodeAt(0))
  return new TextDecoder('utf-16be').decode(bytes.subarray(0, bytes.length & ~1))
}

/** Decodes a text of ASCII alone that has the marks of an encoding of seven bits. Returns undefined for any other. */
export function decodeSevenBits(bytes: Uint8Array, ascii: string): string | undefined {
  if (UTF7_MARK.test(ascii)) return decodeUtf7(bytes).replace(/^\ufeff/, '')
  if (JIS.test(ascii)) return new TextDecoder('iso-2022-jp').decode(bytes)
  if (ascii.includes(KOREAN.announcement) && ascii.includes(KOREAN.shift))
    return new TextDecoder('euc-kr').decode(unshifted(bytes))
  return HZ.test(ascii) ? new TextDecoder('gbk').decode(gbOfHz(bytes)) : undefined
}

/** The byte order mark in UTF-7. */
const UTF7_MARK = /^\+\/v[89+/]/
/** A change to Japanese letters in ISO-2022-JP. */
// oxlint-disable-next-line no-control-regex -- the change begins with ESC
const JIS = /\x1b\$[@B]/
/** The beginning of ISO-2022-KR, and the shift to its letters. */
const KOREAN = { announcement: '\x1b$)C', shift: '\x0e' }

/** Chinese letters in HZ: pairs between their marks. */
const HZ = /~\{(?:[!-w][!-~])+~\}/

const [TILDE, OPEN, CLOSE, NEWLINE] = [0x7e, 0x7b, 0x7d, 0x0a]

/** Writes HZ (RFC 1843) as GB 2312: between `~{` and `~}`, the bytes of letters lack their highest bit. */
export function gbOfHz(bytes: Uint8Array): Uint8Array {
  const plain = new Uint8Array(bytes.length)
  let length = 0
  let isWide = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    const next = bytes[at + 1]
    if (byte === TILDE && isHzSign(next)) {
      at++
      if (next === TILDE) plain[length++] = TILDE
      else if (next !== NEWLINE) isWide = next === OPEN
      continue
    }
    // Letters never go on behind the end of a line.
    if (byte === NEWLINE) isWide = false
    plain[length++] = isWide ? byte | 0x80 : byte
  }
  return plain.subarray(0, length)
}

function isHzSign(byte: number | undefined): boolean {
  return byte === TILDE || byte === OPEN || byte === CLOSE || byte === NEWLINE
}

const [SHIFT_OUT, SHIFT_IN, ESCAPE] = [0x0e, 0x0f, 0x1b]
/** `ESC $ ) C` says that shifted bytes are Korean, and `ESC $ ) A` that they are Chinese. */
const ANNOUNCEMENT_BYTES = 4

/**
 * Writes ISO-2022-KR (RFC 1557) as EUC-KR, and ISO-2022-CN (RFC 1922) as GB 2312: between two shifts, the bytes of letters
 * lack their highest bit.
 */
export function unshifted(bytes: Uint8Array): Uint8Array {
  const plain = new Uint8Array(bytes.length)
  let length = 0
  let isWide = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === SHIFT_OUT || byte === SHIFT_IN) isWide = byte === SHIFT_OUT
    else if (byte === ESCAPE) at += ANNOUNCEMENT_BYTES - 1
    else plain[length++] = isWide && byte > 0x20 ? byte | 0x80 : byte
  }
  return plain.subarray(0, length)
}

/** The signs of Taiwan in ISO-2022-CN, which no decoder knows. */
// oxlint-disable-next-line no-control-regex -- the announcement begins with ESC
const TAIWANESE = /\x1b\$[)*+][G-M]/

export function hasTaiwanese(bytes: Uint8Array): boolean {
  return TAIWANESE.test(new TextDecoder('latin1').decode(bytes))
}
