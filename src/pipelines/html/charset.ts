import { decodeHTML } from 'entities/decode'

const HEAD_BYTES = 4_096

/**
 * Decodes a page by its charset. A page that names none, or one that nobody knows, is UTF-8 if its bytes are, and
 * windows-1252 if not, as in browsers. Servers add a charset to pages without looking at them, so bytes that contradict
 * the named charset count more than the name.
 */
export function decodePage(bytes: Uint8Array, contentType: string | null): string {
  const named = bomOf(bytes) ?? wideOf(bytes)
  if (named !== undefined) return new TextDecoder(named).decode(bytes)
  const [first, ...others] = [headerOf(contentType), declaredCharset(bytes)].flatMap(
    (label) => knownLabel(label) ?? [],
  )
  const utf8 = decodeUtf8(bytes)
  if (utf8 !== undefined && (first === undefined || isLatin(first))) return utf8
  if (utf8 !== undefined && first === 'utf-8') return utf8
  const single = [first, ...others].find((label) => label !== undefined && label !== 'utf-8')
  if (single !== undefined) return new TextDecoder(single).decode(bytes)
  // Of a page that says UTF-8, a few broken bytes are damage. If no sign of it is UTF-8, the label is wrong.
  const broken = first === 'utf-8' && hasUtf8(bytes)
  return new TextDecoder(broken ? 'utf-8' : 'windows-1252').decode(bytes)
}

/** Finds a page's charset: from its byte order mark, or else its header, or else its own declaration. */
export function charsetOf(bytes: Uint8Array, contentType: string | null): string | undefined {
  return bomOf(bytes) ?? knownLabel(headerOf(contentType)) ?? knownLabel(declaredCharset(bytes))
}

export function bomOf([a, b]: Uint8Array): string | undefined {
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  return a === 0xef && b === 0xbb ? 'utf-8' : undefined
}

/** A page begins with `<`. In UTF-16 a zero stands beside it. */
function wideOf([a, b]: Uint8Array): string | undefined {
  if (a === 0 && b === 0x3c) return 'utf-16be'
  return a === 0x3c && b === 0 ? 'utf-16le' : undefined
}

function headerOf(contentType: string | null): string | undefined {
  return /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType ?? '')?.[1]
}

/** Ignores a declaration of UTF-16: a page whose declaration can be read byte by byte is not in UTF-16. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES))
  const label =
    /<meta[^<>]*\scharset\s*=\s*["']?([^\s"'/;<>]+)/i.exec(head)?.[1] ??
    /<meta[^<>]*;\s*charset\s*=\s*([^\s"'/<>]+)/i.exec(head)?.[1] ??
    /^\s*<\?xml[^<>]*\sencoding\s*=\s*["']([^"'<>]+)/i.exec(head)?.[1]
  return label !== undefined && /^utf-?16/i.test(label) ? undefined : label
}

/** The decoder's name of a label, also of one that is spelt wrongly, such as `iso-8859–1` or `utf8mb4`. */
export function knownLabel(label: string | undefined): string | undefined {
  if (label === undefined) return undefined
  const plain = decodeHTML(label).trim().toLowerCase()
  const spelt = [plain, plain.replaceAll(/[^a-z0-9]+/g, '-'), plain.replaceAll(/[^a-z0-9]+/g, '')]
  const wide = /^utf-?8/.test(spelt[1] ?? '') ? ['utf-8'] : []
  const latin = /8859-?1(?!\d)|latin-?1|cp-?1252|windows-?1252|ansi/.test(spelt[1] ?? '')
  const mended = mendedLabel(spelt[1] ?? '')
  for (const name of [...spelt, ...wide, mended, ...(latin ? ['windows-1252'] : [])]) {
    const known = encodingOf(name)
    if (known !== undefined) return known
  }
  return undefined
}

function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return undefined
  }
}

/** Whether a charset has a sign for each byte, so that UTF-8 decodes in it to other signs without an error. */
function isLatin(encoding: string): boolean {
  return /^(?:windows-125[0-8]|iso-8859-\d+|macintosh)$/.test(encoding)
}

/** Decodes bytes that are UTF-8 throughout. Returns undefined for other bytes. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Whether some bytes are a sign of two bytes or more in UTF-8. */
function hasUtf8(bytes: Uint8Array): boolean {
  return /[^\0-\u007F\uFFFD]/.test(new TextDecoder().decode(bytes))
}

/** Labels with a number: the words that begin them, and their names. */
const NUMBERED: readonly (readonly [words: RegExp, name: string])[] = [
  [/^(?:utf|unicode)-?8/, 'utf-8'],
  [/^(?:x-)?(?:windows|win|cp|ms)-?125(\d)/, 'windows-125'],
  [/^(?:x-)?(?:iso-?)?8859-?(1[0-6]|\d)(?!\d)/, 'iso-8859-'],
  [/^latin-?(\d)/, 'latin'],
  [/^koi-?8-?(r|u)/, 'koi8-'],
]

/** Names of Windows, Python and Java for encodings that a decoder knows by other names. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ansi: 'windows-1252',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  uhc: 'euc-kr',
  cp950: 'big5',
  cp874: 'windows-874',
  cp866: 'ibm866',
  macroman: 'macintosh',
  'mac-roman': 'macintosh',
  'x-mac-roman': 'macintosh',
  maccyrillic: 'x-mac-cyrillic',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  gb2312: 'gbk',
  'big5-hkscs': 'big5',
  shiftjis: 'shift_jis',
  'utf-16-le': 'utf-16le',
  'utf-16-be': 'utf-16be',
  iso2022_jp_2: 'iso-2022-jp',
}

function mendedLabel(plain: string): string {
  for (const [words, name] of NUMBERED) {
    const found = words.exec(plain)
    if (found) return name + (found[1] ?? '')
  }
  return OTHER_NAMES[plain] ?? plain
}
