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

/** Signs of other symbol fonts, by their codes without the beginning of the private range. */
const FONTS: readonly (readonly [font: RegExp, signs: Readonly<Record<number, string>>])[] = [
  [
    /^wingdings 2$/i,
    { 0x4f: '✗', 0x50: '✓', 0x51: '☒', 0x52: '☑', 0x53: '☒', 0x54: '☒', 0x97: '•', 0xa3: '☐' },
  ],
  [/^webdings$/i, { 0x61: '✓', 0x63: '☐', 0x67: '■', 0x6e: '●', 0x72: '✗', 0xc9: '☎' }],
  [
    /^(?:wingdings|monotype sorts)$/i,
    { 0x28: '☎', 0x29: '✆', 0x2a: '✉', 0x46: '☞', 0x4a: '☺', 0x6c: '●', 0x6e: '■', 0x78: '☒' },
  ],
  [/^wingdings 3$/i, {}],
]

function signsOf(font: string): Readonly<Record<number, string>> | undefined {
  return FONTS.find(([name]) => name.test(font))?.[1]
}

/** Returns the character of a symbol. A code in Unicode's private range depends on the font; other codes are characters. */
export function symbolOf(hex = '', font = ''): string {
  const code = Number.parseInt(hex, 16)
  if (!(code > 0) || code > 0x10_ffff) return ''
  const own = code >= 0xe000 && code <= 0xf8ff
  if (isSymbolFont(font) && (own || code < 0x100)) return inFont(code, font)
  const char = String.fromCodePoint(code)
  return own ? (privateSign(char) ?? '') : char
}

function inFont(code: number, font: string): string {
  if (/^symbol$/i.test(font)) return inSymbol(code & 0xff)
  return signsOf(font)?.[code & 0xff] ?? privateSign(privateChar(code)) ?? ''
}

function privateChar(code: number): string {
  return String.fromCodePoint(0xf000 + (code & 0xff))
}

/** Tells whether a font shows signs in place of letters. */
export function isSymbolFont(font: string): boolean {
  return /^symbol$/i.test(font) || signsOf(font) !== undefined
}

/** Writes letters of a symbol font as the signs that the font shows. */
export function inSymbolFont(text: string, font: string): string {
  return text.replaceAll(/[^\s]/g, (char) => {
    const code = char.charCodeAt(0)
    const isCode = code < 0x100 || (code >= 0xf000 && code <= 0xf0ff)
    return isCode ? symbolOf(code.toString(16), font) : char
  })
}
