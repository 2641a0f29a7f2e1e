import pLimit from 'p-limit'

/**
 * As many requests of one invocation wait for the head of their answer at once on Cloudflare. The
 * platform queues the next one, whose time-out runs meanwhile (docs/decisions/0010-connections.md).
 */
export const CONNECTIONS = 6

type Waiting = {
  /** Aborted, it rejects who still waits with its reason, and nothing is called. */
  readonly signal?: AbortSignal | undefined
  /** Counts how long it took to be let through. */
  readonly idle?: Idle | undefined
}

/** Lets so many calls through at once, the others in the order in which they came. */
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
    const let_through = limit(async () => {
      if (signal?.aborted) return
      signal?.removeEventListener('abort', leave)
      idle?.end()
      resolve(await call())
    })
    let_through.catch(reject)
    return promise
  }
}

/** Limits nothing. */
export const openGate: Gate = (call) => call()

/** How long somebody has waited for others; several waits at the same time count once. */
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
