import { pause } from '../../pause.ts'

/** Work that failed this often is left to the object's next transaction, or to its next start. */
const TRIES = 6

type Tries = {
  /** How long to wait after the first failure. The wait doubles with each further one. */
  readonly backoff_ms: number
  readonly failed: (error: unknown) => void
}

/** Does work that is safe to repeat until it succeeds. Reports each failure, and never rejects. */
export async function tryRepeatedly(
  work: () => Promise<void>,
  { backoff_ms, failed }: Tries,
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await work()
    } catch (error) {
      failed(error)
    }
    await pause(backoff_ms * 2 ** tries)
  }
}
