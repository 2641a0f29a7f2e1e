import { codePointBorder } from './chunk/cut.ts'
import { endsSentence } from './text/sentence.ts'
import { isSpace, skipSpace, trimSpace } from './text/space.ts'
import { isStopWord, type Word, wordsOf } from './text/words.ts'

/** The part of a text to show for a query: where it stands, and what in it to highlight. */
export type Passage = {
  readonly start: number
  readonly end: number
  readonly text: string
  /** [from, to] of each word that matches, as offsets of the passage's own text. */
  readonly ranges: readonly (readonly [number, number])[]
}

/** As many words of a query as are looked for. */
const TERMS = 64

/** A compound's part matches from this length on, and for half. */
const PART = 5

/** The passage of at most `chars` around where most of the query's words stand closest. */
export function passageOf(text: string, query: string, chars = 300): Passage {
  const terms = termsOf(query)
  const matches = wordsOf(text).flatMap((word) => matchesOf(word, terms))
  const { start, end } = widened(text, densest(matches, chars), chars)
  const ranges = matches
    .filter((match) => match.start >= start && match.end <= end)
    .map((match) => [match.start - start, match.end - start] as const)
  return { start, end, text: text.slice(start, end), ranges }
}

/** The stems of a query's words; those that say nothing only where there are no others. */
function termsOf(query: string): string[] {
  const stems = [...new Set(wordsOf(query).map(({ stem }) => stem))]
  const telling = stems.filter((stem) => !isStopWord(stem))
  return (telling.length > 0 ? telling : stems).slice(0, TERMS)
}

type Match = Word & { readonly weight: number; readonly term: string }

function matchesOf(word: Word, terms: readonly string[]): Match[] {
  const same = terms.find((term) => term === word.stem)
  const term = same ?? terms.find((other) => isPart(other, word.stem) || isPart(word.stem, other))
  return term === undefined ? [] : [{ ...word, term, weight: same === undefined ? 0.5 : 1 }]
}

function isPart(part: string, whole: string): boolean {
  return part.length >= PART && whole.includes(part)
}

type Span = { readonly start: number; readonly end: number }

/** A word that is said again counts little. */
const AGAIN = 0.1

/** The matches that weigh most together within `chars`; the first of equals. */
function densest(matches: readonly Match[], chars: number): Span {
  let best = { start: 0, end: 0, weight: 0 }
  for (const [at, { start }] of matches.entries()) {
    const within = matches.slice(at, at + chars).filter(({ end }) => end <= start + chars)
    const weight = weightOf(within)
    if (weight > best.weight) best = { start, end: within.at(-1)?.end ?? start, weight }
  }
  return best
}

function weightOf(matches: readonly Match[]): number {
  const terms = new Map<string, number>()
  let again = 0
  for (const { term, weight } of matches) {
    terms.set(term, Math.max(weight, terms.get(term) ?? 0))
    again += weight * AGAIN
  }
  return [...terms.values()].reduce((sum, weight) => sum + weight, again)
}

/** From the beginning of the sentence where that fits, or else with as much before as after. */
function widened(text: string, span: Span, chars: number): Span {
  const spare = chars - (span.end - span.start)
  const first = Math.max(0, span.start - spare)
  const start = sentenceFrom(text, first, span.start) ?? wordFrom(text, span, spare)
  const least = Math.max(start, span.end)
  const end = wordTo(text, start + chars, least)
  return { start, end: end ?? (least > start ? least : codePointBorder(text, start + chars)) }
}

/** The last place up to `to` where a sentence begins. */
function sentenceFrom(text: string, first: number, to: number): number | undefined {
  for (let at = to; at >= first; at--) {
    const before = trimSpace(text, at, 0)
    if (before === 0) return at
    if (before < at && (text.slice(before, at).includes('\n\n') || endsSentence(text, before))) {
      return at
    }
  }
  return undefined
}

/** A word's beginning, with half of the spare room before the span. */
function wordFrom(text: string, span: Span, spare: number): number {
  const from = Math.max(0, span.start - Math.floor(spare / 2))
  for (let at = from; at < span.start; at++) {
    if (isSpace(text.charCodeAt(at))) return skipSpace(text, at, span.start)
  }
  return span.start
}

/** The last word's end beyond `least` and not beyond `to`; `undefined` where no word ends there. */
function wordTo(text: string, to: number, least: number): number | undefined {
  if (to >= text.length) return trimSpace(text, text.length, least)
  for (let at = to; at > least; at--) {
    if (isSpace(text.charCodeAt(at))) return trimSpace(text, at, least)
  }
  return undefined
}
