/** How deep JSON may nest, and how many members an object, and entries a list of it may have. */
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
 * Whether JSON text is larger in its shape than that, told before it is parsed: a million brackets in
 * 2 MB hold up JSON.parse, and with it every other request, for a quarter of a second, and a million
 * entries the schema. Reads each character once. Text that is no JSON may be told either way.
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

/** Where the string ends that begins there. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) return at
    if (sign === BACKSLASH) at += 1
  }
  return text.length
}
