/**
 * Chooses among the forms of one content that Office writes for newer and for older programs (`AlternateContent`). Only
 * the first form is read: the others have the same words, or say that a program is too old.
 */
export class Alternates {
  /** Whether a form was read, one for each open content. */
  readonly #open: boolean[] = []

  /** Whether an element is a form that is not read. */
  passes(name: string): boolean {
    if (name === 'AlternateContent') this.#open.push(false)
    if (name !== 'Choice' && name !== 'Fallback') return false
    const isRead = this.#open.at(-1) ?? name === 'Fallback'
    if (this.#open.length > 0) this.#open[this.#open.length - 1] = true
    return isRead
  }

  close(name: string): void {
    if (name === 'AlternateContent') this.#open.pop()
  }
}
