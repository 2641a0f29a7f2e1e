type QueueEntry<T> = { readonly item: T; readonly taken: () => void }

/**
 * A queue of any length for one reader. Unlike an async generator it can be left (`return`) while its
 * reader waits for the next item.
 */
export class AsyncQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #start: (() => () => void) | undefined
  #stop: (() => void) | undefined
  readonly #entries: QueueEntry<T>[] = []
  #isClosed = false
  #wake = () => {}

  /** The first read calls `start`. When the reader leaves, the function that `start` returned is called. */
  constructor(start?: () => () => void) {
    this.#start = start
  }

  /** Adds an item. Resolves when the reader takes the item, or when the queue is closed. */
  push(item: T): Promise<void> {
    return new Promise((taken) => {
      if (this.#isClosed) return taken()
      this.#entries.push({ item, taken })
      this.#wake()
    })
  }

  /** Adds an item in place of all items that the reader has not taken. */
  replace(item: T): void {
    this.#clear()
    void this.push(item)
  }

  /** Closes the queue. The reader still gets the items that are in it. */
  close(): void {
    this.#isClosed = true
    for (const { taken } of this.#entries) taken()
    this.#wake()
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (!this.#isClosed) this.#stop ??= this.#start?.()
    while (this.#entries.length === 0 && !this.#isClosed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    const entry = this.#entries.shift()
    if (!entry) return this.return()
    entry.taken()
    return { done: false, value: entry.item }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.close()
    this.#clear()
    this.#stop?.()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #clear(): void {
    for (const { taken } of this.#entries.splice(0)) taken()
  }
}
