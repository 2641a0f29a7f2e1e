import pLimit from 'p-limit'

/**
 * Cloudflare lets six requests of one invocation wait for the head of their response. It queues the
 * seventh while that request's time-out runs (docs/decisions/0015-connections.md).
 */
export const CONNECTIONS = 6

type Waiting = {
  /** An abort rejects a waiting caller with the signal's reason; its call is never made. */
  readonly signal?: AbortSignal | undefined
  /** Counts the time until the call is made. */
  readonly idle?: Idle | undefined
}

/** Makes a limited number of calls at once. The others wait in the order in which they came. */
export type Gate = <T>(call: () => Promise<T>, waiting?: Waiting) => Promise<T>

export function createGate(at_once: number): Gate {
  const limit = pLimit(at_once)
  return async (call, { signal, idle } = {}) => {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof call>>>()
    const leave = (): void => {
      idle?.end()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    idle?.begin()
    const turn = limit(async () => {
      if (signal?.aborted) return
      signal?.removeEventListener('abort', leave)
      idle?.end()
      resolve(await call())
    })
    turn.catch(reject)
    return promise
  }
}

/** A gate without a limit. */
export const openGate: Gate = (call) => call()

/** Counts how long one caller has waited at gates. Waits that overlap count once. */
export class Idle {
  private before_ms = 0
  private since = 0
  private waits = 0

  begin(): void {
    if (this.waits === 0) this.since = Date.now()
    this.waits += 1
  }

  end(): void {
    this.waits -= 1
    if (this.waits === 0) this.before_ms += Date.now() - this.since
  }

  get ms(): number {
    return this.before_ms + (this.waits === 0 ? 0 : Date.now() - this.since)
  }
}
