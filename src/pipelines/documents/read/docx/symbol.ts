/** The few characters of Word's symbol fonts that a document says something by. */
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

/** What a symbol of a font of its own shows; one that Unicode has is itself. */
export function symbolOf(hex = ''): string {
  const code = Number.parseInt(hex, 16)
  if (!(code > 0) || code > 0x10_ffff) return ''
  const own = code >= 0xe000 && code <= 0xf8ff
  return own ? (SYMBOLS[hex.toUpperCase()] ?? '') : String.fromCodePoint(code)
}
