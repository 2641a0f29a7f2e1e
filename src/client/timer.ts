/** One alarm, which can be set anew and called off. */
export class Timer {
  #id: ReturnType<typeof setTimeout> | undefined

  get isSet(): boolean {
    return this.#id !== undefined
  }

  set(ms: number, ring: () => void): void {
    this.clear()
    this.#id = setTimeout(() => {
      this.#id = undefined
      ring()
    }, ms)
  }

  clear(): void {
    if (this.#id !== undefined) clearTimeout(this.#id)
    this.#id = undefined
  }
}
