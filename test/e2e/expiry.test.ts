import { setTimeout as delay } from 'node:timers/promises'

import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Transport, watchRun } from '../../src/client/client.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { devToken } from '../support/dev-token.ts'
import { ManualStack } from '../support/manual-stack.ts'
import { RawSocket } from '../support/raw-socket.ts'
import { statusesOf } from '../support/statuses.ts'
import { until } from '../support/watched.ts'

const EXPIRIES = 4
const OWNER = 'alice'

let stack: ManualStack

beforeAll(async () => {
  stack = await ManualStack.start({ retry_ms: 60_000 })
})

afterAll(() => stack?.close())

/** Takes a token that lasts so many seconds. `expires` is in milliseconds since 1970. */
async function tokenFor(seconds: number) {
  const token = await devToken(stack.origin, OWNER, seconds)
  return { token, expires: (decodeJwt(token).exp ?? 0) * 1_000 }
}

describe.concurrent.each<Transport>(['sse', 'socket', 'poll'])('over %s', (transport) => {
  test(`W-12: ${EXPIRIES} tokens expire, and after each one its watch goes on at once with another token and misses nothing`, async () => {
    const run_id = await stack.create(100)
    const given: { readonly at: number; readonly expires: number }[] = []
    const token = async () => {
      const at = Date.now()
      const made = await tokenFor(1)
      given.push({ at, expires: made.expires })
      return made.token
    }
    const statuses = new Set<string>()
    const asked: string[] = []
    const watch = watchRun(run_id, {
      origin: stack.origin,
      token,
      transport,
      fetch: (url, init) => {
        asked.push(url)
        return fetch(url, init)
      },
    })
    watch.subscribe(() => statuses.add(watch.state.connection.status))
    for (let n = 1; n <= EXPIRIES; n += 1) {
      await stack.change(run_id, 5)
      const { cursor } = await stack.view(run_id)
      await until(watch, (state) => state.cursor === cursor)
      while (given.length <= n) await delay(10)
    }
    await stack.finish(run_id)
    const last = await watch.ended
    expect(last.connection).toEqual({ status: 'ended' })
    expect(statusesOf(last.run)).toEqual(await stack.jobs(run_id))
    expect(last.cursor).toBe((await stack.view(run_id)).cursor)
    // If the server had asked for a pause, it would be a minute.
    expect(statuses).toEqual(new Set(['connecting', 'live', 'ended']))
    for (const [n, { at }] of given.slice(1).entries()) {
      expect(at).toBeGreaterThan(given[n]?.expires ?? Infinity)
      expect(at).toBeLessThan((given[n]?.expires ?? 0) + 5_000)
    }
    expect(asked.filter((url) => url.includes('/stream'))).toHaveLength(
      transport === 'sse' ? given.length : 0,
    )
  })
})

test.concurrent('W-12: a stream says that its token has expired and closes, and its address gets 401 from then on', async () => {
  const run_id = await stack.create(100)
  const { token, expires } = await tokenFor(1)
  const address = `${stack.origin}/api/runs/${run_id}/stream?token=${token}`
  const text = await (await fetch(address)).text()
  const closed = Date.now()
  expect(text).toMatch(/\nevent: token_expired\ndata: \{.*\}\n\n$/)
  expect(closed).toBeGreaterThan(expires)
  expect(closed).toBeLessThan(expires + 5_000)
  const again = await fetch(address)
  expect(again.status).toBe(401)
  expect(Problem.parse(await again.json()).type).toBe('/problems/token-expired')
})

test.concurrent('W-12: a socket is closed while its object sleeps, and the object wakes for that', async () => {
  const run_id = await stack.create(100)
  // The platform lets an object sleep after ten quiet seconds.
  const { token, expires } = await tokenFor(14)
  const socket = RawSocket.open({ origin: stack.origin, token }, run_id)
  await socket.until(({ cursor }) => cursor !== undefined)
  socket.ack()
  await delay(expires - 1_000 - Date.now())
  expect(await stack.constructed(run_id)).toBe(1)
  expect(await socket.closed).toBe(4401)
  expect(socket.expired).toBe(true)
  const closed = Date.now()
  expect(closed).toBeGreaterThan(expires)
  expect(closed).toBeLessThan(expires + 5_000)
  expect(await stack.constructed(run_id)).toBe(2)
})
