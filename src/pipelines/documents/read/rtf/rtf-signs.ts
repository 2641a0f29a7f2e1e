import { symbolOf } from '../word/symbol.ts'

/** A font whose codes are signs, and not letters. */
export type SymbolFont = 'symbol' | 'dingbats'

/** Fonts of letters may have the character set of signs too, so the names decide. */
export function symbolFontNamed(name: string): SymbolFont | undefined {
  if (/^\s*symbol\b/i.test(name)) return 'symbol'
  return /wingdings|webdings|dingbats|monotype sorts/i.test(name) ? 'dingbats' : undefined
}

/** Returns the signs that a font shows for codes. */
export function signsOf(codes: string, font: SymbolFont): string {
  return Array.from(codes, (char) => signOf(char, font)).join('')
}

function signOf(char: string, font: SymbolFont): string {
  const code = char.charCodeAt(0)
  if (font === 'symbol') return symbolOf(code.toString(16), 'Symbol')
  // The private range has the codes of these fonts. The text's own rules say which sign stands there.
  return code > SPACE && code < 0x100 ? String.fromCharCode(PRIVATE + code) : char
}

const SPACE = 0x20
const PRIVATE = 0xf000
