import { Overdue } from './crash.ts'

/** A check that is made from time to time, until `end`. */
type Watch = { readonly end: () => void }

/** A time that work may take. */
export type Deadline = Watch & {
  /** Aborted with Overdue when it has passed. */
  readonly signal: AbortSignal
}

/** While the work waits it moves on all the time, and need not be looked at as often. */
const LEAST_MS = 100

/** `idle_ms`: how much of the time so far is not the work's. */
export function startDeadline(ms: number, idle_ms: () => number): Deadline {
  const controller = new AbortController()
  const begun = Date.now()
  const watch = watchTime(ms, (now) => {
    const left = begun + ms + idle_ms() - now
    if (left > 0) return left
    controller.abort(new Overdue(ms))
    return undefined
  })
  return { ...watch, signal: controller.signal }
}

/** Calls `look` after `ms`, and again after the milliseconds that it answers, until it answers none. */
export function watchTime(ms: number, look: (now: number) => number | undefined): Watch {
  const turn = (): void => {
    const left = look(Date.now())
    if (left !== undefined) timer = setTimeout(turn, Math.max(left, LEAST_MS))
  }
  let timer = setTimeout(turn, ms)
  return { end: () => clearTimeout(timer) }
}
