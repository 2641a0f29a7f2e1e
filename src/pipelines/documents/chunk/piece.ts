import type { Heading } from '../text/extracted.ts'
import { skipSpace, trimSpace } from '../text/space.ts'
import { clauseRank, isTitle, RANK, type Rank } from './clause.ts'

/** What a text is divided into before it is joined to chunks: never empty, no white space around. */
export type Piece = {
  readonly start: number
  readonly end: number
  /** What the text begins here. */
  readonly rank: Rank
  /** A heading, or an article's title alone: it belongs to what comes after it. */
  readonly title: boolean
}

/** A line, or what is left of it without the white space around. */
type Line = { readonly start: number; readonly end: number }

/** The pieces of a text, in order; all but white space is in one of them. */
export function piecesOf(text: string, headings: readonly Heading[]): Piece[] {
  const pieces: Piece[] = []
  let heading = 0
  let blank = true
  for (const line of linesOf(text)) {
    if (line.start === line.end) {
      blank = true
      continue
    }
    while ((headings[heading]?.end ?? Infinity) <= line.start) heading++
    const of = headings[heading]
    const before = pieces.at(-1)
    if (of !== undefined && of.start < line.end) addHeading(pieces, line, of)
    else if (before === undefined) pieces.push(begin(text, line, RANK.paragraph))
    else addLine({ text, pieces, before }, line, blank)
    blank = false
  }
  return pieces
}

function* linesOf(text: string): Generator<Line> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    const next = found === -1 ? text.length : found
    const from = skipSpace(text, start, next)
    yield { start: from, end: trimSpace(text, next, from) }
    start = next + 1
  }
}

/** A heading of several lines is one piece. */
function addHeading(pieces: Piece[], line: Line, heading: Heading): void {
  const before = pieces.at(-1)
  const goes_on = before?.rank === RANK.heading && before.end > heading.start
  if (goes_on) pieces[pieces.length - 1] = { ...before, end: line.end }
  else pieces.push({ ...line, rank: RANK.heading, title: true })
}

type Reading = { readonly text: string; readonly pieces: Piece[]; readonly before: Piece }

function addLine({ text, pieces, before }: Reading, line: Line, blank: boolean): void {
  const piece = begin(text, line, RANK.paragraph)
  const apart = before.title ? !isWrapped(text, before, line) : mayBegin(text, before, piece)
  if (blank || apart) pieces.push(piece)
  else pieces[pieces.length - 1] = { ...before, end: line.end, title: false }
}

/** Whether what looked like an article's title is the first line of its text. */
function isWrapped(text: string, { rank }: Piece, line: Line): boolean {
  return rank !== RANK.heading && /^\p{Ll}/u.test(text.slice(line.start, line.start + 2))
}

/** Whether a clause may begin without a blank line before it: not where a sentence names another. */
function mayBegin(text: string, before: Piece, { rank }: Piece): boolean {
  const last = text.slice(Math.max(0, before.end - 8), before.end)
  if (rank === RANK.paragraph) return false
  return (
    /[.;:!?)\]"”“]$/u.test(last) ||
    (rank < RANK.article && /(?:,|\s(?:and|or|und|oder))$/.test(last))
  )
}

function begin(text: string, line: Line, otherwise: Rank): Piece {
  const rank = clauseRank(text, line.start) ?? otherwise
  const title = rank === RANK.article && isTitle(text.slice(line.start, line.end))
  return { ...line, rank, title }
}
