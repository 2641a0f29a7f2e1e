/**
 * Parses JSON with the faults that pages have: a comment or CDATA section around it, an extra semicolon or comma,
 * raw control characters in strings. Returns undefined for other invalid JSON (valid JSON never parses to
 * undefined). jsonrepair reads more, but a hostile text of 20 KB takes it two minutes (docs/decisions/0017).
 */
export function parseLenient(text: string): unknown {
  const bare = unwrap(text)
  return parse(bare) ?? parse(repair(bare))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const LEADING = /^(?:\s|<!--|<!\[CDATA\[|\/\*|\*\/|\/\/)+/
const TRAILING = new Set(['-->', ']]>', '/*', '*/', '//', ';'])

/** Removes the end piece by piece: a pattern that is anchored only at the end takes quadratic time. */
function unwrap(text: string): string {
  let bare = text.replace(LEADING, '').trimEnd()
  for (;;) {
    const rest = [...TRAILING].find((end) => bare.endsWith(end))
    if (rest === undefined) return bare
    bare = bare.slice(0, -rest.length).trimEnd()
  }
}

/** Escapes control characters in strings, and drops a comma before a closing bracket. */
function repair(text: string): string {
  let out = ''
  let from = 0
  let comma = -1
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '"') {
      const end = endOfString(text, at)
      out += text.slice(from, at) + text.slice(at, end).replace(ESCAPED_OR_CONTROL, escapeControl)
      from = end
      at = end - 1
      comma = -1
    } else if (char === ',') {
      comma = at
    } else if (char === '}' || char === ']') {
      if (comma >= 0) {
        out += text.slice(from, comma)
        from = comma + 1
      }
      comma = -1
    } else if (!/\s/.test(char)) comma = -1
  }
  return out + text.slice(from)
}

/** Returns the position after the closing quote, or the text's end if there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '\\') at++
    else if (char === '"') return at + 1
  }
  return text.length
}

// oxlint-disable-next-line no-control-regex -- these very characters make the JSON invalid
const ESCAPED_OR_CONTROL = /\\[^]|[\u0000-\u001F]/g

/** A backslash before a raw line break continues the string on the next line, as in JavaScript. */
function escapeControl(found: string): string {
  const char = found.at(-1) ?? ''
  return char > '\u001F' ? found : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
