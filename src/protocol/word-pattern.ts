/**
 * Finds words in a text in lower case. Unicode's properties take four times as long as plain ranges of characters, so
 * they judge only what plain ranges cannot.
 */
export type WordPattern = {
  /** Matches each word, by Unicode's properties. */
  readonly word: RegExp
  /** Matches each run of letters of a word and of characters beyond Latin. Without the latter, a run is a word. */
  readonly run: RegExp
}

/** What the Unicode blocks of Latin, punctuation and currencies do not hold. */
const BEYOND_LATIN = /[^\0-\u024f\u2000-\u206f\u20a0-\u20cf]/

export function matchWords(text: string, { word, run }: WordPattern): readonly string[] {
  const runs = text.match(run) ?? []
  if (!BEYOND_LATIN.test(text)) return runs
  return runs.flatMap((one) => (BEYOND_LATIN.test(one) ? (one.match(word) ?? []) : one))
}
