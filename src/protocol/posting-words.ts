import { matchWords, type WordPattern } from './word-pattern.ts'

/** Scripts that write no spaces. Each two letters that stand together count as a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u
/** C++ and C# are words too. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}+#]*/gu
const PATTERN: WordPattern = {
  word: WORD,
  run: /[^\0-/:-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf][^\0-"$-*,-/:-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf]*/g,
}

const MAX_CHARACTERS = 20_000
const MAX_WORDS = 1_500
const MAX_WORD = 40

/** The words by which a posting is found: each once, in lower case, in their order. */
export function wordsOf(text: string): string[] {
  const words = wordsIn(text.slice(0, MAX_CHARACTERS).normalize('NFC').toLowerCase())
  return [...new Set(words)].map((word) => word.slice(0, MAX_WORD)).slice(0, MAX_WORDS)
}

function wordsIn(text: string): readonly string[] {
  const words = matchWords(text, PATTERN)
  return UNSPACED.test(text) ? words.flatMap(withPairs) : words
}

function withPairs(word: string): string[] {
  if (!UNSPACED.test(word)) return [word]
  const letters = Array.from(word)
  return letters.length < 2 ? [word] : letters.slice(1).map((letter, n) => `${letters[n]}${letter}`)
}

/** The usual endings of a plural, a case and a female form, the longest first. */
const ENDINGS = ['innen', 'es', 'en', 'er', 'in', 's', 'n', 'e']
const MIN_STEM = 4

/** The forms in which a text may have a word of a query: as it is, and with other endings. */
export function formsOf(word: string): string[] {
  if (word.length < MIN_STEM || !/^\p{Script=Latin}+$/u.test(word)) return [word]
  const shorter = ENDINGS.filter(
    (ending) => word.endsWith(ending) && word.length - ending.length >= MIN_STEM,
  ).map((ending) => word.slice(0, -ending.length))
  const longer = [word, ...shorter].flatMap((stem) => ENDINGS.map((ending) => stem + ending))
  return [...new Set([word, ...shorter, ...longer])]
}

type WordRange = readonly [from: number, to: number]

/** Finds the words of a query in a text: the places of the first of them, as offsets. */
export function findWords(text: string, query: string, most: number): WordRange[] {
  const wanted = new Set(wordsOf(query).flatMap(formsOf))
  const found: WordRange[] = []
  for (const { 0: word, index } of text.matchAll(WORD)) {
    found.push(...placesIn(word, index, wanted))
    if (found.length >= most) break
  }
  return found.slice(0, most)
}

function placesIn(word: string, at: number, wanted: ReadonlySet<string>): WordRange[] {
  const plain = word.normalize('NFC').toLowerCase()
  if (wanted.has(plain)) return [[at, at + word.length]]
  if (!UNSPACED.test(word)) return []
  const letters = Array.from(word)
  const pairs = letters.flatMap((letter, n) =>
    wanted.has(letter + (letters[n + 1] ?? '')) ? [n] : [],
  )
  return joined(pairs.map((n): WordRange => [offset(letters, n) + at, offset(letters, n + 2) + at]))
}

function offset(letters: readonly string[], count: number): number {
  return letters.slice(0, count).join('').length
}

/** Joins pairs that overlap. */
function joined(ranges: readonly WordRange[]): WordRange[] {
  const whole: WordRange[] = []
  for (const [from, to] of ranges) {
    const last = whole.at(-1)
    if (last && from <= last[1]) whole[whole.length - 1] = [last[0], to]
    else whole.push([from, to])
  }
  return whole
}
