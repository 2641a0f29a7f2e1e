/** Waits so many milliseconds. Rejects with the signal's reason once the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const abort = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/**
 * Lets all other work have its turn. In a Worker the clock stands still while code runs: no timer fires and
 * no report leaves until the code waits.
 */
export function nextTurn(signal?: AbortSignal): Promise<void> {
  return pause(0, signal)
}
