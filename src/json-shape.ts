/** Limits of a JSON text: its depth, the members of one object, and the entries of one list. */
export type JsonShape = {
  readonly depth: number
  readonly members: number
  readonly entries: number
}

const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125]

/**
 * Tells before parsing whether a JSON text exceeds the limits. JSON.parse takes a quarter of a second for a
 * million brackets in 2 MB, and the schema takes longer for a million entries; every other request waits
 * meanwhile. Reads each character once. The answer means nothing for text that is not JSON.
 */
export function exceeds(text: string, { depth, members, entries }: JsonShape): boolean {
  const open: { readonly most: number; count: number }[] = []
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) at = endOfString(text, at)
    else if (sign === CLOSE_LIST || sign === CLOSE_OBJECT) open.pop()
    else if (sign === OPEN_LIST || sign === OPEN_OBJECT) {
      const most = sign === OPEN_LIST ? entries : members
      if (open.push({ most, count: 1 }) > depth) return true
    } else if (sign === COMMA) {
      const around = open.at(-1)
      if (around !== undefined && ++around.count > around.most) return true
    }
  }
  return false
}

/** Returns the index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) return at
    if (sign === BACKSLASH) at += 1
  }
  return text.length
}
