import { meaningsOf } from './embed/french-concepts.ts'
import { searchWordsOf } from './text/search-words.ts'
import { isStopWord, stemOf } from './text/words.ts'

/** A text that may answer the question. */
type Candidate = { readonly headings: readonly string[]; readonly text: string }

/** The words of a passage that are looked at together, and the number from one to the next such window. */
const WINDOW = 50
const STEP = 25

/** How much the whole text counts beside its best window. */
const WHOLE = 0.3

/** The likeness of two words by a common concept, as parts of one another, and by common beginnings. */
const BY = { concept: 0.75, part: 0.7, beginning: 0.55 } as const

/** The most words of a question that are compared. */
const TERMS = 32

/**
 * Tells for each candidate how much of the question its best passage holds, from 0 to 1. A word that few candidates have
 * counts more, and a word that none has counts most.
 */
export function relevances(question: string, candidates: readonly Candidate[]): number[] {
  const terms = termsOf(question)
  const likeness = new Likeness(terms)
  const rows = candidates.map(({ headings, text }) => ({
    heading: searchWordsOf(headings.join('\n')).map(({ stem }) => likeness.of(stem)),
    text: searchWordsOf(text).map(({ stem }) => likeness.of(stem)),
  }))
  const found = rows.map(({ heading, text }) => best([...heading, ...text], terms.length))
  const weights = terms.map((_, at) => weightOf(found, at))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (sum === 0) return candidates.map(() => 0)
  return rows.map(({ heading, text }, at) => {
    const above = best(heading, terms.length)
    const whole = weighted(found[at] ?? [], weights)
    const windows = windowsOf(text).map((window) =>
      weighted(best(window, terms.length, above), weights),
    )
    return (WHOLE * whole + (1 - WHOLE) * Math.max(0, ...windows)) / sum
  })
}

function termsOf(question: string): string[] {
  const stems = [...new Set(searchWordsOf(question).map(({ stem }) => stem))]
  const telling = stems.filter((stem) => !isStopWord(stem) && !ASKING.has(stem))
  return (telling.length > 0 ? telling : stems).slice(0, TERMS)
}

/** Words with which people ask. They say nothing about the passage that answers. */
const ASKING: ReadonlySet<string> = new Set(
  `who whom whose what when where which why how much many long often soon quick quickly fast can could may might must
  shall should have has had does did do get gets got happen happens going need needs want tell find there
  wer wem wen was wann wo welche welcher welches warum wieso weshalb wie viel viele lange oft schnell kann können darf
  dürfen muss müssen soll sollen bekomme bekommt bekommen gibt passiert brauche braucht mache macht
  qui que quoi quand où quel quelle quels quelles pourquoi comment combien peut puis peux peuvent faut doit dois
  doivent ai avoir droit vais va temps fois jusqu obtient obtenir prendre demander gagne take know`
    .split(/\s+/)
    .map(stemOf),
)

/** How like a word of a text is to each word of the question. Empty for a word that is like none, as most are. */
type Likes = readonly number[]

class Likeness {
  readonly #terms: readonly { readonly stem: string; readonly concepts: ReadonlySet<string> }[]
  readonly #known = new Map<string, Likes>()

  constructor(terms: readonly string[]) {
    this.#terms = terms.map((stem) => ({ stem, concepts: meaningsOf(stem) }))
  }

  of(stem: string): Likes {
    const known = this.#known.get(stem) ?? this.#compare(stem)
    this.#known.set(stem, known)
    return known
  }

  #compare(word: string): Likes {
    const concepts = meaningsOf(word)
    const likes = this.#terms.map((term) => {
      if (term.stem === word) return 1
      if ([...term.concepts].some((name) => concepts.has(name))) return BY.concept
      if (isPart(term.stem, word) || isPart(word, term.stem)) return BY.part
      return haveBeginning(term.stem, word) ? BY.beginning : 0
    })
    return likes.some((like) => like > 0) ? likes : []
  }
}

/** A part of a compound has at least this length, as have common beginnings. */
const PART = 5

function isPart(part: string, whole: string): boolean {
  return part.length >= PART && whole.includes(part)
}

function haveBeginning(one: string, other: string): boolean {
  const length = Math.max(PART, Math.ceil(Math.min(one.length, other.length) * 0.75))
  return one.length >= length && one.slice(0, length) === other.slice(0, length)
}

function best(words: readonly Likes[], count: number, from: Likes = []): number[] {
  const most = Array.from({ length: count }, (_, at) => from[at] ?? 0)
  for (const likes of words)
    for (let at = 0; at < likes.length; at += 1) most[at] = Math.max(most[at] ?? 0, likes[at] ?? 0)
  return most
}

/** Of many candidates that have a word, the word says little. */
function weightOf(found: readonly Likes[], at: number): number {
  const having = found.reduce((sum, likes) => sum + (likes[at] ?? 0), 0)
  return Math.log(1 + (found.length + 1) / (having + 0.5))
}

function weighted(likes: Likes, weights: readonly number[]): number {
  return likes.reduce((sum, like, at) => sum + like * (weights[at] ?? 0), 0)
}

function windowsOf(words: readonly Likes[]): Likes[][] {
  const windows: Likes[][] = []
  for (let at = 0; at === 0 || at + STEP < words.length; at += STEP)
    windows.push(words.slice(at, at + WINDOW))
  return windows
}
