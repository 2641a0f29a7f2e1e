import { pause } from '../pause.ts'
import { type FetchPort, MustWait } from '../pipelines/fetch.ts'

/** How long a plan waits where it is; for longer, it is given back. */
const PATIENCE_MS = 10_000
/** Between two tries. */
const LEAST_MS = 50
const TRIES = 100

/**
 * A listing of many pages would begin again at the first each time it is given back, and never
 * come to its end at a page a second. So a plan waits out short pauses, under its own lease.
 */
export function patientFetch(fetch: FetchPort, signal: AbortSignal): FetchPort {
  return async (url, init) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await fetch(url, init)
      } catch (error) {
        if (!(error instanceof MustWait) || tries === TRIES) throw error
        const wait = error.wait_ms ?? error.until - Date.now()
        if (wait > PATIENCE_MS) throw error
        await pause(Math.max(LEAST_MS, wait), signal)
      }
    }
  }
}
