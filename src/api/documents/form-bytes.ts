import { joinBytes } from '../../join-bytes.ts'

const CR = 13

/**
 * Reads the bytes of a form's body in order. Memory holds one chunk, and of the chunks before it no more than
 * the caller asked for.
 *
 * Every mark to search for begins with CR. A mark for `piece` has no other CR, so two beginnings of the mark
 * never overlap: a search takes one or two steps for each byte, whatever the bytes are.
 */
export class FormBytes {
  private readonly chunks: AsyncIterator<Uint8Array, void>
  private held: Uint8Array

  /** `first`: bytes to put before the first chunk. */
  constructor(chunks: AsyncIterator<Uint8Array, void>, first: Uint8Array) {
    this.chunks = chunks
    this.held = first
  }

  /** Whether the body continues with this text. The text is shorter than a line. */
  async begins(text: Uint8Array): Promise<boolean> {
    while (this.held.length < text.length) if (!(await this.readOn(0))) return false
    return text.every((byte, at) => this.held[at] === byte)
  }

  /**
   * Takes the bytes before the mark, and skips the mark. Returns 'over' if there are more than `most` such
   * bytes, and 'end' if the body ends before the mark.
   */
  async upTo(mark: Uint8Array, most: number): Promise<Uint8Array | 'over' | 'end'> {
    for (let from = 0; ;) {
      const at = indexOf(this.held.subarray(0, most + mark.length), mark, from)
      if (at >= 0) return this.take(at, mark.length)
      if (this.held.length >= most + mark.length) return 'over'
      from = Math.max(0, this.held.length - mark.length + 1)
      if (!(await this.readOn(0))) return 'end'
    }
  }

  /**
   * Takes the next of the bytes before the mark. Returns 'mark' after it skipped the mark, and 'end' if the
   * body ends before the mark.
   */
  async piece(mark: Uint8Array): Promise<Uint8Array | 'mark' | 'end'> {
    for (;;) {
      const at = indexOf(this.held, mark, 0)
      if (at === 0) {
        this.take(0, mark.length)
        return 'mark'
      }
      const sure = at > 0 ? at : endOf(this.held, mark)
      if (sure > 0) return this.take(sure, 0)
      if (!(await this.readOn(sure))) return 'end'
    }
  }

  private take(length: number, passed: number): Uint8Array {
    const taken = this.held.subarray(0, length)
    this.held = this.held.subarray(length + passed)
    return taken
  }

  private async readOn(from: number): Promise<boolean> {
    const { done, value } = await this.chunks.next()
    if (done === true) return false
    const rest = this.held.subarray(from)
    this.held = rest.length === 0 ? value : joinBytes([rest, value])
    return true
  }
}

/** The index of the whole mark, or -1. */
function indexOf(bytes: Uint8Array, mark: Uint8Array, from: number): number {
  for (let at = from; at <= bytes.length - mark.length; at += 1)
    if (bytes[at] === CR && isAt(bytes, mark, at)) return at
  return -1
}

/** The index before which no byte belongs to the mark: the last bytes may be the mark's beginning. */
function endOf(bytes: Uint8Array, mark: Uint8Array): number {
  const at = bytes.lastIndexOf(CR)
  return at > bytes.length - mark.length && isAt(bytes, mark, at) ? at : bytes.length
}

/** Whether the bytes at the index equal the mark, as far as the bytes go. */
function isAt(bytes: Uint8Array, mark: Uint8Array, at: number): boolean {
  const length = Math.min(mark.length, bytes.length - at)
  for (let i = 1; i < length; i += 1) if (bytes[at + i] !== mark[i]) return false
  return true
}
