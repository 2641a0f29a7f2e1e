type Mark = { readonly seq: number; readonly bytes: number }

/**
 * How much was sent to a client beyond what it has acknowledged, at most, from the oldest and the
 * newest cursor that it may acknowledge alone: what lies between is not kept.
 */
export class Unacked {
  private bytes = 0
  private oldest: Mark | null = null
  private newest: Mark | null = null

  /** `seq`: it ends with a cursor, which can be acknowledged. */
  sent(bytes: number, seq: number | undefined): void {
    this.bytes += bytes
    if (seq === undefined) return
    this.newest = { seq, bytes: this.bytes }
    this.oldest ??= this.newest
  }

  acked(seq: number): void {
    const { oldest, newest } = this
    if (oldest === null || newest === null || seq < oldest.seq) return
    const freed = seq < newest.seq ? oldest.bytes : newest.bytes
    this.bytes -= freed
    this.oldest = seq < newest.seq ? { seq: newest.seq, bytes: newest.bytes - freed } : null
    this.newest = this.oldest
  }

  /** What carried no cursor was taken; where one is outstanding, that speaks for all before it. */
  taken(): void {
    if (this.oldest === null) this.bytes = 0
  }

  exceeds(limit: number): boolean {
    return this.bytes > limit
  }
}
