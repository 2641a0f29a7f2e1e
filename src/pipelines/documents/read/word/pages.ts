/** A page of more characters than this is none: text runs on between two page breaks. */
const PAGE_CHARS = 5_000

/**
 * Counts the pages of a document. Word writes where it began a page when it saved the document; other programs write only
 * the breaks that somebody made.
 */
export class WordPages {
  #page = 1
  #start = 0
  #longest = 0
  #rendered = false
  /** Whether a break was made and no text was shown since: Word then writes where the page began as well. */
  #fresh = false

  /** Begins a page at a break that somebody made. */
  begin(length: number): number {
    this.#fresh = true
    return this.#next(length)
  }

  /** Begins a page where Word began one. Undefined if a break began it already. */
  rendered(length: number): number | undefined {
    this.#rendered = true
    if (this.#fresh) return undefined
    return this.#next(length)
  }

  show(): void {
    this.#fresh = false
  }

  /** Whether the pages are known. `length` is the length of the whole text. */
  isKnown(length: number): boolean {
    if (this.#rendered) return true
    return this.#page > 1 && Math.max(this.#longest, length - this.#start) <= PAGE_CHARS
  }

  #next(length: number): number {
    this.#longest = Math.max(this.#longest, length - this.#start)
    this.#start = length
    return ++this.#page
  }
}
