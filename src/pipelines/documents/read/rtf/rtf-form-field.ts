/** Reads the ticks and choices of Word's old forms, which stand nowhere as text. */
export class RtfFormField {
  #type = 0
  #result: number | undefined
  #default = 0
  readonly #entries: string[] = []

  word(word: string, value: number | undefined): void {
    if (word === 'fftype') this.#type = value ?? 0
    else if (word === 'ffres') this.#result = value
    else if (word === 'ffdefres') this.#default = value ?? 0
  }

  entry(text: string): void {
    this.#entries.push(text)
  }

  /** Returns what the field shows, and is ready for the next one. */
  take(): string {
    const shown = this.#shown()
    this.#type = 0
    this.#result = undefined
    this.#default = 0
    this.#entries.length = 0
    return shown
  }

  #shown(): string {
    // 25 stands for a field that nobody changed.
    const value = this.#result === undefined || this.#result === 25 ? this.#default : this.#result
    if (this.#type === CHECK_BOX) return value === 1 ? '☒' : '☐'
    return this.#type === DROP_DOWN ? (this.#entries[value] ?? '') : ''
  }
}

const CHECK_BOX = 1
const DROP_DOWN = 2
