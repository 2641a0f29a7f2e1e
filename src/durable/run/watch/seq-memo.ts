/** What was made of the state at one seq, by name; it goes with the next seq. */
export class SeqMemo<T> {
  private seq = -1
  private made = new Map<string, T>()

  at(seq: number, name: string, make: () => T): T {
    if (seq !== this.seq) this.clear()
    this.seq = seq
    const known = this.made.get(name)
    if (known !== undefined) return known
    const made = make()
    this.made.set(name, made)
    return made
  }

  clear(): void {
    this.made = new Map()
  }
}
