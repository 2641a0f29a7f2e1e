import { isSpace } from './space.ts'

/** Abbreviations: their full stop does not end a sentence. Nor does one after a single letter or a short number. */
const SHORT = new Set(
  `abs al art bd bzw ca cf cl cls co dr etc ff fig gem ggf inc insb lit ltd mr mrs ms nr no nos
   para paras pp prof rn sec ss st usw vgl vol vs ziff zzgl`.split(/\s+/),
)

const CLOSING = /[)\]"'»”’“]/

/** Whether a sentence ends before the white space at `at`. */
export function endsSentence(text: string, at: number): boolean {
  let end = at
  while (end > 0 && CLOSING.test(text.charAt(end - 1))) end--
  const mark = text.charAt(end - 1)
  if (mark === '!' || mark === '?' || mark === '…' || mark === '。') return true
  return mark === '.' && !isShort(text.slice(Math.max(0, end - 16), end - 1)) && mayBegin(text, at)
}

/** Whether the text before a full stop ends with an abbreviation or an ordinal number. */
function isShort(before: string): boolean {
  const word = /(?<![\p{L}\p{N}.])[\p{L}\p{N}.]+$/u.exec(before)?.[0] ?? ''
  if (/^\d{1,3}$/.test(word) || /^\p{L}$/u.test(word)) return true
  return /^(?:\p{L}\.)+\p{L}$/u.test(word) || SHORT.has(word.toLowerCase())
}

/** Whether a sentence may begin after the white space. No sentence begins with a small letter. */
function mayBegin(text: string, at: number): boolean {
  let next = at
  const last = Math.min(text.length, at + 8)
  while (next < last && isSpace(text.charCodeAt(next))) next++
  return !/^\p{Ll}/u.test(text.slice(next, next + 2))
}
