import { skipSpace, trimSpace } from '../text/space.ts'
import { RANK } from './clause.ts'
import { cutBefore, overlapBefore } from './cut.ts'
import type { Piece } from './piece.ts'

/** The most characters of a chunk, and the most of them that repeat the end of the chunk before. */
export type ChunkLimits = { readonly chars: number; readonly overlap: number }

/** The range of one chunk. `body` is the start of its first piece that is no title. */
type ChunkSpan = { readonly start: number; readonly end: number; readonly body: number }

/** Joins pieces to chunks within the limits. */
export class Packing {
  readonly #text: string
  readonly #pieces: readonly Piece[]
  readonly #chars: number
  readonly #overlap: number
  /** The first piece that is not yet wholly in a chunk. */
  #at = 0
  /** The start of the next chunk, and the end of the last one. They differ where two chunks overlap. */
  #start = 0
  #done = 0

  constructor(text: string, pieces: readonly Piece[], { chars, overlap }: ChunkLimits) {
    this.#text = text
    this.#pieces = pieces
    this.#chars = chars
    this.#overlap = Math.min(overlap, Math.floor(chars / 4))
  }

  *spans(): Generator<ChunkSpan> {
    this.#start = this.#pieces[0]?.start ?? 0
    while (this.#at < this.#pieces.length) {
      const full = this.#fullAt()
      yield this.#isTooLong(full) ? this.#cut(full) : this.#join(this.#nextPiece(full))
    }
  }

  /** Whether only titles fit into the chunk, with room for a part of the next piece. Then that piece is cut. */
  #isTooLong(full: number): boolean {
    const next = this.#pieces[full]
    if (next === undefined || this.#bodyBefore(full) < full) return false
    return full === this.#at || next.start - this.#start <= this.#chars / 2
  }

  /** Returns the first piece from here on that is no title, or `end` if all pieces before `end` are titles. */
  #bodyBefore(end: number): number {
    let at = this.#at
    while (at < end && this.#pieces[at]?.title === true) at++
    return at
  }

  /** Chooses the first piece of the next chunk. */
  #nextPiece(full: number): number {
    const section = this.#sectionEnd(full)
    if (section !== undefined) return section
    return full === this.#pieces.length ? full : this.#bestBefore(full)
  }

  /** Returns the first piece that does not fit into the chunk. */
  #fullAt(): number {
    let at = this.#at
    while ((this.#pieces[at]?.end ?? Infinity) <= this.#start + this.#chars) at++
    return at
  }

  /** Returns the next heading or article, if the text before it is long enough for a chunk or its section does not fit. */
  #sectionEnd(full: number): number | undefined {
    for (let at = this.#at + 1; at < full; at++) {
      const piece = this.#pieces[at]
      const before = this.#pieces[at - 1]
      if (!piece || !before || piece.rank < RANK.article || before.title) continue
      if (before.end - this.#start >= this.#chars / 4 || this.#sectionFrom(at) > full) return at
    }
    return undefined
  }

  /** Returns the piece after the section that begins at `from`, or Infinity if the section does not fit into the chunk. */
  #sectionFrom(from: number): number {
    const limit = this.#start + this.#chars
    let at = from + 1
    for (let piece = this.#pieces[at]; piece && piece.start < limit; piece = this.#pieces[++at]) {
      if (piece.rank >= RANK.article && this.#pieces[at - 1]?.title !== true) return at
    }
    return at === this.#pieces.length ? at : Infinity
  }

  /** Returns the last border of the highest rank in the second half. Divides after a title only if there is no other border. */
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

  #join(next: number): ChunkSpan {
    const span = this.#span(this.#pieces[next - 1]?.end ?? this.#start, this.#bodyBefore(next - 1))
    const piece = this.#pieces[next]
    this.#at = next
    this.#done = span.end
    if (piece) this.#start = this.#beginPiece(span, piece)
    return span
  }

  /** Begins a chunk at a piece. A paragraph repeats the end of the chunk before, if both fit; a higher rank repeats nothing. */
  #beginPiece(span: ChunkSpan, piece: Piece): number {
    const before = this.#pieces[this.#at - 1]
    if (piece.rank > RANK.paragraph || before?.title === true) return piece.start
    const start = this.#overlapOf(span)
    return piece.end - start <= this.#chars ? start : piece.start
  }

  /** Cuts the piece `long`. The next chunk begins with the rest of the piece. */
  #cut(long: number): ChunkSpan {
    const from = Math.max(this.#done, this.#start, this.#pieces[long]?.start ?? 0)
    const least = skipSpace(this.#text, from, this.#text.length)
    const cut = cutBefore(this.#text, this.#start + this.#chars, least)
    const span = this.#span(trimSpace(this.#text, cut, least), long)
    this.#at = long
    this.#done = span.end
    this.#start = this.#overlapOf(span)
    return span
  }

  #overlapOf({ start, end }: ChunkSpan): number {
    return overlapBefore(this.#text, end, Math.max(start + 1, end - this.#overlap))
  }

  #span(end: number, body: number): ChunkSpan {
    return { start: this.#start, end, body: this.#pieces[body]?.start ?? this.#start }
  }
}
