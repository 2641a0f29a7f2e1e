import type { WatchedRun } from '../../src/protocol/fold.ts'
import { headline, picture, type Shown, waitLines } from './picture.ts'

const REDRAW_MS = 100
const LINE_MS = 500

// A terminal that does not tell its size says 0.
const COLUMNS = 80
const ROWS = 24

/** Shows a run as it goes: a block that is drawn anew in a terminal, plain lines anywhere else. */
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

  /** Shows the run soon; what comes in the meantime is shown together. */
  show(run: WatchedRun): void {
    this.#run = run
    this.#timer ??= setTimeout(() => this.flush(), this.#out.isTTY ? REDRAW_MS : LINE_MS)
  }

  /** Shows what is still to be shown. */
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
