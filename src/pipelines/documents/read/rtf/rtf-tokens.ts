/** A piece of RTF. Each character of a text is a byte. */
export type RtfToken =
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'word'; readonly word: string; readonly value: number | undefined }
  | { readonly kind: 'symbol'; readonly symbol: string }
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'text'; readonly text: string }
  /** The bytes behind `\bin`, of which none is RTF. */
  | { readonly kind: 'raw'; readonly bytes: string }

/** The longest control word. */
const MAX_WORD = 32

/** Divides RTF, decoded byte by byte, into its tokens. */
export function* rtfTokens(rtf: string): Generator<RtfToken> {
  let at = 0
  while (at < rtf.length) {
    const char = rtf.charAt(at)
    if (char === '{' || char === '}') {
      yield { kind: char === '{' ? 'open' : 'close' }
      at++
    } else if (char === '\\') {
      const { token, end } = control(rtf, at + 1)
      yield token
      at = end
    } else {
      const end = textEnd(rtf, at)
      // The ends of lines mean nothing.
      yield { kind: 'text', text: rtf.slice(at, end).replaceAll(/[\r\n]/g, '') }
      at = end
    }
  }
}

function textEnd(rtf: string, from: number): number {
  let at = from
  while (at < rtf.length && !'{}\\'.includes(rtf.charAt(at))) at++
  return at
}

type Control = { readonly token: RtfToken; readonly end: number }

/** Reads what follows a backslash. */
function control(rtf: string, from: number): Control {
  const [word = ''] = /^[a-zA-Z]{1,32}/.exec(rtf.slice(from, from + MAX_WORD)) ?? []
  if (word === '') return symbol(rtf, from)
  const at = from + word.length
  const [digits = ''] = /^-?\d{1,10}/.exec(rtf.slice(at, at + 11)) ?? []
  const value = digits === '' ? undefined : Number(digits)
  const after = at + digits.length
  const end = rtf.charAt(after) === ' ' ? after + 1 : after
  const token = { kind: 'word', word, value } as const
  if (word !== 'bin') return { token, end }
  const behind = end + Math.max(0, value ?? 0)
  return { token: { kind: 'raw', bytes: rtf.slice(end, behind) }, end: behind }
}

function symbol(rtf: string, from: number): Control {
  if (rtf.charAt(from) !== "'")
    return { token: { kind: 'symbol', symbol: rtf.charAt(from) }, end: from + 1 }
  const hex = rtf.slice(from + 1, from + 3)
  const byte = /^[0-9a-f]{2}$/i.test(hex) ? Number.parseInt(hex, 16) : 0x3f
  return { token: { kind: 'byte', byte }, end: from + 3 }
}
