import { joinBytes } from '../../join-bytes.ts'

const CR = 13

/**
 * The bytes of a form's body, taken in order: what is held in memory is one chunk, and of what came
 * before it no more than was asked for.
 *
 * Each mark that is looked for begins with CR. One that `piece` looks for has no other CR, so that two
 * beginnings of it never overlap: a search costs a step or two a byte, whatever the bytes are.
 */
export class FormBytes {
  private readonly chunks: AsyncIterator<Uint8Array, void>
  private held: Uint8Array

  /** `first` stands before all that comes. */
  constructor(chunks: AsyncIterator<Uint8Array, void>, first: Uint8Array) {
    this.chunks = chunks
    this.held = first
  }

  /** Whether the body goes on with this text, of less than a line. */
  async begins(text: Uint8Array): Promise<boolean> {
    while (this.held.length < text.length) if (!(await this.readOn(0))) return false
    return text.every((byte, at) => this.held[at] === byte)
  }

  /**
   * What stands before the mark, which is passed over as well. 'over': it does not come within so many
   * bytes. 'end': nor does it before the end.
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

  /** The next piece of what stands before the mark; 'mark': it was passed over; 'end': there is none. */
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

/** Where the mark stands whole; -1: nowhere. */
function indexOf(bytes: Uint8Array, mark: Uint8Array, from: number): number {
  for (let at = from; at <= bytes.length - mark.length; at += 1)
    if (bytes[at] === CR && isAt(bytes, mark, at)) return at
  return -1
}

/** Where the bytes end, but for what may be the beginning of the mark. */
function endOf(bytes: Uint8Array, mark: Uint8Array): number {
  const at = bytes.lastIndexOf(CR)
  return at > bytes.length - mark.length && isAt(bytes, mark, at) ? at : bytes.length
}

/** Whether the mark stands there, as far as the bytes go. */
function isAt(bytes: Uint8Array, mark: Uint8Array, at: number): boolean {
  const length = Math.min(mark.length, bytes.length - at)
  for (let i = 1; i < length; i += 1) if (bytes[at + i] !== mark[i]) return false
  return true
}
