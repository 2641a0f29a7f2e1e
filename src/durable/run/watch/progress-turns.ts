/** When it is told how a run goes: at most every `pause_ms`, and only of what has changed (EV-6). */
export class ProgressTurns {
  private readonly pause_ms: number
  private last = -Infinity
  private told = -1

  constructor(pause_ms: number) {
    this.pause_ms = pause_ms
  }

  /** Whether it is told of the state at `seq` now; where it is too soon for that, when it may be. */
  take(seq: number, now: number): 'now' | 'no' | { readonly due: number } {
    if (seq === this.told) return 'no'
    const due = this.last + this.pause_ms
    if (now < due) return { due }
    this.last = now
    this.told = seq
    return 'now'
  }

  /** It is told again, though nothing changed. */
  again(): void {
    this.told = -1
  }
}
