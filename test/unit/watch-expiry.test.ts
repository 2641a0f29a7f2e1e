import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { answerOf, openWatchEndpoint } from '../support/open-watch-endpoint.ts'
import { watchBySockets } from '../support/socket-clients.ts'

const upgrade = { upgrade: 'websocket' }
const paths = ['/stream', '/socket', '/events'] as const

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  })
})

afterEach(() => {
  vi.useRealTimers()
})

/** The headers of a request with a token that expires in so many milliseconds. */
function expiringIn(ms: number): Record<string, string> {
  return { 'x-runcast-until': String(Date.now() + ms) }
}

describe('W-12: a token that expires', () => {
  it.each(paths)('opens nothing more: %s', async (path) => {
    const { ask, watch } = openWatchEndpoint()
    for (const ms of [0, -1, -1e9]) {
      const answer = await ask(path, { ...upgrade, ...expiringIn(ms) })
      expect([answer.status, answer.headers.get('x-runcast-refused')]).toEqual([401, 'expired'])
    }
    expect(watch.watchers.size).toBe(0)
  })

  it('ends a stream that it opened, with an event that asks for another token', async () => {
    const { ask, watch } = openWatchEndpoint()
    const stream = (await ask('/stream', expiringIn(5_000))).text()
    await vi.advanceTimersByTimeAsync(4_999)
    expect(watch.watchers.size).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(watch.watchers.size).toBe(0)
    const [name, data] = (await stream).trimEnd().split('\n').slice(-2)
    expect(name).toBe('event: token_expired')
    expect(JSON.parse(data?.replace('data: ', '') ?? '')).toMatchObject({
      type: '/problems/token-expired',
      status: 401,
      detail: 'The token has expired.',
    })
  })

  it('ends a socket that it opened, with that event and the code 4401', async () => {
    const { ask, sockets } = openWatchEndpoint()
    await ask('/socket', { ...upgrade, ...expiringIn(5_000) })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(sockets.map(({ expired, closedWith }) => [expired, closedWith])).toEqual([
      [false, undefined],
    ])
    await vi.advanceTimersByTimeAsync(1)
    expect(sockets.map(({ expired, closedWith }) => [expired, closedWith])).toEqual([[true, 4401]])
  })

  it('ends a poll that waits, with the refusal of the next poll', async () => {
    const { ask } = openWatchEndpoint()
    const { cursor } = await answerOf(await ask('/events'))
    const given = { 'last-event-id': cursor, ...expiringIn(5_000) }
    const waiting = ask('/events?wait=30', given)
    await vi.advanceTimersByTimeAsync(5_000)
    const answer = await waiting
    expect([answer.status, answer.headers.get('x-runcast-refused')]).toEqual([401, 'expired'])
  })

  it('ends an unread stream', async () => {
    const { test, ask, watch } = openWatchEndpoint(50)
    const reader = (await ask('/stream', expiringIn(5_000))).body?.getReader()
    for (let n = 0; n < 50; n += 1) {
      test.report(test.claim())
      await vi.advanceTimersByTimeAsync(2)
    }
    expect(watch.watchers.size).toBe(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(watch.watchers.size).toBe(0)
    for (let more = true; more;) more = (await reader?.read())?.done === false
  })

  it('ends only what it opened, by one timer for all watchers', async () => {
    const { ask, watch } = openWatchEndpoint()
    await ask('/stream')
    await vi.advanceTimersByTimeAsync(100)
    const before = vi.getTimerCount()
    for (const ms of [9_000, 3_000, 6_000, 3_000]) await ask('/stream', expiringIn(ms))
    await vi.advanceTimersByTimeAsync(100)
    expect(vi.getTimerCount()).toBe(before + 1)
    const left: number[] = []
    for (let i = 0; i < 3; i += 1) {
      await vi.advanceTimersByTimeAsync(3_000)
      left.push(watch.watchers.size)
    }
    expect(left).toEqual([3, 2, 1])
    expect(vi.getTimerCount()).toBe(before)
  })

  it('leaves no timer when everything that it opened has gone', async () => {
    const { ask } = openWatchEndpoint()
    const clients = Array.from({ length: 3 }, () => new AbortController())
    for (const { signal } of clients) await ask('/stream', expiringIn(60_000), signal)
    await vi.advanceTimersByTimeAsync(100)
    for (const client of clients) client.abort()
    await vi.advanceTimersByTimeAsync(100)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('may have years left', async () => {
    const { ask, watch } = openWatchEndpoint()
    await ask('/stream', expiringIn(40 * 86_400_000))
    await ask('/stream', { 'x-runcast-until': String(Number.MAX_SAFE_INTEGER) })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(watch.watchers.size).toBe(2)
    // Nobody reads here, so the silence would end the watchers after five minutes.
    const expire = vi.spyOn(watch.watchers, 'expire')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(expire).not.toHaveBeenCalled()
  })

  it('is still known for a socket whose object slept', async () => {
    const { fake, watch } = watchBySockets()
    const until = Date.now() + 60_000
    const socket = fake.open({ until })
    await vi.advanceTimersByTimeAsync(30_000)
    fake.wake()
    expect(watch.watchers.wakeDue()).toBe(until)
    await vi.advanceTimersByTimeAsync(30_000)
    expect([socket.expired, socket.closedWith]).toEqual([true, 4401])
    expect(watch.watchers.wakeDue()).toBeUndefined()
  })
})
