const FIRST_BYTES = 65_536

/** The bytes of one socket, and the time of each piece. Keeping them is cheap; they are read later. */
export class Recording {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES)
  private readonly ends: number[] = []
  private readonly times: number[] = []
  length = 0

  /** Copies the piece, because the next piece reuses its buffer. */
  add(piece: Uint8Array, at: number): void {
    const end = this.length + piece.length
    if (end > this.bytes.length) this.grow(end)
    this.bytes.set(piece, this.length)
    this.length = end
    this.ends.push(end)
    this.times.push(at)
  }

  /** The time of the last piece. */
  get last_at(): number {
    return this.times.at(-1) ?? NaN
  }

  /** The last bytes, at most `count`. */
  tail(count: number): Buffer {
    return this.bytes.subarray(Math.max(0, this.length - count), this.length)
  }

  all(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  *pieces(): Generator<{ readonly bytes: Buffer; readonly at: number }> {
    let start = 0
    for (const [index, end] of this.ends.entries()) {
      yield { bytes: this.bytes.subarray(start, end), at: this.times[index] ?? NaN }
      start = end
    }
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    larger.set(this.all())
    this.bytes = larger
  }
}
