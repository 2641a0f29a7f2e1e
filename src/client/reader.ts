/** Where a reader has its things from. */
export type Source<T> = {
  /** Called with the first read: `ring` is for when there may be something. The answer ends it. */
  open(ring: () => void): () => void
  /** The next thing, if there is one. */
  take(): T | undefined
  /** Whether nothing will come after what can be taken. */
  isOver(): boolean
}

/** An iterator that may be let go of while somebody waits for its next thing. */
export class Reader<T> implements AsyncIterableIterator<T, undefined> {
  readonly #source: Source<T>
  #leave: (() => void) | undefined
  #wake = () => {}
  #isOpen = true

  constructor(source: Source<T>) {
    this.#source = source
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.#isOpen) this.#leave ??= this.#source.open(() => this.#wake())
    while (this.#isOpen) {
      const value = this.#source.take()
      if (value !== undefined) return { done: false, value }
      if (this.#source.isOver()) break
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.return()
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#isOpen = false
    this.#leave?.()
    this.#wake()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
