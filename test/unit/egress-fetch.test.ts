import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { createGuardedFetch, openAdmission } from '../../src/egress/guarded-fetch.ts'
import { userAgentOf } from '../../src/egress/user-agent.ts'
import type { PieceTaker } from '../../src/pipelines/fetch.ts'
import { startBoard } from '../support/board.ts'
import { failureOf, GuardedHosts } from '../support/guarded-hosts.ts'

let hosts: GuardedHosts

beforeAll(async () => {
  hosts = await GuardedHosts.start()
})

afterAll(() => hosts?.close())

const LIMITS = { first_byte_ms: 10_000, total_ms: 10_000, max_bytes: 10_000 }
const api = { kind: 'api' } as const
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

async function headersAt(url: string, headers: Record<string, string> = {}) {
  const { body } = await hosts.guard()(url, { kind: 'api', headers })
  return JSON.parse(text(body))
}

describe('an answer', () => {
  test('is read to its end, decompressed, with its status, address and headers', async () => {
    const fetched = await hosts.guard()(`${hosts.one}/zipped?abc`, api)
    expect(fetched).toMatchObject({ status: 200, url: `${hosts.one}/zipped?abc` })
    expect(text(fetched.body)).toBe('abc'.repeat(1000))
    expect(fetched.headers.get('content-encoding')).toBe('gzip')
  })

  test.each([404, 429, 500, 503])('of status %i is an answer', async (status) => {
    const fetched = await hosts.guard()(`${hosts.one}/status?${status}`, api)
    expect([fetched.status, text(fetched.body)]).toEqual([status, 'no'])
    expect(fetched.headers.get('retry-after')).toBe('120')
  })

  test('of 304 has an empty body', async () => {
    const fetched = await hosts.guard()(`${hosts.one}/status?304`, api)
    expect([fetched.status, fetched.body.byteLength]).toEqual([304, 0])
  })

  test('with the status of a redirect but no Location is an answer', async () => {
    expect((await hosts.guard()(`${hosts.one}/status?302`, api)).status).toBe(302)
  })

  test('may be exactly as large as the limit', async () => {
    const { body } = await hosts.guard({ max_bytes: 3000 })(`${hosts.one}/zipped?abc`, api)
    expect(body.byteLength).toBe(3000)
    const tight = hosts.guard({ max_bytes: 2999 })(`${hosts.one}/zipped?abc`, api)
    expect((await failureOf(tight)).code).toBe('too_large')
  })

  test('of 2xx is taken in pieces, within a limit of its own and without the time of their reader', async () => {
    const pieces: Uint8Array[] = []
    const limits = { max_bytes: 100, pieces_bytes: 3000, total_ms: 500 }
    const take: PieceTaker = async (piece, { status }) => {
      await new Promise((resolve) => setTimeout(resolve, 600))
      return pieces.push(piece) > 0 && status === 200
    }
    const fetched = await hosts.guard(limits)(`${hosts.one}/zipped?abc`, { kind: 'api', take })
    expect([fetched.body.byteLength, Buffer.concat(pieces).byteLength]).toEqual([0, 3000])
    const tight = hosts.guard({ pieces_bytes: 2999 })
    const over = tight(`${hosts.one}/zipped?abc`, { kind: 'api', take: async () => true })
    expect((await failureOf(over)).code).toBe('too_large')
    const refused = await hosts.guard()(`${hosts.one}/status?404`, { kind: 'api', take })
    expect(text(refused.body)).toBe('no')
  })
})

describe('a request', () => {
  test('with a body is a POST of JSON, of which no redirect is followed', async () => {
    const board = await startBoard((url, sent) =>
      url.pathname === '/to' ? { status: 307, headers: { location: '/echo' } } : { body: sent },
    )
    onTestFinished(() => board.close())
    const post = { kind: 'api', body: '{"offset":20}' } as const
    const guard = createGuardedFetch({ ...LIMITS, allow: [board.origin] })
    expect(text((await guard(`${board.origin}/echo`, post)).body)).toBe('{"offset":20}')
    expect((await guard(`${board.origin}/to`, post)).status).toBe(307)
    const manual = { kind: 'api', redirect: 'manual' } as const
    expect((await guard(`${board.origin}/to`, manual)).status).toBe(307)
    expect((await guard(`${board.origin}/to`, api)).status).toBe(200)
  })

  test("has the caller's headers, and always our own user agent", async () => {
    const given = { accept: 'text/html', 'if-none-match': '"1"', 'User-Agent': 'somebody' }
    expect(await headersAt(`${hosts.one}/headers`, given)).toMatchObject({
      accept: 'text/html',
      'if-none-match': '"1"',
      'user-agent': 'runcast',
    })
  })

  test('names whoever can be reached', async () => {
    const user_agent = userAgentOf('crawler@acme.test')
    const guard = createGuardedFetch({ ...LIMITS, user_agent, allow: [hosts.one] })
    const there = JSON.parse(text((await guard(`${hosts.one}/headers`, api)).body))
    expect(there).toMatchObject({ 'user-agent': 'runcast (+crawler@acme.test)' })
  })

  const given = {
    accept: 'text/html',
    'if-none-match': '"1"',
    authorization: 'Bearer secret',
    'proxy-authorization': 'secret',
    cookie: 'a=b',
    'x-own': 'c',
  }

  test('keeps its own headers within an origin, but no credentials', async () => {
    const there = await headersAt(`${hosts.one}/to?/headers`, given)
    expect(there).toMatchObject({ accept: 'text/html', 'if-none-match': '"1"', 'x-own': 'c' })
    for (const name of ['authorization', 'proxy-authorization', 'cookie'])
      expect(there).not.toHaveProperty(name)
  })

  test.each([
    ['to another origin', () => `${hosts.other}/headers`],
    ['there and back', () => `${hosts.other}/to?${hosts.one}/headers`],
  ])('keeps only what it accepts %s', async (_, target) => {
    const there = await headersAt(`${hosts.one}/to?${encodeURIComponent(target())}`, given)
    expect(there).toMatchObject({ accept: 'text/html', 'user-agent': 'runcast' })
    for (const name of Object.keys(given).slice(1)) expect(there).not.toHaveProperty(name)
  })
})

describe('a redirect', () => {
  test('is followed five times, not six', async () => {
    const fetched = await hosts.guard()(`${hosts.one}/count?5`, api)
    expect([fetched.url, text(fetched.body)]).toEqual([`${hosts.one}/count?0`, 'there'])
    const failure = await failureOf(hosts.guard()(`${hosts.one}/count?6`, api))
    expect(failure).toMatchObject({ code: 'redirects', retryable: false })
    expect(failure.message).toBe(`${hosts.one} redirects more than 5 times.`)
  })

  test('in a circle is noticed at once', async () => {
    const hops: string[] = []
    const admission = () => ({
      ...openAdmission,
      enter: async (url: URL) => void hops.push(url.pathname),
    })
    const failure = await failureOf(hosts.guard({ admission })(`${hosts.one}/ping`, api))
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
    const failure = await failureOf(
      hosts.guard()(`${hosts.one}/to?${encodeURIComponent(target)}`, api),
    )
    expect(failure).toMatchObject({ code: 'egress_refused', retryable: false })
    expect(failure.message).toContain(`${hosts.one} redirects to`)
  })

  test('with an endless body is followed, and its connection is freed', async () => {
    const fetched = await hosts.guard()(`${hosts.one}/endless-redirect`, api)
    expect(fetched.url).toBe(`${hosts.one}/headers`)
    expect(await hosts.dropped('/endless-redirect')).toBeLessThan(32 * 1024 * 1024)
  })
})
