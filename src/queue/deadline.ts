import { Overdue } from './crash.ts'

/** A time that work may take. */
export type Deadline = {
  /** Aborted with Overdue when it has passed. */
  readonly signal: AbortSignal
  end(): void
}

/** While the work waits it moves on all the time, and need not be looked at as often. */
const LEAST_MS = 100

/** `idle_ms`: how much of the time so far is not the work's. */
export function startDeadline(ms: number, idle_ms: () => number): Deadline {
  const controller = new AbortController()
  const begun = Date.now()
  let timer: ReturnType<typeof setTimeout> | null = null
  const watch = (): void => {
    const left = begun + ms + idle_ms() - Date.now()
    if (left > 0) timer = setTimeout(watch, Math.max(left, LEAST_MS))
    else controller.abort(new Overdue(ms))
  }
  watch()
  return {
    signal: controller.signal,
    end() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
