import { ListCounter, type LevelRule } from './list-counter.ts'
import { formatNumber } from './number-format.ts'

/** A list of HTML or Markdown. */
export type NestedList = LevelRule & {
  /** The format of its numbers in CSS, or `none` for a list whose items show none. */
  readonly format: string
  /** What follows a number: a full stop or a bracket. */
  readonly after: string
}

/** An item's own number, and its own format. */
type ItemPlan = { readonly value?: number | undefined; readonly format?: string | undefined }

/** Deeper lists are not counted: each end tag of a list searches the open ones. */
const MAX_DEPTH = 100

/** Counts the items of lists that stand within one another, as a browser does. */
export class NestedLists {
  readonly #open: NestedList[] = []
  readonly #counter = new ListCounter()
  /** The lists beyond MAX_DEPTH that are open. */
  #beyond = 0

  begin(list: NestedList): void {
    if (this.#open.length === MAX_DEPTH) {
      this.#beyond++
      return
    }
    this.#counter.restart(this.#open.length)
    this.#open.push(list)
  }

  end(): void {
    if (this.#beyond > 0) this.#beyond--
    else this.#open.pop()
  }

  /** Counts an item of the innermost list, and returns its number with the sign after it. */
  item({ value, format }: ItemPlan = {}): string {
    const depth = this.#open.length - 1
    const list = this.#open[depth]
    if (list === undefined || this.#beyond > 0) return ''
    if (value !== undefined) this.#counter.set(depth, value, list)
    const number = this.#counter.next(depth, (at) => this.#open[at] ?? list).at(-1) ?? 0
    const shown = formatNumber(number, format ?? list.format)
    return shown === '' ? '' : shown + list.after
  }
}
