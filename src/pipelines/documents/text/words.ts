import { FUNCTION_WORDS } from '../../text/function-words.ts'

/** A word of a text, with its stem. Words are compared by their stems. */
export type Word = { readonly start: number; readonly end: number; readonly stem: string }

const WORD = /[\p{L}\p{N}\p{M}]+/gu

export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (const { 0: word, index } of text.matchAll(WORD)) {
    words.push({ start: index, end: index + word.length, stem: stemOf(word) })
  }
  return words
}

/** Removes case, accents and an inflected ending from a word. The rules are the same for all languages. */
export function stemOf(word: string): string {
  const folded = fold(word)
  return withoutDigraphs(STEM.exec(folded)?.[1] ?? folded)
}

const OTHER_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
}

/** Removes case and accents. */
function fold(word: string): string {
  const lower = word.toLowerCase()
  if (/^[\da-z]*$/.test(lower)) return lower
  return lower
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[ßæœøł]/g, (letter) => OTHER_LETTERS[letter] ?? letter)
}

/** Reads "Kuendigung" as "Kündigung". Keeps "ue" after a vowel ("neue", "Frauen") and in short words. */
function withoutDigraphs(stem: string): string {
  return stem.length < 5 ? stem : stem.replace(/(?<![aeiouq])([aou])e/g, '$1')
}

/** Matches the longest known ending that leaves at least four letters. */
const STEM =
  /^(\p{L}{4,40}?)(?:ations?|at(?:ing|e[ds]?)|ions?|ings?|ment(?:s|en)?|ness|i?ed|i?ers?|i?es|ors?|all?y?|ly|[ae]nc(?:e|y|es|ies)|[ai]ble|y|ung(?:en|s)?|[hk]eit(?:en)?|lich(?:e[mnrs]?)?|ern|e[mnrs]|[ens])$/u

const STOP_WORDS: ReadonlySet<string> = new Set(
  Object.values(FUNCTION_WORDS).flatMap((words) => words.split(/\s+/).map(stemOf)),
)

/** Whether a stem is of a word that says nothing about a text's subject. */
export function isStopWord(stem: string): boolean {
  return stem.length < 2 || STOP_WORDS.has(stem)
}
