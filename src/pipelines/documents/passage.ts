import { codePointBorder } from './chunk/cut.ts'
import { searchWordsOf } from './text/search-words.ts'
import { endsSentence } from './text/sentence.ts'
import { isSpace, skipSpace, trimSpace } from './text/space.ts'
import { isStopWord, type Word } from './text/words.ts'

/** The part of a text to show for a query, with the words to highlight. */
export type Passage = {
  readonly start: number
  readonly end: number
  readonly text: string
  /** [from, to] of each matching word, as offsets in the passage's text. */
  readonly ranges: readonly (readonly [number, number])[]
}

/** The most words of a query that are searched. */
const TERMS = 64

/** A part of a compound matches if it has at least this length. It counts half. */
const PART = 5

/** Returns the passage of at most `chars` characters that holds most of the query's words. */
export function passageOf(text: string, query: string, chars = 300): Passage {
  const terms = termsOf(query)
  const matches = searchWordsOf(text).flatMap((word) => matchesOf(word, terms))
  const { start, end } = widened(text, densest(matches, chars), chars)
  const ranges = matches
    .filter((match) => match.start >= start && match.end <= end)
    .map((match) => [match.start - start, match.end - start] as const)
  return { start, end, text: text.slice(start, end), ranges }
}

/** Returns the stems of a query's words. Leaves out stop words, unless the query has no others. */
function termsOf(query: string): string[] {
  const stems = [...new Set(searchWordsOf(query).map(({ stem }) => stem))]
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
  const least = UNSPACED.test(part) ? 1 : PART
  return part.length >= least && whole.includes(part)
}

/** Scripts of which one character may be a word. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u

type Span = { readonly start: number; readonly end: number }

/** The weight of each occurrence of a word beyond the word's own weight: repetition counts little. */
const AGAIN = 0.1

/** Finds the span of at most `chars` whose matches have the greatest weight. Of equal spans, the first. */
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

/** Widens a span to `chars`: from the start of its sentence if that fits, or else by equal parts before and after. */
function widened(text: string, span: Span, chars: number): Span {
  const spare = chars - (span.end - span.start)
  const first = Math.max(0, span.start - spare)
  const start = sentenceFrom(text, first, span.start) ?? wordFrom(text, span, spare)
  const least = Math.max(start, span.end)
  const end = wordTo(text, start + chars, least)
  return { start, end: end ?? (least > start ? least : codePointBorder(text, start + chars)) }
}

/** Returns the last position from `first` to `to` at which a sentence begins. */
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

/** Returns the first start of a word within half of the spare room before the span. */
function wordFrom(text: string, span: Span, spare: number): number {
  const from = Math.max(0, span.start - Math.floor(spare / 2))
  for (let at = from; at < span.start; at++) {
    if (isSpace(text.charCodeAt(at))) return skipSpace(text, at, span.start)
  }
  return span.start
}

/** Returns the last end of a word after `least` and up to `to`, or undefined if no word ends there. */
function wordTo(text: string, to: number, least: number): number | undefined {
  if (to >= text.length) return trimSpace(text, text.length, least)
  for (let at = to; at > least; at--) {
    if (isSpace(text.charCodeAt(at))) return trimSpace(text, at, least)
  }
  return undefined
}
