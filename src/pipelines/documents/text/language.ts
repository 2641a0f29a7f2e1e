import { FUNCTION_WORDS } from './function-words.ts'

/** The name of a Postgres text search configuration. */
export type Language = keyof typeof FUNCTION_WORDS | 'simple'

/** Languages without a text search configuration here. They share words with ours and would be mistaken for them. */
const OTHERS = {
  danish: `og i at det en den til er som på de med han af for ikke der var mig sig men et har om vi min
    havde ham hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil
    blev kunne ind når være dog noget også jeg efter ved bliver kan`,
  swedish: `och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke
    mig du henne då sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut
    när efter upp vi dem vara vad över än kan eller också skall detta`,
  norwegian: `og i jeg det at en den til er som på de med han av ikke ikkje der så var meg seg men ett har
    om vi min mitt ha hadde hun nå over da ved fra du ut sin dem oss opp man kan hans hvor eller hva
    skal selv sjøl her alle vil bli ble blitt kunne inn når være`,
  catalan: `el la els les de del dels i que en un una per amb no és al als com més o seu seva es ha han
    però aquest aquesta aquests són sense sobre entre quan tot tots també fins des on qui cada altre
    altres ser està pot`,
  romanian: `și de la în a cu pe o un nu care din că este sunt pentru mai au ce se să fi prin al ale lui
    sau dacă după fost acest această între cel cea cei lor într către`,
  latin: `et in est non ad ut cum sed quod qui quae ex si de per ab aut nec enim autem hoc esse sunt
    atque ac quam etiam eius ea id sit ne pro inter apud`,
  polish: `i w na z do nie się że to jest o jak po co tak za od przez dla są przy oraz lub może jego ich
    tym który która które czy ze jej był było ale być pod`,
  czech: `a v na se je že to s z do o i k ve jako za po pro by od si jsou nebo ale podle být při jeho tak
    který která které není jejich více byl také ze před však`,
  turkish: `ve bir bu için ile da de olarak olan daha çok gibi kadar sonra ancak her veya en ne değil mi
    ki ise göre tarafından olduğu`,
  finnish: `ja on ei että se oli hän ovat mutta kun niin tai joka sekä myös kuin jos ole sen mukaan voi
    tämä tämän ne jotka vain siitä`,
} as const

type Profile = { readonly language: Language; readonly words: ReadonlySet<string> }

const profiles: readonly Profile[] = [
  profile('english', FUNCTION_WORDS.english),
  profile('german', FUNCTION_WORDS.german),
  profile('french', FUNCTION_WORDS.french),
  profile('spanish', FUNCTION_WORDS.spanish),
  profile('italian', FUNCTION_WORDS.italian),
  profile('portuguese', FUNCTION_WORDS.portuguese),
  profile('dutch', FUNCTION_WORDS.dutch),
  ...Object.values(OTHERS).map((words) => profile('simple', words)),
]

function profile(language: Language, words: string): Profile {
  return { language, words: new Set(words.split(/\s+/)) }
}

/** The weight of a word. A word counts less, the more languages have it. */
const weights = new Map<string, number>()
for (const { words } of profiles) {
  for (const word of words) weights.set(word, (weights.get(word) ?? 0) + 1)
}
for (const [word, languages] of weights) weights.set(word, 1 / languages)

/** The number of characters that are read from the beginning and from the middle of a long text. */
const SAMPLE = 10_000

/** The score per word that a language needs, and the factor by which its score must exceed the second language's. */
const KNOWN = 0.12
const AHEAD = 1.25

/** Guesses the language of a text. Returns `simple` for an unknown language or in doubt. */
export function languageOf(text: string): Language {
  const words =
    sample(text)
      .toLowerCase()
      .match(/[\p{L}\p{M}]+/gu) ?? []
  const [best, second] = profiles
    .map((of) => ({ language: of.language, score: score(of, words) }))
    .toSorted((one, other) => other.score - one.score)
  if (!best || best.score < Math.max(1, words.length * KNOWN)) return 'simple'
  return best.score >= (second?.score ?? 0) * AHEAD ? best.language : 'simple'
}

function score({ words }: Profile, text: readonly string[]): number {
  return text.reduce((sum, word) => sum + (words.has(word) ? (weights.get(word) ?? 0) : 0), 0)
}

function sample(text: string): string {
  if (text.length <= 2 * SAMPLE) return text
  const middle = Math.floor(text.length / 2)
  return `${text.slice(0, SAMPLE)} ${text.slice(middle, middle + SAMPLE)}`
}
