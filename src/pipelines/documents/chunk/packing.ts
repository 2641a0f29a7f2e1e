import { skipSpace, trimSpace } from '../text/space.ts'
import { RANK } from './clause.ts'
import { cutBefore, overlapBefore } from './cut.ts'
import type { Piece } from './piece.ts'

/** How long a chunk may be, and how much of it may be the end of the one before. */
export type Limits = { readonly chars: number; readonly overlap: number }

/** `body`: where its first piece begins that is no title. */
type Span = { readonly start: number; readonly end: number; readonly body: number }

/** Joins pieces to spans within the limits. */
export class Packing {
  readonly #text: string
  readonly #pieces: readonly Piece[]
  readonly #chars: number
  readonly #overlap: number
  /** The first piece that is not yet wholly in a span. */
  #at = 0
  /** Where the next span begins, and up to where the text is in a span already. */
  #start = 0
  #done = 0

  constructor(text: string, pieces: readonly Piece[], { chars, overlap }: Limits) {
    this.#text = text
    this.#pieces = pieces
    this.#chars = chars
    this.#overlap = Math.min(overlap, Math.floor(chars / 4))
  }

  *spans(): Generator<Span> {
    this.#start = this.#pieces[0]?.start ?? 0
    while (this.#at < this.#pieces.length) {
      const full = this.#fullAt()
      yield this.#isTooLong(full) ? this.#cut(full) : this.#join(this.#nextPiece(full))
    }
  }

  /** Whether nothing fits but titles, which are not left alone where there is room for more. */
  #isTooLong(full: number): boolean {
    const next = this.#pieces[full]
    if (next === undefined || this.#bodyBefore(full) < full) return false
    return full === this.#at || next.start - this.#start <= this.#chars / 2
  }

  /** The first piece from here on that is no title; `end` where there is none before it. */
  #bodyBefore(end: number): number {
    let at = this.#at
    while (at < end && this.#pieces[at]?.title === true) at++
    return at
  }

  /** The piece to begin the next span with. */
  #nextPiece(full: number): number {
    const section = this.#sectionEnd(full)
    if (section !== undefined) return section
    return full === this.#pieces.length ? full : this.#bestBefore(full)
  }

  /** The first piece that does not fit any more. */
  #fullAt(): number {
    let at = this.#at
    while ((this.#pieces[at]?.end ?? Infinity) <= this.#start + this.#chars) at++
    return at
  }

  /** Where a heading or an article begins, and what is before it is worth a span of its own. */
  #sectionEnd(full: number): number | undefined {
    for (let at = this.#at + 1; at < full; at++) {
      const piece = this.#pieces[at]
      const before = this.#pieces[at - 1]
      if (!piece || !before || piece.rank < RANK.article || before.title) continue
      if (before.end - this.#start >= this.#chars / 4 || this.#sectionFrom(at) > full) return at
    }
    return undefined
  }

  /** The piece after the section that begins with this one, looked for only as far as a span goes. */
  #sectionFrom(from: number): number {
    const limit = this.#start + this.#chars
    let at = from + 1
    for (let piece = this.#pieces[at]; piece && piece.start < limit; piece = this.#pieces[++at]) {
      if (piece.rank >= RANK.article && this.#pieces[at - 1]?.title !== true) return at
    }
    return at === this.#pieces.length ? at : Infinity
  }

  /** The last of the greatest borders in the latter half; after a title only where there is no other. */
  #bestBefore(full: number): number {
    let best = { at: full, rank: this.#rankAt(full) }
    for (let at = full - 1; at > this.#at; at--) {
      const size = (this.#pieces[at - 1]?.end ?? 0) - this.#start
      if (best.rank >= 0 && size < this.#chars / 2) break
      const rank = this.#rankAt(at)
      if (rank > best.rank) best = { at, rank }
    }
    return best.at
  }

  #rankAt(at: number): number {
    return this.#pieces[at - 1]?.title === true ? -1 : (this.#pieces[at]?.rank ?? -1)
  }

  #join(next: number): Span {
    const span = this.#span(this.#pieces[next - 1]?.end ?? this.#start, this.#bodyBefore(next - 1))
    const piece = this.#pieces[next]
    this.#at = next
    this.#done = span.end
    if (piece) this.#start = this.#beginPiece(span, piece)
    return span
  }

  /** A paragraph goes on from what was before it, where that fits with it; what is greater begins anew. */
  #beginPiece(span: Span, piece: Piece): number {
    const before = this.#pieces[this.#at - 1]
    if (piece.rank > RANK.paragraph || before?.title === true) return piece.start
    const start = this.#overlapOf(span)
    return piece.end - start <= this.#chars ? start : piece.start
  }

  /** Ends within the piece at `long`, which begins with what is left of it. */
  #cut(long: number): Span {
    const from = Math.max(this.#done, this.#start, this.#pieces[long]?.start ?? 0)
    const least = skipSpace(this.#text, from, this.#text.length)
    const cut = cutBefore(this.#text, this.#start + this.#chars, least)
    const span = this.#span(trimSpace(this.#text, cut, least), long)
    this.#at = long
    this.#done = span.end
    this.#start = this.#overlapOf(span)
    return span
  }

  #overlapOf({ start, end }: Span): number {
    return overlapBefore(this.#text, end, Math.max(start + 1, end - this.#overlap))
  }

  #span(end: number, body: number): Span {
    return { start: this.#start, end, body: this.#pieces[body]?.start ?? this.#start }
  }
}
