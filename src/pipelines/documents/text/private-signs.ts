/** The signs that the symbol fonts of Office show for codes of Unicode's private range, and that mean something in a text. */
const SIGNS: Readonly<Record<string, string>> = {
  '\uf06f': '☐',
  '\uf0a8': '☐',
  '\uf0fd': '☒',
  '\uf0fe': '☑',
  '\uf0fc': '✓',
  '\uf0fb': '✗',
  '\uf0b7': '•',
  '\uf0a7': '•',
  '\uf0d8': '•',
  '\uf0e0': '→',
}

/** Returns the sign of a symbol font, or undefined for one that means nothing. */
export function privateSign(char: string): string | undefined {
  return SIGNS[char]
}

const PRIVATE = /[\ue000-\uf8ff]/
/** A private sign that stands alone as a word. */
const LONE = /(?<!\S)[\ue000-\uf8ff](?!\S)/g

/** Writes the private signs that are known. One that stands alone before words is the point of a list. */
export function withSigns(line: string): string {
  if (!PRIVATE.test(line)) return line
  return line
    .replace(LONE, (char) => SIGNS[char] ?? '•')
    .replaceAll(/[\ue000-\uf8ff]/g, (char) => SIGNS[char] ?? char)
}
