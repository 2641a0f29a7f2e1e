import type { TabLocks } from '../../src/client/tabs/tabs.ts'

type Options = Parameters<TabLocks['request']>[1]
type Granted = Parameters<TabLocks['request']>[2]

type Request = {
  readonly name: string
  readonly tab: string
  readonly granted: Granted
  readonly settle: PromiseWithResolvers<unknown>
}

/** A browser's exclusive locks, for tabs in one process. */
export class MemoryLocks {
  readonly #held = new Map<string, Request>()
  readonly #dead = new Set<string>()
  #waiting: Request[] = []

  /** One tab's access to the locks. */
  of(tab: string): TabLocks {
    return { request: (name, options, granted) => this.#request({ name, tab, granted }, options) }
  }

  /** Ends a tab: its locks are released, and its requests are dropped, later ones too. */
  kill(tab: string): void {
    this.#dead.add(tab)
    this.#waiting = this.#waiting.filter((request) => request.tab !== tab)
    for (const request of this.#held.values()) if (request.tab === tab) this.#release(request)
  }

  holderOf(name: string): string | undefined {
    return this.#held.get(name)?.tab
  }

  async #request(
    { name, tab, granted }: Omit<Request, 'settle'>,
    { ifAvailable = false, signal }: Options,
  ): Promise<unknown> {
    if (ifAvailable && signal) throw new DOMException('not together', 'NotSupportedError')
    signal?.throwIfAborted()
    // A browser decides in another process, so the answer comes later.
    await Promise.resolve()
    if (this.#dead.has(tab)) return new Promise(() => undefined)
    const isFree = !this.#held.has(name) && this.#waiting.every((one) => one.name !== name)
    if (ifAvailable && !isFree) return granted(null)
    const request = { name, tab, granted, settle: Promise.withResolvers<unknown>() }
    const leave = (): void => this.#leave(request, signal?.reason)
    signal?.addEventListener('abort', leave)
    this.#waiting.push(request)
    if (signal?.aborted === true) leave()
    this.#grant(name)
    return request.settle.promise
  }

  /** Ends a waiting request when its signal aborts. The signal releases no lock. */
  #leave(request: Request, reason: unknown): void {
    if (!this.#waiting.includes(request)) return
    this.#waiting = this.#waiting.filter((one) => one !== request)
    request.settle.reject(reason)
  }

  #grant(name: string): void {
    const request = this.#waiting.find((one) => one.name === name)
    if (request === undefined || this.#held.has(name)) return
    this.#waiting = this.#waiting.filter((one) => one !== request)
    this.#held.set(name, request)
    const { granted, settle } = request
    const done = granted({ name, mode: 'exclusive' })
    void done.then(settle.resolve, settle.reject).finally(() => this.#release(request))
  }

  #release(request: Request): void {
    if (this.#held.get(request.name) !== request) return
    this.#held.delete(request.name)
    queueMicrotask(() => this.#grant(request.name))
  }
}
