import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGuardedFetch, openPassage, type Passage } from '../../src/egress/guarded-fetch.ts'
import { FetchFailure } from '../../src/pipelines/fetch.ts'
import { type Hostile, startHostile } from '../support/hostile.ts'

const LIMITS = { first_byte_ms: 5_000, total_ms: 5_000, max_bytes: 1024 * 1024 }
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

let one: Hostile
let other: Hostile

beforeAll(async () => {
  one = await startHostile()
  other = await startHostile()
})

afterAll(async () => {
  await Promise.all([one.close(), other.close()])
})

/** The guard with both servers allowed, and the limits that a test is about. */
function guard(limits: Partial<typeof LIMITS> & { passage?: () => Passage } = {}) {
  return createGuardedFetch({ ...LIMITS, allow: [one.origin, other.origin], ...limits })
}

type Fetching = ReturnType<ReturnType<typeof guard>>

async function failureOf(fetching: Fetching) {
  const error = await fetching.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof FetchFailure)) throw new Error('it did not fail so', { cause: error })
  return { ...error.failure, cause: error.cause }
}

/** Resolves when the client has dropped an answer of this path: how many bytes were written. */
async function dropped(path: string): Promise<number> {
  return Number(await (await fetch(`${one.origin}/closed?${path}`)).text())
}

async function headersAt(url: string, headers: Record<string, string> = {}) {
  const { body } = await guard()(url, { kind: 'api', headers })
  return JSON.parse(text(body))
}

const api = { kind: 'api' } as const

describe('an answer', () => {
  test('is read to its end, decompressed, with its status, address and headers', async () => {
    const fetched = await guard()(`${one.origin}/zipped?abc`, api)
    expect(fetched).toMatchObject({ status: 200, url: `${one.origin}/zipped?abc` })
    expect(text(fetched.body)).toBe('abc'.repeat(1000))
    expect(fetched.headers.get('content-encoding')).toBe('gzip')
  })

  test.each([404, 429, 500, 503])('of status %i is an answer', async (status) => {
    const fetched = await guard()(`${one.origin}/status?${status}`, api)
    expect([fetched.status, text(fetched.body)]).toEqual([status, 'no'])
    expect(fetched.headers.get('retry-after')).toBe('120')
  })

  test('of 304 has an empty body', async () => {
    const fetched = await guard()(`${one.origin}/status?304`, api)
    expect([fetched.status, fetched.body.byteLength]).toEqual([304, 0])
  })

  test('of a redirect’s status without a place to go is an answer', async () => {
    expect((await guard()(`${one.origin}/status?302`, api)).status).toBe(302)
  })

  test('may be exactly as large as the limit', async () => {
    const { body } = await guard({ max_bytes: 3000 })(`${one.origin}/zipped?abc`, api)
    expect(body.byteLength).toBe(3000)
    const tight = guard({ max_bytes: 2999 })(`${one.origin}/zipped?abc`, api)
    expect((await failureOf(tight)).code).toBe('too_large')
  })
})

describe('a request', () => {
  test('carries what the caller gave, and always our own name', async () => {
    const given = { accept: 'text/html', 'if-none-match': '"1"', 'User-Agent': 'somebody' }
    expect(await headersAt(`${one.origin}/headers`, given)).toMatchObject({
      accept: 'text/html',
      'if-none-match': '"1"',
      'user-agent': 'runcast',
    })
  })

  const given = {
    accept: 'text/html',
    'if-none-match': '"1"',
    authorization: 'Bearer secret',
    'proxy-authorization': 'secret',
    cookie: 'a=b',
    'x-own': 'c',
  }

  test('takes its own headers along within an origin, but no credentials', async () => {
    const there = await headersAt(`${one.origin}/to?/headers`, given)
    expect(there).toMatchObject({ accept: 'text/html', 'if-none-match': '"1"', 'x-own': 'c' })
    for (const name of ['authorization', 'proxy-authorization', 'cookie'])
      expect(there).not.toHaveProperty(name)
  })

  test.each([
    ['to another origin', () => `${other.origin}/headers`],
    ['there and back', () => `${other.origin}/to?${one.origin}/headers`],
  ])('takes only what it accepts along %s', async (_, target) => {
    const there = await headersAt(`${one.origin}/to?${encodeURIComponent(target())}`, given)
    expect(there).toMatchObject({ accept: 'text/html', 'user-agent': 'runcast' })
    for (const name of Object.keys(given).slice(1)) expect(there).not.toHaveProperty(name)
  })
})

describe('a redirect', () => {
  test('is followed five times, not six', async () => {
    const fetched = await guard()(`${one.origin}/count?5`, api)
    expect([fetched.url, text(fetched.body)]).toEqual([`${one.origin}/count?0`, 'there'])
    const failure = await failureOf(guard()(`${one.origin}/count?6`, api))
    expect(failure).toMatchObject({ code: 'redirects', retryable: false })
    expect(failure.message).toBe(`${one.origin} redirects more than 5 times.`)
  })

  test('in a circle is seen at once', async () => {
    const hops: string[] = []
    const passage = () => ({
      ...openPassage,
      enter: async (url: URL) => void hops.push(url.pathname),
    })
    const failure = await failureOf(guard({ passage })(`${one.origin}/ping`, api))
    expect(failure).toMatchObject({ code: 'redirects', retryable: false })
    expect(failure.message).toMatch(/in a circle/)
    expect(hops).toEqual(['/ping', '/pong'])
  })

  test.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost:1/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'http://',
  ])('to %s is refused', async (target) => {
    const failure = await failureOf(guard()(`${one.origin}/to?${encodeURIComponent(target)}`, api))
    expect(failure).toMatchObject({ code: 'egress_refused', retryable: false })
    expect(failure.message).toContain(`${one.origin} redirects to`)
  })

  test('with an endless body is followed, and its connection freed', async () => {
    const fetched = await guard()(`${one.origin}/endless-redirect`, api)
    expect(fetched.url).toBe(`${one.origin}/headers`)
    expect(await dropped('/endless-redirect')).toBeLessThan(32 * 1024 * 1024)
  })
})

describe('what goes wrong has a code, a sentence, and frees its connection:', () => {
  test('an address that may not be fetched, before anything is asked', async () => {
    let asked = 0
    const passage = () => ({ ...openPassage, enter: async () => void asked++ })
    const failure = await failureOf(guard({ passage })('http://10.1.2.3/', api))
    expect(failure).toMatchObject({
      code: 'egress_refused',
      retryable: false,
      message: '10.1.2.3 is a private address, and only public addresses are fetched.',
    })
    expect(asked).toBe(0)
  })

  test('a head that does not come', async () => {
    const failure = await failureOf(guard({ first_byte_ms: 100 })(`${one.origin}/never`, api))
    expect(failure).toMatchObject({
      code: 'first_byte_timeout',
      retryable: true,
      message: `${one.origin} did not answer within 0.1 s.`,
    })
    await dropped('/never')
  })

  test('a drip', async () => {
    const failure = await failureOf(guard({ total_ms: 200 })(`${one.origin}/drip`, api))
    expect(failure).toMatchObject({ code: 'fetch_timeout', retryable: true })
    await dropped('/drip')
  })

  test('the whole of a fetch that takes too long, though each of its hops is quick', async () => {
    const failure = await failureOf(guard({ total_ms: 250 })(`${one.origin}/slow?5`, api))
    expect(failure).toMatchObject({
      code: 'fetch_timeout',
      retryable: true,
      message: `${one.origin} did not come to the end of its answer in time.`,
    })
  })

  test('a bomb, long before it is unpacked', async () => {
    const failure = await failureOf(guard()(`${one.origin}/bomb`, api))
    expect(failure).toMatchObject({
      code: 'too_large',
      retryable: false,
      message: `The answer of ${one.origin} is larger than 1 MB.`,
    })
  })

  test('an endless body', async () => {
    const failure = await failureOf(guard()(`${one.origin}/endless`, api))
    expect(failure).toMatchObject({ code: 'too_large', retryable: false })
    expect(await dropped('/endless')).toBeLessThan(32 * 1024 * 1024)
  })

  test('a length that is declared too large, unread', async () => {
    const failure = await failureOf(guard()(`${one.origin}/declared`, api))
    expect(failure).toMatchObject({ code: 'too_large', retryable: false })
    expect(await dropped('/declared')).toBeLessThan(32 * 1024 * 1024)
  })

  test.each(['/corrupt', '/cut'])('%s: an answer that does not come whole', async (path) => {
    const failure = await failureOf(guard()(`${one.origin}${path}`, api))
    expect(failure).toMatchObject({
      code: 'unreachable',
      retryable: true,
      message: `The answer of ${one.origin} was cut off or damaged.`,
      cause: expect.any(Error),
    })
  })

  test('nobody there', async () => {
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

  test('a connection that is reset before a word', async () => {
    const failure = await failureOf(guard()(`${one.origin}/reset`, api))
    expect(failure).toMatchObject({ code: 'unreachable', retryable: true })
  })
})

describe('the caller’s signal', () => {
  const reason = { why: 'the lease is lost' }

  /** The fetch of this path, with a signal that it is stopped by where `at` says. */
  function stopped(path: string, at: 'asked' | 'answered') {
    const stop = new AbortController()
    const settings = { ...LIMITS, allow: [one.origin] }
    const stoppable = createGuardedFetch({
      ...settings,
      fetch: async (url, init) => {
        const asking = fetch(url, init)
        if (at === 'answered') await asking
        queueMicrotask(() => stop.abort(reason))
        return asking
      },
    })
    return stoppable(`${one.origin}${path}`, { ...api, signal: stop.signal })
  }

  test('ends the wait for an answer with its own reason', async () => {
    await expect(stopped('/never', 'asked')).rejects.toBe(reason)
  })

  test('ends the reading of an answer with its own reason, and frees its connection', async () => {
    await expect(stopped('/drip', 'answered')).rejects.toBe(reason)
    await dropped('/drip')
  })

  test('that was given before ends it before anything is asked', async () => {
    let asked = 0
    const passage = () => ({ ...openPassage, enter: async () => void asked++ })
    const signal = AbortSignal.abort(reason)
    await expect(guard({ passage })(one.origin, { ...api, signal })).rejects.toBe(reason)
    expect(asked).toBe(0)
  })
})

function wordOf(answer: Parameters<Passage['answered']>[0]): string {
  return typeof answer === 'object' ? String(answer?.status ?? 'none') : answer
}

/** All that a passage is told, in order. */
async function told(path: string, limits: Partial<typeof LIMITS> = {}): Promise<string[]> {
  const words: string[] = []
  const passage = (): Passage => ({
    enter: async (url) => void words.push(url.pathname),
    answered: (answer) => void words.push(wordOf(answer)),
    leave: async () => void words.push('left'),
  })
  await guard({ ...limits, passage })(`${one.origin}${path}`, api).catch(() => undefined)
  return words
}

describe('the passage of a fetch', () => {
  test('is told of each hop, and of the end', async () => {
    expect(await told('/to?/a')).toEqual(['/to', '302', '/a', '200', 'left'])
  })

  test('is told that no answer came where it did not come whole', async () => {
    expect(await told('/cut')).toEqual(['/cut', 'none', 'left'])
    expect(await told('/reset')).toEqual(['/reset', 'none', 'left'])
    expect(await told('/drip', { total_ms: 60 })).toEqual(['/drip', 'none', 'left'])
  })

  test('is told the status of what is too large: the host did answer', async () => {
    expect(await told('/bomb')).toEqual(['/bomb', '200', 'left'])
  })

  test('takes no time of the fetch', async () => {
    const enter = async () => void (await guard()(`${one.origin}/slow?2`, api))
    const passage = () => ({ ...openPassage, enter })
    const fetched = await guard({ total_ms: 250, passage })(`${one.origin}/a`, api)
    expect(text(fetched.body)).toBe('this is /a')
  })

  test('is left once when a redirect is refused', async () => {
    expect(await told('/to?http://10.0.0.1/')).toEqual(['/to', '302', 'left'])
  })

  test('may refuse, and what it threw is thrown', async () => {
    const refusal = new Error('not now')
    const passage = () => ({ ...openPassage, enter: () => Promise.reject(refusal) })
    await expect(guard({ passage })(one.origin, api)).rejects.toBe(refusal)
  })
})
