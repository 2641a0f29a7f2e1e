import { describe, expect, inject, it } from 'vitest'

import { checkAddress } from '../../../src/egress/address.ts'
import { createGuardedFetch } from '../../../src/egress/guarded-fetch.ts'
import { FetchFailure } from '../../../src/pipelines/fetch.ts'
import { PUBLIC, REFUSED, UNREADABLE } from '../../support/addresses.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of the server in test/support/hostile.ts. */
    hostile: string
  }
}

const LIMITS = { first_byte_ms: 60_000, total_ms: 60_000, max_bytes: 1024 * 1024 }
const origin = inject('hostile')

type Limits = Partial<typeof LIMITS>

function fetching(path: string, limits: Limits = {}) {
  const guarded = createGuardedFetch({ ...LIMITS, allow: [origin], ...limits })
  return guarded(`${origin}${path}`, { kind: 'api' })
}

async function textAt(path: string): Promise<string> {
  return new TextDecoder().decode((await fetching(path)).body)
}

async function failureAt(path: string, limits: Limits = {}) {
  const error = await fetching(path, limits).catch((thrown: unknown) => thrown)
  if (!(error instanceof FetchFailure))
    throw new Error('the fetch did not end with a FetchFailure', { cause: error })
  return error.failure
}

/** Waits until the runtime has dropped an answer of this path. Returns the number of written bytes. */
async function dropped(path: string): Promise<number> {
  return Number(await (await fetch(`${origin}/closed?${path}`)).text())
}

function passed(list: readonly string[]): string[] {
  return list.filter((address) => checkAddress(address, new Set()).kind === 'ok')
}

describe('in workerd, the guard', () => {
  it('reads an answer to its end, decompressed, and gets a redirect as an answer', async () => {
    expect(await textAt('/zipped?abc')).toBe('abc'.repeat(1000))
    const fetched = await fetching('/to?/a')
    expect(fetched).toMatchObject({ status: 200, url: `${origin}/a` })
    expect((await failureAt('/to?http://10.0.0.1/')).code).toBe('egress_refused')
    expect((await failureAt('/ping')).code).toBe('redirects')
    expect((await failureAt('/count?6')).code).toBe('redirects')
  })

  it('sends its user agent, and no other header', async () => {
    const headers = JSON.parse(await textAt('/headers'))
    expect(headers).toMatchObject({ 'user-agent': 'runcast' })
    expect(headers).not.toHaveProperty('cookie')
  })

  it('stops a bomb', async () => {
    expect(await failureAt('/bomb')).toMatchObject({ code: 'too_large', retryable: false })
  })

  it('stops a drip, and frees its connection', async () => {
    const failure = await failureAt('/drip', { total_ms: 200 })
    expect(failure).toMatchObject({ code: 'fetch_timeout', retryable: true })
    await dropped('/drip')
  })

  it.each(['/endless', '/declared'])('stops %s, and frees its connection', async (path) => {
    expect(await failureAt(path)).toMatchObject({ code: 'too_large', retryable: false })
    expect(await dropped(path)).toBeLessThan(64 * 1024 * 1024)
  })

  it('does not read the body of a redirect, and frees its connection', async () => {
    expect((await fetching('/endless-redirect')).url).toBe(`${origin}/headers`)
    expect(await dropped('/endless-redirect')).toBeLessThan(64 * 1024 * 1024)
  })

  it('limits the wait for a head', async () => {
    const failure = await failureAt('/never', { first_byte_ms: 100 })
    expect(failure).toMatchObject({ code: 'first_byte_timeout', retryable: true })
    await dropped('/never')
  })

  it.each(['/corrupt', '/cut', '/truncated'])(
    'reports %s as an incomplete answer',
    async (path) => {
      const failure = await failureAt(path)
      expect(failure).toMatchObject({ code: 'unreachable', retryable: true })
      expect(failure.message).toMatch(/cut off or damaged/)
    },
  )

  it('reports a reset as an unreachable host', async () => {
    expect(await failureAt('/reset')).toMatchObject({ code: 'unreachable', retryable: true })
  })

  it('ends with the reason of the caller’s signal', async () => {
    const reason = new Error('the lease is lost')
    const stop = new AbortController()
    const guarded = createGuardedFetch({
      ...LIMITS,
      allow: [origin],
      fetch: async (url, init) => {
        const response = await fetch(url, init)
        queueMicrotask(() => stop.abort(reason))
        return response
      },
    })
    const stopped = guarded(`${origin}/drip`, { kind: 'api', signal: stop.signal })
    await expect(stopped).rejects.toBe(reason)
    await dropped('/drip')
  })

  it('reads addresses as in Node', () => {
    expect(passed([...Object.values(REFUSED).flat(), ...UNREADABLE])).toEqual([])
    expect(passed(PUBLIC)).toEqual(PUBLIC)
  })
})
