/** The characters of Word's symbol fonts that carry meaning in a document. */
const SYMBOLS: Readonly<Record<string, string>> = {
  F06F: '☐',
  F0A8: '☐',
  F0FD: '☒',
  F0FE: '☑',
  F0FC: '✓',
  F0FB: '✗',
  F0B7: '•',
  F0A7: '•',
  F0D8: '•',
  F0E0: '→',
}

/** Returns the character of a symbol. A code in Unicode's private range depends on the font; other codes are characters. */
export function symbolOf(hex = ''): string {
  const code = Number.parseInt(hex, 16)
  if (!(code > 0) || code > 0x10_ffff) return ''
  const own = code >= 0xe000 && code <= 0xf8ff
  return own ? (SYMBOLS[hex.toUpperCase()] ?? '') : String.fromCodePoint(code)
}
