/** What a promise came to within a time, or that it has not yet. Its rejection is passed on. */
export type Timely<T> = { readonly kind: 'came'; readonly value: T } | { readonly kind: 'late' }

export async function within<T>(promise: Promise<T>, ms: number): Promise<Timely<T>> {
  const { promise: late, resolve } = Promise.withResolvers<Timely<T>>()
  const timer = setTimeout(() => resolve({ kind: 'late' }), ms)
  try {
    return await Promise.race([promise.then((value): Timely<T> => ({ kind: 'came', value })), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Rejects with the signal's reason when it is aborted. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
