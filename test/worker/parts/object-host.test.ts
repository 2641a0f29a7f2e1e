import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { HostStub } from '../host.ts'
import { api, hostOf, newOrigin, page, ticketOf, withinHost } from '../host.ts'
import { settings } from '../object.ts'

const { host_interval_ms, host_backoff_ms, host_failures_open, host_open_ms, host_robots_ms } =
  settings
const robots = { status: 200, text: 'User-agent: Runcast\nDisallow: /secret\nCrawl-delay: 3' }

let origin: string
let host: HostStub

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  origin = newOrigin()
  host = hostOf(origin)
})

function later(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}

/** Reports as many failures as open the circuit, one after the other. The last one is just now. */
async function openCircuit(): Promise<void> {
  for (let n = 1; n <= host_failures_open; n += 1) {
    const ticket = await ticketOf(host, api(origin))
    await host.leave({ ticket, status: 502, retry_at: null })
    if (n < host_failures_open) later(Math.max(host_interval_ms, host_backoff_ms * 2 ** (n - 1)))
  }
}

function tables(): Promise<unknown[]> {
  return withinHost(host, async (_, { storage }) => {
    expect(await storage.list()).toEqual(new Map())
    expect(await storage.getAlarm()).toBeNull()
    const query = "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'"
    return storage.sql.exec(query).toArray()
  })
}

describe("a host's object", () => {
  it('keeps one pace for all callers, and one for each host', async () => {
    const others = [hostOf(origin), hostOf(origin), hostOf(origin)]
    const answers = await Promise.all(others.map((other) => other.enter(api(origin))))
    const now = Date.now()
    expect(answers).toMatchObject([
      { kind: 'go', ticket: 1 },
      expect.objectContaining({ kind: 'wait', until: now + host_interval_ms }),
      expect.objectContaining({ kind: 'wait', until: now + 2 * host_interval_ms }),
    ])
    const elsewhere = newOrigin()
    expect(await hostOf(elsewhere).enter(api(elsewhere))).toMatchObject({ kind: 'go' })
  })

  it('lets one caller read robots.txt, and follows it', async () => {
    const [first, second] = await Promise.all([
      host.enter(page(origin)),
      hostOf(origin).enter(page(origin)),
    ])
    expect(first).toMatchObject({ kind: 'read_robots', ticket: 1 })
    expect(second).toMatchObject({ kind: 'wait', reason: { code: 'robots_reading' } })
    await host.learn({ ticket: 1, ...robots })
    expect(await host.enter(page(origin, '/secret/1'))).toMatchObject({
      kind: 'forbidden',
      reason: { code: 'robots_forbidden' },
    })
    later(3_000 - 1)
    expect(await host.enter(page(origin))).toMatchObject({ reason: { code: 'host_pace' } })
    later(1)
    expect(await host.enter(page(origin))).toMatchObject({ kind: 'go' })
  })

  it('waits while robots.txt cannot be read, and has it read again', async () => {
    const ticket = await ticketOf(host, page(origin))
    await host.learn({ ticket, status: 500, text: null })
    const until = Date.now() + host_backoff_ms
    const wait = { kind: 'wait', until, reason: { code: 'robots_unreachable' } }
    expect(await host.enter(page(origin))).toMatchObject(wait)
    later(host_backoff_ms)
    expect(await host.enter(page(origin))).toMatchObject({ kind: 'read_robots' })
  })

  it('refuses requests for other hosts', async () => {
    const elsewhere = newOrigin()
    await withinHost(host, async (object) => {
      await expect(object.enter(api(elsewhere))).rejects.toThrow(elsewhere)
    })
  })

  it('stores nothing before something happens, and nothing for unpaced requests', async () => {
    expect(await tables()).toEqual([])
    await host.leave({ ticket: 7, status: 500, retry_at: null })
    await host.learn({ ticket: 7, ...robots })
    const leave = { kind: 'go', ticket: 0 }
    expect(await host.enter({ ...api(origin), paced: false })).toMatchObject(leave)
    await host.leave({ ticket: 0, status: 500, retry_at: null })
    expect(await tables()).toEqual([])
    await host.enter(api(origin))
    expect(await tables()).toEqual([{ name: 'host' }])
  })

  it('starts anew if its rows have another version', async () => {
    await openCircuit()
    await withinHost(host, (_, { storage }) => {
      storage.sql.exec('UPDATE host SET version = 0')
    })
    await evictDurableObject(host)
    expect(await ticketOf(host, page(origin))).toBe(1)
    await host.learn({ ticket: 1, ...robots })
    await evictDurableObject(host)
    expect(await host.enter(page(origin, '/secret'))).toMatchObject({ kind: 'forbidden' })
  })

  it('stores the largest robots.txt', async () => {
    const lines = Array.from({ length: 40_000 }, (_, n) => `Allow: /${n}`).join('\n')
    const text = `User-agent: *\nDisallow: /secret\n${lines}`.slice(0, 500 * 1024)
    await host.learn({ ticket: await ticketOf(host, page(origin)), status: 200, text })
    await evictDurableObject(host)
    expect(await host.enter(page(origin, '/secret'))).toMatchObject({ kind: 'forbidden' })
  })
})

describe.each([
  ['an eviction', () => evictDurableObject(host)],
  ['a reset', () => abortAllDurableObjects()],
])('after %s', (_, end) => {
  /** A stub from before the restart stays broken, so this makes a new one. */
  const restart = async (): Promise<void> => {
    await end()
    host = hostOf(origin)
  }

  it('the pace goes on, with the booked and the open requests', async () => {
    const first = await ticketOf(host, api(origin))
    await host.enter(api(origin))
    await restart()
    const wait = { kind: 'wait', until: Date.now() + 2 * host_interval_ms }
    expect(await host.enter(api(origin))).toMatchObject(wait)
    later(host_interval_ms)
    const second = await ticketOf(host, api(origin))
    expect(second).toBeGreaterThan(first)
    await restart()
    later(host_interval_ms)
    expect(await host.enter(api(origin))).toMatchObject({ reason: { code: 'host_busy' } })
    await host.leave({ ticket: first, status: 200, retry_at: null })
    expect(await host.enter(api(origin))).toMatchObject({ kind: 'go' })
  })

  it('robots.txt stays known until it expires', async () => {
    const ticket = await ticketOf(host, page(origin))
    await restart()
    expect(await host.enter(page(origin))).toMatchObject({ reason: { code: 'robots_reading' } })
    await host.learn({ ticket, ...robots })
    await restart()
    expect(await host.enter(page(origin, '/secret'))).toMatchObject({ kind: 'forbidden' })
    later(3_000)
    expect(await host.enter(page(origin))).toMatchObject({ kind: 'go' })
    await restart()
    later(host_robots_ms)
    expect(await host.enter(page(origin))).toMatchObject({ kind: 'read_robots' })
  })

  it('an open circuit is still open, and a pause still lasts', async () => {
    await openCircuit()
    const until = Date.now() + host_open_ms
    await restart()
    const wait = { kind: 'wait', until, reason: { code: 'host_circuit' } }
    expect(await host.enter(api(origin))).toMatchObject(wait)
    later(host_open_ms)
    const retry_at = Date.now() + 2 * host_open_ms
    const probe = await ticketOf(host, api(origin))
    await restart()
    expect(await host.enter(api(origin))).toMatchObject({ reason: { code: 'host_circuit' } })
    await host.leave({ ticket: probe, status: 503, retry_at })
    await restart()
    const pause = { reason: { code: 'retry_after' } }
    expect(await host.enter(api(origin))).toMatchObject(pause)
    vi.setSystemTime(retry_at)
    expect(await host.enter(api(origin))).toMatchObject({ kind: 'go' })
  })
})
