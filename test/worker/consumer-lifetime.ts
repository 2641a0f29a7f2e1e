import { env } from 'cloudflare:workers'

import type { Env } from '../../src/env.ts'

export function never(): Promise<never> {
  return new Promise(() => {})
}

/**
 * A consumer's access to the runs' objects, which ends with the consumer. After that no call reaches an
 * object, and no answer comes back.
 */
export class ConsumerLifetime {
  readonly runs: Env['RUNS'] = new Proxy(env.RUNS, {
    get: (target, key) =>
      key === 'getByName'
        ? (name: string) => this.untilEnd(target.getByName(name))
        : Reflect.get(target, key),
  })
  private readonly death = Promise.withResolvers<void>()
  private over = false

  get ended(): Promise<void> {
    return this.death.promise
  }

  get isOver(): boolean {
    return this.over
  }

  end(): void {
    this.over = true
    this.death.resolve()
  }

  private untilEnd<T extends object>(stub: T): T {
    return new Proxy(stub, {
      get:
        (target, key) =>
        async (...request: unknown[]) => {
          if (this.over) return never()
          const method: unknown = Reflect.get(target, key)
          if (typeof method !== 'function') throw new TypeError(`${String(key)} is no method`)
          const answer: unknown = await Reflect.apply(method, target, request)
          return this.over ? never() : answer
        },
    })
  }
}
