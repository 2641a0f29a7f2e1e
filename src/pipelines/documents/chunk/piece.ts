import type { Heading } from '../text/extracted.ts'
import { skipSpace, trimSpace } from '../text/space.ts'
import { clauseRank, isTitle, RANK, type Rank } from './clause.ts'

/** A part of a text that goes into one chunk if it fits. A piece is never empty and has no white space around it. */
export type Piece = {
  readonly start: number
  readonly end: number
  /** The rank of the text that begins here: a heading, an article, a clause and so on. */
  readonly rank: Rank
  /** True for a heading, or an article's title without text. A title belongs to the piece after it. */
  readonly title: boolean
}

/** A line without the white space around it. */
type Line = { readonly start: number; readonly end: number }

/** Divides a text into pieces, in order. The pieces hold all of the text except white space. */
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

/** Adds a heading's line. The lines of one heading make one piece. */
function addHeading(pieces: Piece[], line: Line, heading: Heading): void {
  const before = pieces.at(-1)
  const goes_on = before?.rank === RANK.heading && before.end > heading.start
  if (goes_on) pieces[pieces.length - 1] = { ...before, end: line.end }
  else pieces.push({ ...line, rank: RANK.heading, title: true })
}

type PiecesSoFar = { readonly text: string; readonly pieces: Piece[]; readonly before: Piece }

function addLine({ text, pieces, before }: PiecesSoFar, line: Line, blank: boolean): void {
  const piece = begin(text, line, RANK.paragraph)
  const apart = before.title ? !isWrapped(text, before, line) : mayBegin(text, before, piece)
  if (blank || apart) pieces.push(piece)
  else pieces[pieces.length - 1] = { ...before, end: line.end, title: false }
}

/** Whether a piece that looked like an article's title is the first line of its text: the text goes on in lower case. */
function isWrapped(text: string, { rank }: Piece, line: Line): boolean {
  return rank !== RANK.heading && /^\p{Ll}/u.test(text.slice(line.start, line.start + 2))
}

/** Whether a clause may begin without a blank line before it. In the middle of a sentence, the line only cites a clause. */
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
