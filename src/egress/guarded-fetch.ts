import type { Fetched, FetchInit, FetchPort } from '../pipelines/fetch.ts'
import { checkAddress, readAllowed } from './address.ts'
import { fail } from './failures.ts'
import { type Answered, type Hop, type HopLimits, visit } from './hop.ts'
import { carriedHeaders } from './redirect.ts'

const MAX_REDIRECTS = 5

export type GuardSettings = Omit<HopLimits, 'left_ms'> & {
  /** Origins that are spared the rules for hosts and ports: `http://127.0.0.1:8788`. */
  readonly allow: readonly string[]
  /** How long a fetch may take in all, its redirects included. What its passage takes is apart. */
  readonly total_ms: number
  readonly passage?: (kind: FetchInit['kind']) => Passage
}

/** Who is asked before each hop of one fetch, and told what came of it. */
export type Passage = {
  /** What it throws ends the fetch. */
  enter(url: URL): Promise<void>
  /** Null: no answer came, or none to its end. `stopped`: who asked did not wait for it. */
  answered(answer: Answered | 'stopped' | null): void
  /** The fetch is over, well or not. Never rejects. */
  leave(): Promise<void>
}

/** Where nobody is asked. */
export const openPassage: Passage = {
  enter: () => Promise.resolve(),
  answered: () => undefined,
  leave: () => Promise.resolve(),
}

/** The one guard for every outgoing fetch: where it may go, how long and how large it may be. */
export function createGuardedFetch(settings: GuardSettings): FetchPort {
  const allowed = readAllowed(settings.allow)
  const check = (address: string, base?: URL): URL => {
    const checked = checkAddress(address, allowed, base)
    if (checked.kind === 'ok') return checked.url
    const whence = base === undefined ? '' : `${base.origin} redirects to where nobody may go. `
    throw fail('egress_refused', `${whence}${checked.message}`)
  }
  return async (address, init) => {
    const first = { url: check(address), headers: new Headers(init.headers) }
    const passage = settings.passage?.(init.kind) ?? openPassage
    try {
      return await follow(first, { ...settings, check, passage, signal: init.signal })
    } finally {
      await passage.leave()
    }
  }
}

type Guard = Omit<GuardSettings, 'passage'> & {
  readonly check: (address: string, base?: URL) => URL
  readonly passage: Passage
  readonly signal: AbortSignal | undefined
}

async function follow(first: Hop, guard: Guard): Promise<Fetched> {
  let hop = first
  let left_ms = guard.total_ms
  const seen = new Set<string>()
  for (;;) {
    seen.add(hop.url.href)
    guard.signal?.throwIfAborted()
    await guard.passage.enter(hop.url)
    const began = Date.now()
    const outcome = await visit(hop, { ...guard, left_ms }, guard.signal)
    left_ms -= Date.now() - began
    guard.passage.answered(outcome.answered ?? (guard.signal?.aborted ? 'stopped' : null))
    if (outcome.kind === 'failed') throw outcome.error
    if (outcome.kind === 'fetched') return outcome.fetched
    const url = guard.check(outcome.location, hop.url)
    if (seen.has(url.href)) throw fail('redirects', `${url.origin} redirects in a circle.`)
    if (seen.size > MAX_REDIRECTS) throw tooMany(first.url)
    hop = { url, headers: carriedHeaders(hop.headers, hop.url, url) }
  }
}

function tooMany(url: URL): Error {
  return fail('redirects', `${url.origin} redirects more than ${MAX_REDIRECTS} times.`)
}
