import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import {
  type Connection,
  type TokenSource,
  type Transport,
  watchRun,
} from '../../src/client/client.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { ExpiringRun, type GivenToken, ORIGIN } from '../support/expiring-run.ts'
import { startKeyServer } from '../support/key-server.ts'
import { AUDIENCE, ISSUER, signToken } from '../support/tokens.ts'
import { pictureOf } from '../support/watched-picture.ts'

const EXPIRIES = 100
const LIFE_S = 60

/** The timers are fake, but Web Crypto takes real time. */
const toFake = ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const

beforeEach(() => {
  vi.useFakeTimers({ toFake: [...toFake] })
})

afterEach(() => {
  vi.useRealTimers()
})

/** Lets time pass in steps up to a time. Waits after each step until all requests are answered. */
async function passTo(run: ExpiringRun, time: number): Promise<void> {
  for (let left = time - Date.now(); left > 0; left = time - Date.now())
    await pass(run, Math.min(left, 500))
}

/** Lets time pass in small steps until a condition holds. */
async function until(run: ExpiringRun, wanted: () => boolean): Promise<void> {
  while (!wanted()) await pass(run, 1)
}

async function pass(run: ExpiringRun, ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  do await new Promise(setImmediate)
  while (run.atWork > 0)
}

const routes = { sse: 'stream', socket: 'socket', poll: 'events' } as const

type Watching = { readonly transport: Transport; readonly token: TokenSource }

/** Watches the run, and keeps everything that the watch shows. */
function open(run: ExpiringRun, { transport, token }: Watching) {
  const { fetch, WebSocket } = run
  const timing = { poll_wait_s: 30 }
  const line = { origin: ORIGIN, token, transport, fetch, WebSocket, timing }
  const watch = watchRun(run.run_id, line)
  const connections: Connection[] = []
  watch.subscribe(() => connections.push(watch.state.connection))
  const events: RunEvent[] = []
  const done = (async () => {
    for await (const event of watch.events()) events.push(event)
  })()
  const isShown = () => parseCursor(watch.state.cursor)?.seq === run.test.run.seq
  return { watch, connections, events, done, isShown }
}

/** The jobs that became ready, once for each event that says so. */
function readyIn(events: readonly RunEvent[]): string[] {
  return events.flatMap(({ event, data }) =>
    event === 'update'
      ? Object.values(data).flatMap((jobs) =>
          Object.entries(jobs).flatMap(([id, status]) => (status === 'ready' ? [id] : [])),
        )
      : [],
  )
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `0-${n}`)
}

describe.each(['sse', 'socket', 'poll'] as const)('over %s', (transport: Transport) => {
  it(`W-12: ${EXPIRIES} tokens expire in one watch: for each one the client gets one token and connects once, and nothing is missed`, async () => {
    const run = new ExpiringRun(EXPIRIES + 1)
    const given: GivenToken[] = []
    const token = run.tokens(
      () => LIFE_S,
      (one) => given.push(one),
    )
    const { watch, connections, events, done, isShown } = open(run, { transport, token })
    for (let n = 0; n < EXPIRIES; n += 1) {
      await until(run, isShown)
      run.test.report(run.test.claim())
      await until(run, isShown)
      await passTo(run, endOf(given[n]) - 10)
      await until(run, () => given.length > n + 1)
      expect(given).toHaveLength(n + 2)
    }
    await until(run, isShown)
    run.test.report(run.test.claim())
    await until(run, () => watch.isOver)
    await done

    expect(watch.state.connection).toEqual({ status: 'ended' })
    expect(watch.state.run.status).toBe('finished')
    expect(pictureOf(watch.state.run)).toEqual(run.watch.picture())
    const statuses = new Set(connections.map(({ status }) => status))
    expect(statuses).toEqual(new Set(['connecting', 'live', 'ended']))
    // The client asked for each token after the one before it had expired, within five seconds.
    expect(given).toHaveLength(EXPIRIES + 1)
    for (const [n, { at, refused }] of given.entries()) {
      expect(refused).toBe(n > 0)
      if (n === 0) continue
      expect(at * 1_000).toBeGreaterThanOrEqual(endOf(given[n - 1]))
      expect(at * 1_000).toBeLessThan(endOf(given[n - 1]) + 3_000)
    }
    expect(new Set(run.asked)).toEqual(new Set([routes[transport]]))
    // One connection by polls makes many requests.
    expect(transport === 'poll' ? EXPIRIES + 1 : run.asked.length).toBe(EXPIRIES + 1)
    expect(run.watch.errors).toEqual([])
    expect(run.watch.watchers.size).toBe(0)
    expect(readyIn(events)).toEqual(names(EXPIRIES + 1))
  })

  it('W-12: a source that gives only expired tokens is called in growing pauses, until it gives another', async () => {
    const run = new ExpiringRun(2)
    const given: GivenToken[] = []
    let life_s = LIFE_S
    const token = run.tokens(
      () => life_s,
      (one) => given.push(one),
    )
    const { watch, connections, events, done, isShown } = open(run, { transport, token })
    await until(run, isShown)
    life_s = -60
    await passTo(run, endOf(given[0]) - 10)
    await until(run, () => given.length > 1)
    await passTo(run, Date.now() + 60_000)
    // The pauses are at most 2, 4 and then 8 s, so a minute has at least six tries. A busy loop has thousands.
    expect(given.length).toBeGreaterThan(6)
    expect(given.length).toBeLessThan(40)
    expect(watch.state.connection).toMatchObject({
      status: 'reconnecting',
      error: { status: 401, problem: { type: '/problems/token-expired' } },
    })
    life_s = LIFE_S
    run.test.report(run.test.claim())
    await until(run, isShown)
    expect(watch.state.connection).toMatchObject({ status: 'live', transport })
    run.test.report(run.test.claim())
    await until(run, () => watch.isOver)
    await done
    expect(readyIn(events)).toEqual(names(2))
    expect(connections.map(({ status }) => status)).not.toContain('failed')
  })

  it('W-12: a slow source is called once, and meanwhile the connection is not live', async () => {
    const run = new ExpiringRun(2)
    const given: GivenToken[] = []
    const quick = run.tokens(
      () => LIFE_S,
      (one) => given.push(one),
    )
    const slow: TokenSource = async (refused) => {
      if (refused !== undefined) await new Promise((resolve) => setTimeout(resolve, 20_000))
      return quick(refused)
    }
    const { watch, connections, events, done, isShown } = open(run, { transport, token: slow })
    await until(run, isShown)
    const expired = endOf(given[0])
    await passTo(run, expired + 900)
    expect(watch.state.connection.status).toBe('live')
    await passTo(run, expired + 19_000)
    expect(watch.state.connection).toEqual({ status: 'reconnecting', retry_ms: 0 })
    run.test.report(run.test.claim())
    await until(run, isShown)
    expect(watch.state.connection.status).toBe('live')
    expect(given).toHaveLength(2)
    run.test.report(run.test.claim())
    await until(run, () => watch.isOver)
    await done
    expect(readyIn(events)).toEqual(names(2))
    const told = connections.map(({ status }) => status)
    expect(told.filter((status) => status === 'reconnecting')).toHaveLength(1)
  })

  it('W-12: a token that was given as a text ends the watch when it expires, with the reason', async () => {
    const run = new ExpiringRun(2)
    const exp = Math.floor(Date.now() / 1_000) + LIFE_S
    const token = await run.sign(exp)
    const { watch, done, isShown } = open(run, { transport, token })
    await until(run, isShown)
    await passTo(run, exp * 1_000 + 1_990)
    expect(watch.isOver).toBe(false)
    await passTo(run, exp * 1_000 + 4_990)
    await done
    expect(watch.state.connection).toMatchObject({
      status: 'failed',
      error: {
        status: 401,
        message: 'The token has expired.',
        problem: { type: '/problems/token-expired' },
      },
    })
  })

  it('W-6, W-12: a watch waits for a key server that cannot be reached when a token expires', async () => {
    const [first, second] = [await keyNamed('k1'), await keyNamed('k2')]
    const keys = [first.jwk]
    const server = await startKeyServer(keys)
    try {
      const auth = { kind: 'jwks', url: server.url, issuer: ISSUER, audience: AUDIENCE } as const
      const run = new ExpiringRun(2, { auth })
      run.sign = first.sign
      const given: GivenToken[] = []
      const token = run.tokens(
        () => LIFE_S,
        (one) => given.push(one),
      )
      const { watch, events, done, isShown } = open(run, { transport, token })
      await until(run, isShown)
      // The next token is signed with a key that the key server has not given yet.
      run.sign = second.sign
      keys.push(second.jwk)
      server.answerWith(503)
      await passTo(run, endOf(given[0]) + 30_000)
      expect(watch.state.connection.status).toBe('reconnecting')
      expect(given.length).toBeLessThan(30)
      server.answerWith(200)
      run.test.report(run.test.claim())
      await until(run, isShown)
      run.test.report(run.test.claim())
      await until(run, () => watch.isOver)
      await done
      expect(watch.state.connection).toEqual({ status: 'ended' })
      expect(readyIn(events)).toEqual(names(2))
    } finally {
      await server.close()
    }
  })
})

async function keyNamed(kid: string) {
  const { publicKey, privateKey: key } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }
  const header = { alg: 'ES256', kid }
  return { jwk, sign: (exp: number) => signToken({ key, header, claims: { exp } }) }
}

/** The time at which the server ends what a token opened, in milliseconds since 1970. */
function endOf(token: GivenToken | undefined): number {
  return (token?.exp ?? 0) * 1_000 + 2_000
}
