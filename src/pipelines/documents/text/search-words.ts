import { stemOf, type Word, wordsOf } from './words.ts'

/** Scripts that write words without spaces. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
/** Scripts of which a word of one or two characters may be part of a longer one. */
const IDEOGRAPHS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Returns the words of a text that a search compares: each word of a script without spaces is one of its own. */
export function searchWordsOf(text: string): Word[] {
  return wordsOf(text).flatMap((word) => {
    const written = text.slice(word.start, word.end)
    return UNSPACED.test(written)
      ? segmented(written, word.start)
      : [{ ...word, stem: stemIn(written, word.stem) }]
  })
}

function segmented(run: string, start: number): Word[] {
  const words: Word[] = []
  for (const { segment, index, isWordLike } of segmenter.segment(run)) {
    if (isWordLike !== true) continue
    const at = start + index
    words.push({ start: at, end: at + segment.length, stem: stemOf(segment) })
  }
  return words
}

/** The particles of Korean that follow a noun without a space. */
const PARTICLE =
  /^(\p{sc=Hangul}{2,}?)(?:에서는|에게서|으로서|으로써|에서|에게|으로|까지|부터|라는|이나|에는|은|는|이|가|을|를|에|의|와|과|도|로|만)$/u
/** Vowel marks of Arabic and Hebrew, and the stroke that only lengthens a word. */
// oxlint-disable-next-line no-misleading-character-class -- these marks are removed one by one
const MARKS = /[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g

function stemIn(written: string, stem: string): string {
  if (/\p{sc=Hangul}/u.test(written)) return PARTICLE.exec(written)?.[1] ?? written
  if (!/[\u0590-\u06ff]/.test(written)) return stem
  return written.replaceAll(MARKS, '').replaceAll(/[أإآ]/g, 'ا').replaceAll('ى', 'ي')
}

/** Whether a word's script needs other rules than those of Postgres. */
function isForeign(word: string): boolean {
  return /[\u0590-\u06ff]|\p{sc=Hangul}/u.test(word) || UNSPACED.test(word)
}

/**
 * Writes a text for the search by words: words with one space between them, so that Postgres takes no address, path or
 * negative number of them ("QX-88213", "2016/679", "fee.Payment"). Words of scripts without spaces stand apart, with
 * each pair of their characters.
 */
export function searchable(text: string): string {
  return searchWordsOf(text)
    .map(({ start, end, stem }) => {
      const written = text.slice(start, end)
      return isForeign(written) ? stem : written
    })
    .concat(pairsOf(text))
    .join(' ')
}

/** Returns each pair of neighbouring characters of ideographs: a word may be divided otherwise in another sentence. */
function pairsOf(text: string): string[] {
  const pairs: string[] = []
  for (let at = 0; at + 1 < text.length; at++) {
    const pair = text.slice(at, at + 2)
    if (IDEOGRAPHS.test(pair.charAt(0)) && IDEOGRAPHS.test(pair.charAt(1))) pairs.push(pair)
  }
  return pairs
}

/** Numbers with what is joined to them: "§ 12(3)(a)", "QX-88213", "2016/679", "QX 88213". */
const NUMBERED = /[\p{L}\p{N}]+(?:[^\p{L}\p{N}\s]{1,3}[\p{L}\p{N}]+)*/gu

/** Returns the groups of neighbouring numbers and letters of a question that name one thing. */
export function numbersIn(question: string): string[] {
  const groups = question.match(NUMBERED) ?? []
  const telling: string[] = []
  for (const [at, group] of groups.entries()) {
    if (!/\d/.test(group)) continue
    const before = groups[at - 1] ?? ''
    // A mark in capitals belongs to the number after it.
    const mark = /^\p{Lu}{1,5}$/u.test(before) && /^\d/.test(group) ? `${before} ` : ''
    const words = searchable(mark + group)
    if (words.includes(' ')) telling.push(words)
  }
  return telling.slice(0, 8)
}
