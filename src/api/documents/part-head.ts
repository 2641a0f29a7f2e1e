/** What the header lines of a form's part say of it. A part with a file name is a file. */
export type PartHead = { readonly name: string; readonly filename?: string }

/**
 * Reads what stands between a boundary and a part's content. Undefined: those are no header lines, or
 * they name nothing. They are UTF-8, as browsers send them (RFC 7578, 5.1).
 */
export function readPartHead(bytes: Uint8Array): PartHead | undefined {
  const [padding = '', ...lines] = new TextDecoder().decode(bytes).split('\r\n')
  if (padding.trim() !== '' || lines.some((line) => !FIELD.test(line))) return undefined
  const [line] = lines.filter((one) => /^content-disposition:/i.test(one))
  const value = line?.slice(line.indexOf(':') + 1).trim() ?? ''
  return /^form-data(?:[\s;]|$)/i.test(value) ? readParameters(value) : undefined
}

/** A name, a colon, and whatever follows. */
const FIELD = /^[^\s:]+:/

/** In quotes or bare. A backslash is a sign like any other, but before a quote or itself. */
const PARAMETER = /;\s*([^\s=;"]+)=(?:"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"|([^\s;"]*))/g

function readParameters(value: string): PartHead | undefined {
  const found = new Map<string, string>()
  for (const [, key = '', quoted, bare = ''] of value.matchAll(PARAMETER))
    found.set(key.toLowerCase(), unescape(quoted ?? bare))
  const name = found.get('name')
  const filename = found.get('filename')
  if (name === undefined) return undefined
  return filename === undefined ? { name } : { name, filename }
}

/** As it was sent, but for what the HTML standard has a browser write in place of three signs. */
function unescape(text: string): string {
  return text.replaceAll(/\\(["\\])/g, '$1').replaceAll(/%(?:22|0D|0A)/g, decodeURIComponent)
}
