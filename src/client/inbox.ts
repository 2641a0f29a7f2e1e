import { asError } from './as-error.ts'

/** What comes whenever it comes, for one reader that takes it in order; it waits without a limit. */
export class Inbox<T> {
  readonly #items: T[] = []
  #end: { readonly failure?: Error } | undefined
  #wake = () => {}

  push(item: T): void {
    if (this.#end) return
    this.#items.push(item)
    this.#wake()
  }

  /** What came before is still read. */
  end(failure?: unknown): void {
    this.#end ??= failure === undefined ? {} : { failure: asError(failure) }
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#items.length > 0) yield* this.#items.splice(0)
      if (this.#end?.failure) throw this.#end.failure
      if (this.#end) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
