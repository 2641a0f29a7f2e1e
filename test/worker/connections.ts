import { AsyncLocalStorage } from 'node:async_hooks'

import pLimit from 'p-limit'

import type { Env } from '../../src/env.ts'

/** Cloudflare lets this many requests of one invocation wait for the head of their response. */
const AT_ONCE = 6

/** A request that had to wait, and its wait in milliseconds. */
type Queued = { readonly what: string; readonly ms: number }

declare global {
  // The Worker under test may have loaded another copy of this module.
  var queuedConnections: Queued[] | undefined
  var mostConnections: number | undefined
  var fetchItself: typeof fetch | undefined
}
const queued = (globalThis.queuedConnections ??= [])
const fetchItself = (globalThis.fetchItself ??= fetch)

/** Returns the requests that had to wait since the last call. */
export function takeQueued(): Queued[] {
  return queued.splice(0)
}

/** Returns the highest number of connections of one invocation since the last call. */
export function takeMost(): number {
  const most = globalThis.mostConnections ?? 0
  globalThis.mostConnections = 0
  return most
}

/** The connections of one invocation or of one object. All requests of an object share them. */
export class Connections {
  private readonly limit = pLimit(AT_ONCE)

  ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    const since = Date.now()
    const full = this.limit.activeCount === AT_ONCE
    return this.limit(() => {
      if (full) queued.push({ what, ms: Date.now() - since })
      globalThis.mostConnections = Math.max(globalThis.mostConnections ?? 0, this.limit.activeCount)
      return call()
    })
  }
}

const current = new AsyncLocalStorage<Connections>()

/** Runs an invocation under Cloudflare's limit, because workerd does not enforce it. */
export function invoke<T>(work: () => T): T {
  return current.run(new Connections(), work)
}

globalThis.fetch = (input, init) => {
  const answer = (): Promise<Response> => fetchItself(input, init)
  const connections = current.getStore()
  if (connections === undefined) return answer()
  const url = input instanceof Request ? input.url : String(input)
  const asked = connections.ask(`fetch of ${url}`, answer)
  const { signal } = init ?? {}
  return signal ? Promise.race([asked, aborted(signal)]) : asked
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections */
const COUNTED = new Set<PropertyKey>([
  'get',
  'put',
  'head',
  'list',
  'delete',
  'createMultipartUpload',
  'uploadPart',
  'complete',
  'abort',
  'send',
  'sendBatch',
])

/** True for the buckets, and for each queue. */
function isCounted(name: string): boolean {
  return name === 'BLOBS' || name === 'FILES' || name.endsWith('_QUEUE')
}

const known = new WeakMap<Env, Env>()

/**
 * Returns the bindings for all invocations. They are the same object each time, because the Worker keeps
 * its app by its bindings.
 */
export function boundBy(env: Env): Env {
  const bound = known.get(env) ?? bind(env, () => current.getStore())
  known.set(env, bound)
  return bound
}

/** Wraps bindings so that their calls take these connections. */
export function bind(env: Env, connections: () => Connections | undefined): Env {
  const counted = Object.entries(env)
    .filter(([name]) => isCounted(name))
    .map(([name, binding]) => [name, count(name, Object(binding), connections)])
  return { ...env, ...Object.fromEntries(counted) }
}

function count<T extends object>(
  name: string,
  binding: T,
  connections: () => Connections | undefined,
): T {
  return new Proxy(binding, {
    get(of, key) {
      const member: unknown = Reflect.get(of, key)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        const call = async (): Promise<unknown> => Reflect.apply(member, of, args)
        const asked = connections()
        const answer =
          asked === undefined || !COUNTED.has(key)
            ? await call()
            : await asked.ask(`${name}.${String(key)}`, call)
        return key === 'createMultipartUpload' ? count(name, Object(answer), connections) : answer
      }
    },
  })
}
