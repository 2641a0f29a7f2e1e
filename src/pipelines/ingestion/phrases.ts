/**
 * Words and phrases in lower case and without accents, one a line or between commas. `teilzeit*` matches every word
 * that begins so. In scripts that write no spaces, a phrase matches within a longer run.
 */
export type Phrases = readonly string[]

export function phrases(list: string): Phrases {
  return list
    .split(/[,\n]/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '')
    .map((phrase) => {
      const folded = fold(phrase)
      if (!isSpaced(phrase)) return folded.trim()
      return phrase.endsWith('*') ? folded.trimEnd() : folded
    })
}

function isSpaced(phrase: string): boolean {
  return !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Hebrew}\p{Script=Arabic}]/u.test(
    phrase,
  )
}

/** Folds a text so that phrases can be found in it: `Full-Time`, `FULL_TIME` and `FullTime` are alike. */
export function fold(text: string): string {
  const split = text.slice(0, 500).replaceAll(/([a-z])([A-Z])/g, '$1 $2')
  const plain = split
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .normalize('NFC')
    .toLowerCase()
  const latin = plain.replaceAll(/[ıłø]/g, (letter) => PLAIN[letter] ?? letter)
  return ` ${latin.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()} `
}

/** Letters with a stroke or without a dot, which Unicode does not take apart. */
const PLAIN: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', ø: 'o' }

/** Whether a folded text holds one of the phrases. */
export function mentions(folded: string, list: Phrases): boolean {
  return list.some((text) => folded.includes(text))
}

/** The places in a folded text at which one of the phrases begins, and after which it ends. */
export function placesIn(
  folded: string,
  list: Phrases,
): { readonly from: number; readonly to: number }[] {
  return list
    .filter((text) => folded.includes(text))
    .map((text) => ({ from: folded.indexOf(text), to: folded.indexOf(text) + text.length }))
}
