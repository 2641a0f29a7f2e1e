/** How one level of a list counts. */
export type LevelRule = {
  readonly start: number
  /** The distance of two numbers: 1, or -1 in a list that counts downwards. */
  readonly step?: number
  /**
   * The level restarts after an item of this depth or of a higher one. Undefined: after an item of any higher
   * level. -1: never.
   */
  readonly restart?: number | undefined
}

/** Counts the items of a list of several levels. The depth of the highest level is 0. */
export class ListCounter {
  /** The number of the last item of each level. Undefined where the next item is the first one. */
  readonly #numbers: (number | undefined)[] = []

  /** Counts one item, and returns its number after the numbers of the levels above. */
  next(depth: number, ruleOf: (depth: number) => LevelRule): readonly number[] {
    const { start, step = 1 } = ruleOf(depth)
    for (let above = 0; above < depth; above++) this.#numbers[above] ??= ruleOf(above).start
    const last = this.#numbers[depth]
    this.#numbers[depth] = last === undefined ? start : last + step
    this.#restartBelow(depth, ruleOf)
    return this.#numbers.slice(0, depth + 1).map((number) => number ?? start)
  }

  /** Makes the next item of a level its first one. */
  restart(depth: number): void {
    this.#numbers[depth] = undefined
  }

  /** Makes `number` the number of the next item of a level. */
  set(depth: number, number: number, { step = 1 }: LevelRule): void {
    this.#numbers[depth] = number - step
  }

  #restartBelow(depth: number, ruleOf: (depth: number) => LevelRule): void {
    for (let below = depth + 1; below < this.#numbers.length; below++)
      if (depth <= (ruleOf(below).restart ?? below)) this.#numbers[below] = undefined
  }
}
