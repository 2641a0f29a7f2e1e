/** Letters that stand alone, with spaces between them: "V E R T R A G". */
const STRETCH = /(?<!\S)\p{L}(?:[ \u00a0\u2000-\u200a\u202f]+\p{L})+(?![^\s\p{P}])/gu
const ONE_SPACE = /[ \u00a0\u2000-\u200a\u202f]/u
const MORE_SPACES = /[ \u00a0\u2000-\u200a\u202f]{2,}/u

/** The least letters of a word in a line of its own, and within other words. */
const LEAST = { alone: 4, within: 5 }
/** A longer stretch whose spaces are all alike is several words. Nobody knows where one of them ends. */
const ONE_WORD = 15

/**
 * Closes the gaps between the letters of words that are spaced out, as in titles and for emphasis. More than one space
 * stands between two such words. Letters that are none of a word stay apart: an enumeration, columns, answers to questions.
 */
export function closeLetters(text: string): string {
  const others = text.replaceAll(STRETCH, '')
  if (others === text) return text
  const least = /\p{L}/u.test(others) ? LEAST.within : LEAST.alone
  return text.replaceAll(STRETCH, (stretch) => {
    const words = stretch.split(MORE_SPACES).map((word) => word.split(ONE_SPACE).join(''))
    return areWords(words, least) ? words.join(' ') : stretch
  })
}

function areWords(words: readonly string[], least: number): boolean {
  const longest = words.reduce((most, word) => Math.max(most, word.length), 0)
  if (longest < least || (words.length === 1 && longest > ONE_WORD)) return false
  return words.every(isOneCase) && soundsLikeWords(words.join('').toLowerCase())
}

/** A capital letter within a word of small ones begins something else. */
function isOneCase(word: string): boolean {
  return word === word.toUpperCase() || word.slice(1) === word.slice(1).toLowerCase()
}

/** Only these scripts have spaces between words and letters that stand by themselves. */
const LETTERS = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]+$/u
const VOWELS = /[aeiouyàâäåæèéêëîïóôöøùûüœąęіїєαεηιουωάέήίόύώаеёиоуыэюя]/gu
const SHARE = { least: 0.2, most: 0.75 }
/** Letters of keys and scales, Roman numbers, bases of genes, months, and points of the compass. */
const NO_WORDS = /^(?:[a-h]+|[ivxlcdm]+|[acgtun]+|jfmamjjasond|n[eo]sw)$/

function soundsLikeWords(letters: string): boolean {
  if (!LETTERS.test(letters) || NO_WORDS.test(letters) || isSequence(letters)) return false
  const vowels = letters.match(VOWELS)?.length ?? 0
  return vowels >= letters.length * SHARE.least && vowels <= letters.length * SHARE.most
}

/** Whether the letters are a part of an alphabet, or few letters again and again. */
function isSequence(letters: string): boolean {
  const codes = Array.from(letters, (letter) => letter.codePointAt(0) ?? 0)
  const steps = codes.filter((code, at) => at > 0 && code - (codes[at - 1] ?? code) === 1).length
  return steps > (codes.length - 1) / 2 || new Set(codes).size < 3
}
