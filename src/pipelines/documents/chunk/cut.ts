import { endsSentence } from '../text/sentence.ts'
import { isSpace, skipSpace } from '../text/space.ts'

/**
 * Returns where to cut a text that is too long, between `least` and `to`: after the last sentence in the second
 * half of that range, or else after the last line there, or else after the last word, or else within a word.
 */
export function cutBefore(text: string, to: number, least: number): number {
  const half = Math.max(least, Math.floor((least + to) / 2))
  let line: number | undefined
  let word: number | undefined
  for (let at = to; at > least; at--) {
    const code = text.charCodeAt(at)
    if (!isSpace(code)) continue
    if (at > half && endsSentence(text, at)) return at
    if (at > half && code === 10) line ??= at
    word ??= at
    if (at <= half) break
  }
  return line ?? word ?? cutWord(text, to, least)
}

/** Returns where the part after a cut at `end` begins: at the first sentence from `least` on, or else the first word. */
export function overlapBefore(text: string, end: number, least: number): number {
  let word: number | undefined
  for (let at = least; at < end; at++) {
    if (at === 0 || !isSpace(text.charCodeAt(at - 1)) || isSpace(text.charCodeAt(at))) continue
    word ??= at
    if (endsSentence(text, lastSpaceRun(text, at))) return at
  }
  return word ?? skipSpace(text, end, text.length)
}

function lastSpaceRun(text: string, at: number): number {
  let start = at
  while (start > 0 && isSpace(text.charCodeAt(start - 1))) start--
  return start
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The number of code units around a cut that are searched for a character of several code points. */
const AROUND = 64

/** Returns the last border between two characters up to `to`, or else between two code points. */
function cutWord(text: string, to: number, least: number): number {
  if (isPlain(text, to - 1) && isPlain(text, to)) return to
  const from = codePointBorder(text, Math.max(least, to - AROUND))
  const around = text.slice(from, codePointBorder(text, to + AROUND))
  const border = from + (graphemes.segment(around).containing(to - from)?.index ?? 0)
  return border > least ? border : Math.max(codePointBorder(text, to), least + 1)
}

/** Whether a unit is a character by itself. Below U+0300, only CR and LF may join another character. */
function isPlain(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code < 0x300 && code !== 0x0d && code !== 0x0a
}

/** Returns `at`, or `at - 1` if `at` is inside a surrogate pair. */
export function codePointBorder(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff && at > 0 ? at - 1 : at
}
