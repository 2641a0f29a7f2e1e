import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGuardedFetch, openAdmission } from '../../src/egress/guarded-fetch.ts'
import { failureOf, GuardedHosts, LIMITS } from '../support/guarded-hosts.ts'
import { startHostile } from '../support/hostile.ts'

let hosts: GuardedHosts

beforeAll(async () => {
  hosts = await GuardedHosts.start()
})

afterAll(() => hosts?.close())

const api = { kind: 'api' } as const

describe('each failure has a code and a sentence, and frees its connection:', () => {
  test('a forbidden address, before any request', async () => {
    let asked = 0
    const admission = () => ({ ...openAdmission, enter: async () => void asked++ })
    const failure = await failureOf(hosts.guard({ admission })('http://10.1.2.3/', api))
    expect(failure).toMatchObject({
      code: 'egress_refused',
      retryable: false,
      message: '10.1.2.3 is a private address, and only public addresses are fetched.',
    })
    expect(asked).toBe(0)
  })

  test('a head that does not come', async () => {
    const failure = await failureOf(hosts.guard({ first_byte_ms: 100 })(`${hosts.one}/never`, api))
    expect(failure).toMatchObject({
      code: 'first_byte_timeout',
      retryable: true,
      message: `${hosts.one} did not answer within 0.1 s.`,
    })
    await hosts.dropped('/never')
  })

  test('a drip', async () => {
    const failure = await failureOf(hosts.guard({ total_ms: 200 })(`${hosts.one}/drip`, api))
    expect(failure).toMatchObject({ code: 'fetch_timeout', retryable: true })
    await hosts.dropped('/drip')
  })

  test('a fetch that takes too long as a whole, although each hop is quick', async () => {
    const failure = await failureOf(hosts.guard({ total_ms: 250 })(`${hosts.one}/slow?5`, api))
    expect(failure).toMatchObject({
      code: 'fetch_timeout',
      retryable: true,
      message: `${hosts.one} did not finish its answer in time.`,
    })
  })

  test('a bomb, long before it is unpacked', async () => {
    const failure = await failureOf(hosts.guard()(`${hosts.one}/bomb`, api))
    expect(failure).toMatchObject({
      code: 'too_large',
      retryable: false,
      message: `The answer of ${hosts.one} is larger than 1 MB.`,
    })
  })

  test('an endless body', async () => {
    const failure = await failureOf(hosts.guard()(`${hosts.one}/endless`, api))
    expect(failure).toMatchObject({ code: 'too_large', retryable: false })
    expect(await hosts.dropped('/endless')).toBeLessThan(32 * 1024 * 1024)
  })

  test('a declared length that is too large, without reading', async () => {
    const failure = await failureOf(hosts.guard()(`${hosts.one}/declared`, api))
    expect(failure).toMatchObject({ code: 'too_large', retryable: false })
    expect(await hosts.dropped('/declared')).toBeLessThan(32 * 1024 * 1024)
  })

  test.each(['/corrupt', '/cut'])('%s: an answer that does not come whole', async (path) => {
    const failure = await failureOf(hosts.guard()(`${hosts.one}${path}`, api))
    expect(failure).toMatchObject({
      code: 'unreachable',
      retryable: true,
      message: `The answer of ${hosts.one} was cut off or damaged.`,
      cause: expect.any(Error),
    })
  })

  test('an unreachable host', async () => {
    const closed = await startHostile()
    await closed.close()
    const fetching = createGuardedFetch({ ...LIMITS, allow: [closed.origin] })(closed.origin, api)
    expect(await failureOf(fetching)).toMatchObject({
      code: 'unreachable',
      retryable: true,
      message: `${closed.origin} could not be reached.`,
      cause: expect.any(Error),
    })
  })

  test('a connection that is reset before the answer', async () => {
    const failure = await failureOf(hosts.guard()(`${hosts.one}/reset`, api))
    expect(failure).toMatchObject({ code: 'unreachable', retryable: true })
  })
})

describe('the caller’s signal', () => {
  const reason = { why: 'the lease is lost' }

  /** Fetches this path with a signal that aborts at the given moment. */
  function stopped(path: string, at: 'asked' | 'answered') {
    const stop = new AbortController()
    const settings = { ...LIMITS, allow: [hosts.one] }
    const stoppable = createGuardedFetch({
      ...settings,
      fetch: async (url, init) => {
        const asking = fetch(url, init)
        if (at === 'answered') await asking
        queueMicrotask(() => stop.abort(reason))
        return asking
      },
    })
    return stoppable(`${hosts.one}${path}`, { ...api, signal: stop.signal })
  }

  test('ends the wait for an answer with its own reason', async () => {
    await expect(stopped('/never', 'asked')).rejects.toBe(reason)
  })

  test('ends the reading of an answer with its own reason, and frees its connection', async () => {
    await expect(stopped('/drip', 'answered')).rejects.toBe(reason)
    await hosts.dropped('/drip')
  })

  test('that was aborted before ends the fetch without a request', async () => {
    let asked = 0
    const admission = () => ({ ...openAdmission, enter: async () => void asked++ })
    const signal = AbortSignal.abort(reason)
    await expect(hosts.guard({ admission })(hosts.one, { ...api, signal })).rejects.toBe(reason)
    expect(asked).toBe(0)
  })
})
