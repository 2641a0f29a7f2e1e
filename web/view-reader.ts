import type { RunId } from '../src/protocol/ids.ts'
import { RunView } from '../src/protocol/run.ts'
import { request } from './request.ts'

const APART_MS = 2_000

/** Reads `GET /api/runs/:id` when wanted, one at a time, and no more often than every two seconds. */
export class ViewReader {
  readonly #run_id: RunId
  readonly #take: (view: RunView | undefined, error: unknown) => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #reading = false
  #wanted: 'no' | 'soon' | 'now' = 'no'
  #stopped = false
  #readAt = 0

  constructor(run_id: RunId, take: (view: RunView | undefined, error: unknown) => void) {
    this.#run_id = run_id
    this.#take = take
  }

  want(when: 'soon' | 'now'): void {
    if (this.#stopped || this.#wanted === 'now' || this.#wanted === when) return
    this.#wanted = when
    if (!this.#reading) this.#plan(when)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #plan(when: 'soon' | 'now'): void {
    clearTimeout(this.#timer)
    const wait = when === 'now' ? 0 : Math.max(0, this.#readAt + APART_MS - Date.now())
    this.#timer = setTimeout(() => void this.#read(), wait)
  }

  async #read(): Promise<void> {
    this.#reading = true
    this.#wanted = 'no'
    const answer = await readView(this.#run_id)
    this.#reading = false
    this.#readAt = Date.now()
    if (this.#stopped) return
    this.#take(answer.view, answer.error)
    const wanted = this.#pending()
    if (wanted !== 'no') this.#plan(wanted)
  }

  // A method, since the compiler does not see that `#wanted` may have changed during the read.
  #pending(): 'no' | 'soon' | 'now' {
    return this.#wanted
  }
}

type ViewAnswer = { readonly view?: RunView; readonly error?: unknown }

export async function readView(run_id: RunId): Promise<ViewAnswer> {
  try {
    return { view: await request(`/api/runs/${run_id}`, RunView) }
  } catch (error) {
    return { error }
  }
}
