/** Work took longer than its deadline allows. */
export class Overdue extends Error {
  readonly ms: number

  constructor(ms: number) {
    super(`the work took longer than ${ms} ms`)
    this.name = 'Overdue'
    this.ms = ms
  }
}

/** A repeated check. `end` stops it. */
type Watch = { readonly end: () => void }

/** The longest time that work may take. */
export type Deadline = Watch & {
  /** Aborts with Overdue when the time has passed. */
  readonly signal: AbortSignal
}

/** The shortest time between two checks. While the work waits for a connection, its deadline moves on with the clock. */
const LEAST_MS = 100

/** Starts a deadline. `idle_ms` returns how long the work has waited so far for what does not count as work. */
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

/** Calls `look` after `ms`, and again after the milliseconds that `look` returns, until `look` returns undefined. */
export function watchTime(ms: number, look: (now: number) => number | undefined): Watch {
  const turn = (): void => {
    const left = look(Date.now())
    if (left !== undefined) timer = setTimeout(turn, Math.max(left, LEAST_MS))
  }
  let timer = setTimeout(turn, ms)
  return { end: () => clearTimeout(timer) }
}

/** `came`: the promise resolved in time. `late`: the time passed first. */
export type Timely<T> = { readonly kind: 'came'; readonly value: T } | { readonly kind: 'late' }

/** Waits for a promise, but at most `ms`. Rejects if the promise rejects in that time. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<Timely<T>> {
  const { promise: late, resolve } = Promise.withResolvers<Timely<T>>()
  const timer = setTimeout(() => resolve({ kind: 'late' }), ms)
  try {
    return await Promise.race([promise.then((value): Timely<T> => ({ kind: 'came', value })), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Rejects with the signal's reason when the signal aborts. Never resolves. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
