import { pause } from '../pause.ts'
import { unavailable } from './problem.ts'

const TRIES = 3
const BACKOFF_MS = 50

/**
 * Calls a run's object, again where the platform says that it may help, with full jitter. The
 * call must be safe to repeat, and must take its stub anew: a broken one stays broken.
 */
export async function callRun<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call()
    } catch (error) {
      if (!isTransient(error)) throw error
      if (is(error, 'overloaded') || tries === TRIES) throw unavailable('The run', error)
    }
    await pause(Math.random() * BACKOFF_MS * 2 ** tries)
  }
}

function isTransient(error: unknown): boolean {
  return is(error, 'retryable') || is(error, 'overloaded')
}

/** The platform marks its own errors: https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ */
function is(error: unknown, mark: 'retryable' | 'overloaded'): boolean {
  return error instanceof Error && Reflect.get(error, mark) === true
}
