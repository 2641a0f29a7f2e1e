import type { Fetched, FetchOptions, FetchPort } from '../pipelines/fetch.ts'
import { checkAddress, readAllowed } from './address.ts'
import { fail } from './failures.ts'
import { type Answered, type Hop, type HopLimits, visit } from './hop.ts'
import { carriedHeaders } from './redirect.ts'

const MAX_REDIRECTS = 5

export type GuardSettings = Omit<HopLimits, 'left_ms'> & {
  /** The rules for hosts and ports do not apply to these origins, for example `http://127.0.0.1:8788`. */
  readonly allow: readonly string[]
  /** The most milliseconds for a fetch with all its redirects. The waits for admission do not count. */
  readonly total_ms: number
  readonly admission?: (fetching: Pick<FetchOptions, 'kind' | 'owner' | 'share'>) => Admission
}

/** Admits each hop of one fetch before it starts, and hears how the host answered. */
export type Admission = {
  /** Waits until the hop may start. An error that this throws ends the fetch. */
  enter(url: URL): Promise<void>
  /**
   * Called after each hop with the host's answer: null if no answer came or the answer broke off, `stopped` if the
   * caller stopped the fetch before an answer came.
   */
  answered(answer: Answered | 'stopped' | null): void
  /** Called when the fetch is over, whether it succeeded or failed. Never rejects. */
  leave(): Promise<void>
}

/** Admits every hop. */
export const openAdmission: Admission = {
  enter: () => Promise.resolve(),
  answered: () => undefined,
  leave: () => Promise.resolve(),
}

/** Guards every outgoing fetch: checks the address and limits the time, the size and the redirects. */
export function createGuardedFetch(settings: GuardSettings): FetchPort {
  const allowed = readAllowed(settings.allow)
  const check = (address: string, base?: URL): URL => {
    const checked = checkAddress(address, allowed, base)
    if (checked.kind === 'ok') return checked.url
    const whence =
      base === undefined ? '' : `${base.origin} redirects to an address that may not be fetched. `
    throw fail('egress_refused', `${whence}${checked.message}`)
  }
  return async (address, init) => {
    const { body, redirect, take } = init
    const first: Hop = {
      url: check(address),
      headers: new Headers(init.headers),
      ...(body === undefined ? {} : { body }),
      ...(redirect === undefined ? {} : { redirect }),
      ...(take === undefined ? {} : { take }),
    }
    const admission = settings.admission?.(init) ?? openAdmission
    try {
      return await follow(first, { ...settings, check, admission, signal: init.signal })
    } finally {
      await admission.leave()
    }
  }
}

type Guard = Omit<GuardSettings, 'admission'> & {
  readonly check: (address: string, base?: URL) => URL
  readonly admission: Admission
  readonly signal: AbortSignal | undefined
}

async function follow(first: Hop, guard: Guard): Promise<Fetched> {
  let hop = first
  let left_ms = guard.total_ms
  const seen = new Set<string>()
  for (;;) {
    seen.add(hop.url.href)
    guard.signal?.throwIfAborted()
    await guard.admission.enter(hop.url)
    const began = Date.now()
    const outcome = await visit(hop, { ...guard, left_ms }, guard.signal)
    left_ms -= Date.now() - began
    guard.admission.answered(outcome.answered ?? (guard.signal?.aborted ? 'stopped' : null))
    if (outcome.kind === 'failed') throw outcome.error
    if (outcome.kind === 'fetched') return outcome.fetched
    const url = guard.check(outcome.location, hop.url)
    if (seen.has(url.href)) throw fail('redirects', `${url.origin} redirects in a circle.`)
    if (seen.size > MAX_REDIRECTS) throw tooMany(first.url)
    const { take } = hop
    const headers = carriedHeaders(hop.headers, hop.url, url)
    hop = { url, headers, ...(take === undefined ? {} : { take }) }
  }
}

function tooMany(url: URL): Error {
  return fail('redirects', `${url.origin} redirects more than ${MAX_REDIRECTS} times.`)
}
