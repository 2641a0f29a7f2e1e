import { knownLabel } from '../../../html/charset.ts'
import { fromBase64, fromQuoted, type TextPart } from './text-parts.ts'

/** Says in the header of a part that its text is in UTF-8 and base64. */
export function headInUtf8(head: string, { hasType }: TextPart): string {
  const bare = head
    .replace(/;\s*charset\s*=\s*(?:"[^"\r\n]{0,200}"|[^;\s]{0,200})/i, '')
    .replace(/;\s*format\s*=\s*"?flowed"?/i, '')
    .replace(/^content-transfer-encoding:[^\r\n]*(?:\r?\n|$)/im, '')
  const typed = hasType
    ? bare.replace(/^(content-type:\s*text\/\w+)/im, '$1; charset=utf-8')
    : `Content-Type: text/plain; charset=utf-8\r\n${bare}`
  return `Content-Transfer-Encoding: base64\r\n${typed}`
}

/** A word of a header in an encoding of its own (RFC 2047). */
const WORD = /=\?([\w.:-]{1,60})(?:\*[\w-]{0,30})?\?([bq])\?([^?\s]{0,1000})\?=/gi

/** No header has words in as many encodings. */
const MAX_LABELS = 100

function isKnown(label: string): boolean {
  return knownLabel(label) !== undefined
}

/**
 * Writes the words of a header in UTF-8 whose encoding the parser of messages lacks. Returns undefined for a header
 * without such words. Adds encodings that nobody knows to `guessed`.
 */
export async function wordsInUtf8(head: string, guessed: Set<string>): Promise<string | undefined> {
  const labels = new Set([...head.matchAll(WORD)].map(([, label = '']) => label))
  const others = new Set([...labels].slice(0, MAX_LABELS).filter((one) => !isKnown(one)))
  if (others.size === 0) return undefined
  const { decodeRare } = await import('../rare-encodings.ts')
  const mended = (word: RegExpExecArray): string => {
    const [written, label = ''] = word
    const text = others.has(label) ? decodeRare(bytesOfWord(word), label) : undefined
    if (text === undefined && others.has(label)) guessed.add(label)
    return text === undefined ? written : `=?utf-8?B?${base64(text)}?=`
  }
  let from = 0
  const pieces: string[] = []
  for (const word of head.matchAll(WORD)) {
    pieces.push(head.slice(from, word.index), mended(word))
    from = word.index + word[0].length
  }
  return [...pieces, head.slice(from)].join('')
}

function bytesOfWord([, , form = '', digits = '']: RegExpExecArray): Uint8Array {
  const bytes = new TextEncoder().encode(digits)
  if (/b/i.test(form)) return fromBase64(bytes)
  return fromQuoted(bytes.map((byte) => (byte === UNDERSCORE ? SPACE : byte)))
}

const [UNDERSCORE, SPACE] = [0x5f, 0x20]

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
