import type { WatchedRun } from '../../src/protocol/fold.ts'
import { headline, picture, type Shown, waitLines } from './picture.ts'

const REDRAW_MS = 100
const LINE_MS = 500

// The sizes for a terminal that reports 0.
const COLUMNS = 80
const ROWS = 24

/** Shows a run while it goes on. In a terminal it redraws one block; elsewhere it prints plain lines. */
export class Screen {
  readonly #out: NodeJS.WriteStream
  readonly #companies: readonly Shown[]
  #drawn = 0
  #last = ''
  #timer: NodeJS.Timeout | undefined
  #run: WatchedRun | undefined

  constructor(out: NodeJS.WriteStream, companies: readonly Shown[]) {
    this.#out = out
    this.#companies = companies
  }

  /** Shows the run after a short delay, so that several changes are shown at once. */
  show(run: WatchedRun): void {
    this.#run = run
    this.#timer ??= setTimeout(() => this.flush(), this.#out.isTTY ? REDRAW_MS : LINE_MS)
  }

  /** Shows the latest state at once, if it is not shown yet. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#run) return
    if (this.#out.isTTY) this.#redraw(picture(this.#run, this.#companies, this.#out.rows || ROWS))
    else this.#print([headline(this.#run, this.#companies), ...waitLines(this.#run)].join('\n'))
  }

  #redraw(lines: readonly string[]): void {
    const up = this.#drawn === 0 ? '' : `\u001B[${this.#drawn}A\u001B[J`
    const fitting = lines.map((line) => line.slice(0, (this.#out.columns || COLUMNS) - 1))
    this.#out.write(`${up}${fitting.join('\n')}\n`)
    this.#drawn = lines.length
  }

  #print(line: string): void {
    if (line !== this.#last) this.#out.write(`${line}\n`)
    this.#last = line
  }
}
