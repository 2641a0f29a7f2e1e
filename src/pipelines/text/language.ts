import { matchWords, type WordPattern } from '../../protocol/word-pattern.ts'
import { FUNCTION_WORDS } from './function-words.ts'

/** The name of a Postgres text search configuration. */
export type Language = keyof typeof FUNCTION_WORDS | 'simple'

/**
 * Languages without a text search configuration here, by their codes. They share words with ours and would be
 * mistaken for them.
 */
const OTHERS = {
  da: `og i at det en den til er som på de med han af for ikke der var mig sig men et har om vi min
    havde ham hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil
    blev kunne ind når være dog noget også jeg efter ved bliver kan`,
  sv: `och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke
    mig du henne då sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut
    när efter upp vi dem vara vad över än kan eller också skall detta`,
  no: `og i jeg det at en den til er som på de med han av ikke ikkje der så var meg seg men ett har
    om vi min mitt ha hadde hun nå over da ved fra du ut sin dem oss opp man kan hans hvor eller hva
    skal selv sjøl her alle vil bli ble blitt kunne inn når være`,
  ca: `el la els les de del dels i que en un una per amb no és al als com més o seu seva es ha han
    però aquest aquesta aquests són sense sobre entre quan tot tots també fins des on qui cada altre
    altres ser està pot`,
  ro: `și de la în a cu pe o un nu care din că este sunt pentru mai au ce se să fi prin al ale lui
    sau dacă după fost acest această între cel cea cei lor într către`,
  la: `et in est non ad ut cum sed quod qui quae ex si de per ab aut nec enim autem hoc esse sunt
    atque ac quam etiam eius ea id sit ne pro inter apud`,
  pl: `i w na z do nie się że to jest o jak po co tak za od przez dla są przy oraz lub może jego ich
    tym który która które czy ze jej był było ale być pod`,
  cs: `a v na se je že to s z do o i k ve jako za po pro by od si jsou nebo ale podle být při jeho tak
    který která které není jejich více byl také ze před však`,
  tr: `ve bir bu için ile da de olarak olan daha çok gibi kadar sonra ancak her veya en ne değil mi
    ki ise göre tarafından olduğu`,
  fi: `ja on ei että se oli hän ovat mutta kun niin tai joka sekä myös kuin jos ole sen mukaan voi
    tämä tämän ne jotka vain siitä`,
} as const

type Profile = {
  /** The language's code of ISO 639-1. */
  readonly code: string
  readonly language: Language
  readonly words: readonly string[]
}

const profiles: readonly Profile[] = [
  profile('en', 'english', FUNCTION_WORDS.english),
  profile('de', 'german', FUNCTION_WORDS.german),
  profile('fr', 'french', FUNCTION_WORDS.french),
  profile('es', 'spanish', FUNCTION_WORDS.spanish),
  profile('it', 'italian', FUNCTION_WORDS.italian),
  profile('pt', 'portuguese', FUNCTION_WORDS.portuguese),
  profile('nl', 'dutch', FUNCTION_WORDS.dutch),
  ...Object.entries(OTHERS).map(([code, words]) => profile(code, 'simple', words)),
]

function profile(code: string, language: Language, words: string): Profile {
  return { code, language, words: [...new Set(words.split(/\s+/))] }
}

/** The profiles that have a word. A word counts less, the more languages have it. */
const owners = new Map<string, number[]>()
for (const [place, { words }] of profiles.entries()) {
  for (const word of words) owners.set(word, [...(owners.get(word) ?? []), place])
}

/** The number of characters that are read from the beginning and from the middle of a long text. */
const SAMPLE = 10_000

/** The score per word that a language needs, and the factor by which its score must exceed the second language's. */
const KNOWN = 0.12
const AHEAD = 1.25

/** Guesses the language of a text. Returns `simple` for an unknown language or in doubt. */
export function languageOf(text: string): Language {
  return profileOf(sample(text, SAMPLE))?.language ?? 'simple'
}

/** Scripts of one language each. The kana come first, because Japanese has Chinese characters as well. */
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['th', /\p{Script=Thai}/gu],
]

/** Enough of an advert: its language is clear after a hundred words. */
const SHORT_SAMPLE = 300
const MIN_WORDS = 12

/** Tells the language of a text by its code of ISO 639-1. Returns null for a short text, an unknown language or in doubt. */
export function languageCodeOf(text: string): string | null {
  const part = sample(text, SHORT_SAMPLE)
  const words = wordsIn(part)
  const found = words.length < MIN_WORDS ? undefined : profileOf(part, words)
  return found?.code ?? scriptOf(part)
}

/** The language whose script a tenth of the text's letters have. Latin names stand within a text of any script. */
function scriptOf(text: string): string | null {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const enough = Math.max(MIN_WORDS, letters / 10)
  const found = SCRIPTS.find(([, script]) => (text.match(script)?.length ?? 0) >= enough)
  return found?.[0] ?? null
}

const LETTERS: WordPattern = {
  word: /[\p{L}\p{M}]+/gu,
  run: /[^\0-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf]+/g,
}

function wordsIn(text: string): readonly string[] {
  return matchWords(text.toLowerCase(), LETTERS)
}

function profileOf(text: string, words = wordsIn(text)): Profile | undefined {
  const scores = scoresOf(words)
  const [best, second] = profiles
    .map((found, place) => ({ found, score: scores[place] ?? 0 }))
    .toSorted((one, other) => other.score - one.score)
  if (!best || best.score < Math.max(1, words.length * KNOWN)) return undefined
  return best.score >= (second?.score ?? 0) * AHEAD ? best.found : undefined
}

function scoresOf(words: readonly string[]): Float64Array {
  const scores = new Float64Array(profiles.length)
  for (const word of words) {
    const places = owners.get(word) ?? []
    for (const place of places) scores[place] = (scores[place] ?? 0) + 1 / places.length
  }
  return scores
}

function sample(text: string, size: number): string {
  if (text.length <= 2 * size) return text
  const middle = Math.floor(text.length / 2)
  return `${text.slice(0, size)} ${text.slice(middle, middle + size)}`
}

/** Whether a word, in lower case, is a function word of any of the languages. */
export function isFunctionWord(word: string): boolean {
  return owners.has(word)
}
