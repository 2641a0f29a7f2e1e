import { privateSign } from '../../text/private-signs.ts'

/** The letters of the font Symbol, from the code of A and of a: Greek letters by their Latin neighbours. */
const GREEK = 'ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ      αβχδεφγηιϕκλμνοπθρστυϖωξψζ'

/** Signs of the font Symbol. */
const SIGNS: Readonly<Record<number, string>> = {
  0x22: '∀',
  0x24: '∃',
  0xa3: '≤',
  0xa5: '∞',
  0xae: '→',
  0xb0: '°',
  0xb1: '±',
  0xb3: '≥',
  0xb4: '×',
  0xb7: '•',
  0xb8: '÷',
  0xb9: '≠',
  0xbb: '≈',
  0xd2: '®',
  0xd3: '©',
  0xd4: '™',
  0xd6: '√',
  0xe5: '∑',
}

/** Returns the character that the font Symbol shows for a code. */
function inSymbol(code: number): string {
  if (code >= 0x41 && code <= 0x7a) return GREEK.charAt(code - 0x41).trim()
  const isAscii = code >= 0x20 && code < 0x40
  return SIGNS[code] ?? (isAscii ? String.fromCodePoint(code) : '')
}

/** Returns the character of a symbol. A code in Unicode's private range depends on the font; other codes are characters. */
export function symbolOf(hex = '', font = ''): string {
  const code = Number.parseInt(hex, 16)
  if (!(code > 0) || code > 0x10_ffff) return ''
  const own = code >= 0xe000 && code <= 0xf8ff
  if (/^symbol$/i.test(font) && (own || code < 0x100)) return inSymbol(code & 0xff)
  const char = String.fromCodePoint(code)
  return own ? (privateSign(char) ?? '') : char
}
