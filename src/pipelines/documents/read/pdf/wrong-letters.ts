import { isFunctionWord } from '../../../text/language.ts'

/** The most characters of a page that are looked at, and the least characters and letters that tell anything. */
const SAMPLE = 4_000
const LEAST = { characters: 150, letters: 200 }

/**
 * The share of the longer words that are function words. Prose in a language with a list is above it. Lists of
 * names, and texts in other languages, may be below it.
 */
const FUNCTION_SHARE = 0.04
/** Of the different words whose letters were moved back, so many, and this share, are function words. */
const MOVED = { words: 5, share: 0.1 }

/** How often each letter from a to z stands among 1,000: English, German, Italian and Finnish. */
const LANGUAGES: readonly (readonly number[])[] = [
  '81 13 34 37 124 26 19 52 81 2 2 46 22 82 81 18 2 70 54 92 23 11 9 1 19 0',
  '58 13 32 58 175 21 38 50 76 3 13 41 16 107 21 4 0 80 50 61 51 8 11 0 0 12',
  '103 8 31 52 116 7 16 8 138 0 0 63 17 74 91 24 3 65 49 72 33 14 0 0 0 16',
  '171 0 0 11 90 0 1 19 106 23 59 57 24 89 56 15 0 17 86 92 47 22 0 0 18 0',
].map((numbers) => numbers.split(' ').map(Number))

/** A text is like none of these languages below the first number, and surely like one of them above the second. */
const ALIKE = { least: 0.4, surely: 0.75 }

/** Two letters of a text are the same with this probability. It is less in noise, and more in codes of few letters. */
const SAME = { least: 0.05, most: 0.12, different: 15 }
/** The lengths of words differ by at least this share of their mean. Those of codes hardly differ. */
const SPREAD = 0.35
/** A text in Latin script has this share of Latin letters, of letters from a to z, and at most so many digits for a letter. */
const LATIN = 0.8
const PLAIN = 0.4
const DIGITS = 0.5

/**
 * Whether a page has letters that it does not show, because its font or a bad text recognition names other ones. In
 * doubt it is false: numbers, codes, short pages and other scripts tell nothing. Of 30,793 pages of the Declaration of
 * Human Rights in 412 languages, 44 are taken for wrong, and none in a language of Europe. Of pages in seven of these
 * whose letters are moved all are found, and nine of ten whose letters are exchanged at random.
 */
export function hasWrongLetters(text: string): boolean {
  const sample = text.slice(0, SAMPLE)
  if (sample.replaceAll(/\s+/g, '').length < LEAST.characters) return false
  if (functionShare(longerWords(sample)) >= FUNCTION_SHARE) return false
  return isMoved(sample) || isUnlike(sample)
}

const WORD = /[\p{L}\p{M}]+/gu

/** Returns the longer words: one of two letters is a function word of some language by chance. */
function longerWords(text: string): string[] {
  return (text.toLowerCase().match(WORD) ?? []).filter((word) => word.length > 2)
}

function functionShare(words: readonly string[]): number {
  return words.filter(isFunctionWord).length / Math.max(1, words.length)
}

type Move = (code: number) => number

/** Whether the letters are readable once each of them is moved by the same distance. */
function isMoved(text: string): boolean {
  const codes = new Map<number, number>()
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (code !== SPACE) codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  return MOVES.some(
    (move) => likeness(movedCounts(codes, move)) >= ALIKE.surely && isReadable(text, move),
  )
}

const SPACE = 32
/** The farthest that a font moves its letters: those of fonts without a table stand 29 places before theirs. */
const FARTHEST = 40

const MOVES: readonly Move[] = [
  ...Array.from({ length: 25 }, (_, at) => (code: number) => withinLetters(code, at + 1)),
  ...Array.from({ length: FARTHEST }, (_, at) => [at + 1, -at - 1])
    .flat()
    .map((by) => (code: number) => code + by),
]

/** Moves a letter among those from a to z: after z comes a. */
function withinLetters(code: number, by: number): number {
  const first = code >= 97 && code <= 122 ? 97 : code >= 65 && code <= 90 ? 65 : undefined
  return first === undefined ? code : first + ((code - first + by) % 26)
}

function movedCounts(codes: ReadonlyMap<number, number>, move: Move): number[] {
  const counts = Array.from({ length: 26 }, () => 0)
  for (const [code, count] of codes) {
    const letter = move(code) | 32
    if (letter >= 97 && letter <= 122) counts[letter - 97] = (counts[letter - 97] ?? 0) + count
  }
  return counts
}

function isReadable(text: string, move: Move): boolean {
  const moved = Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0
    return code === SPACE ? char : String.fromCodePoint(Math.max(0, move(code)))
  })
  const words = [...new Set(longerWords(moved.join('')))]
  const share = functionShare(words)
  return share >= MOVED.share && share * words.length >= MOVED.words
}

/** Whether the letters are those of words, but not as frequent as in any language. */
function isUnlike(page: string): boolean {
  // A form or a table repeats a few words, whose letters are those of no language.
  const text = [...new Set(page.match(WORD) ?? [])].join(' ')
  const letters = countOf(text, /\p{L}/gu)
  const latin = countOf(text, /\p{Script=Latin}/gu)
  if (latin < LEAST.letters || latin < letters * LATIN) return false
  if (countOf(page, /\p{N}/gu) > letters * DIGITS || !haveWordLengths(text)) return false
  if (countOf(text, /[a-z]/gi) < letters * PLAIN) return true
  const counts = countsIn(text)
  return hasRepeats(counts) && likeness(counts) < ALIKE.least
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

/** Counts the letters from a to z, those with accents among them. */
function countsIn(text: string): number[] {
  const counts = Array.from({ length: 26 }, () => 0)
  for (const char of text.toLowerCase().normalize('NFKD')) {
    const at = char.charCodeAt(0) - 97
    if (at >= 0 && at < 26) counts[at] = (counts[at] ?? 0) + 1
  }
  return counts
}

function haveWordLengths(text: string): boolean {
  const lengths = (text.match(WORD) ?? []).map((word) => word.length)
  const mean = sum(lengths) / Math.max(1, lengths.length)
  if (mean < 2.5 || mean > 15) return false
  const variance = sum(lengths.map((length) => (length - mean) ** 2)) / lengths.length
  return Math.sqrt(variance) >= mean * SPREAD
}

function hasRepeats(counts: readonly number[]): boolean {
  const all = sum(counts)
  const same = sum(counts.map((count) => (count / all) ** 2))
  const different = counts.filter((count) => count > 0).length
  return same >= SAME.least && same <= SAME.most && different >= SAME.different
}

/** Returns how much a text's letters are as frequent as those of the language most like it, from -1 to 1. */
function likeness(counts: readonly number[]): number {
  return Math.max(...LANGUAGES.map((language) => correlation(counts, language)))
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const [mine, theirs] = [sum(one) / one.length, sum(other) / other.length]
  let [both, own, its] = [0, 0, 0]
  for (const [at, count] of one.entries()) {
    const [x, y] = [count - mine, (other[at] ?? 0) - theirs]
    both += x * y
    own += x * x
    its += y * y
  }
  return own === 0 ? 0 : both / Math.sqrt(own * its)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
