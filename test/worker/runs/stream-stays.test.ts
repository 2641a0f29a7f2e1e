import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Transport } from '../../../src/client/client.ts'
import type { RunWatch } from '../../../src/client/run-watch.ts'
import type { TickTimer } from '../../../src/durable/watch/ticks.ts'
import type { Watchers } from '../../../src/durable/watch/watchers.ts'
import { RunObject } from '../../../src/index.ts'
import type { RunId } from '../../../src/protocol/ids.ts'
import { clientOf, send } from '../api-client.ts'
import { abort } from '../at-work.ts'
import { Follower } from '../follower.ts'
import { LiveTimers } from '../live-timers.ts'
import { ManualQueues } from '../manual-queues.ts'
import { alice, claim, createRun, plan, stubOf, within } from '../object.ts'
import { connectSocket, SocketWatcher } from '../socket.ts'
import { watchThrough } from '../watch-library.ts'
import { connect, picture, Watcher } from '../watch.ts'
import { jobsIn } from '../watched.ts'

const NAMES = Array.from({ length: 40 }, (_, n) => `${n}`)

let queues: ManualQueues

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

/**
 * Makes a run at work, with functions that get a new stub each time: a stub breaks when its object is
 * reset.
 */
async function lastingRun() {
  const { run, run_id } = await createRun()
  await plan(run, NAMES)
  const [{ flight }] = await queues.take('flight')
  const { grant } = await claim(run, flight)
  const ready = async (n: number): Promise<void> => {
    const row = { n, attempt: 1, kind: 'ready', outcome: 'new' } as const
    await stubOf(run_id).report({ flight, grant, rows: [row], last: n === NAMES.length - 1 })
  }
  return { run_id, ready }
}

/** Keeps every shown line of the log, and every cursor. */
function record(watch: RunWatch) {
  const lines: number[] = []
  const seqs: number[] = []
  const done = (async () => {
    for await (const event of watch.events()) {
      if (event.event === 'log' && 'seq' in event.data) lines.push(event.data.seq)
      if (event.id !== undefined) seqs.push(Number(event.id.split('.')[1]))
    }
  })()
  return { lines, seqs, done }
}

/** Checks that a watch showed the whole run in its order, without repetition, and its end. */
async function expectWhole(run_id: RunId, watch: RunWatch, shown: ReturnType<typeof record>) {
  const { connection, run, cursor } = await watch.ended
  await shown.done
  expect(connection).toEqual({ status: 'ended' })
  expect(run.status).toBe('finished')
  expect(picture(run)).toEqual(await jobsIn(stubOf(run_id)))
  expect(cursor).toBe((await stubOf(run_id).view({ owner: alice }))?.cursor)
  expect(shown.seqs).toEqual(shown.seqs.toSorted((a, b) => a - b))
  expect(shown.lines.length).toBeGreaterThan(0)
  expect(shown.lines).toEqual(Array.from(shown.lines, (_, index) => index + 1))
}

const transports: readonly Transport[] = ['sse', 'socket', 'poll']

describe.each(transports)('a watch over %s', (transport) => {
  it('W-6, W-8: resumes by itself when all objects are reset in mid-stream, and misses nothing', async () => {
    const { run_id, ready } = await lastingRun()
    const { token } = await clientOf(alice)
    const watch = watchThrough(run_id, transport, { token })
    const recorded = record(watch)
    const follower = new Follower({ run_id, owner: alice })
    for (const n of NAMES.keys()) {
      await ready(n)
      if (n % 8 !== 3) continue
      await vi.waitFor(() => expect(readyIn(watch)).toBe(n + 1), { timeout: 60_000, interval: 5 })
      await abortAllDurableObjects()
    }
    await expectWhole(run_id, watch, recorded)
    await follower.done
    expect(picture(follower.state)).toEqual(await jobsIn(stubOf(run_id)))
    expect(follower.cuts).toBeGreaterThan(5)
  })

  it('W-6: goes on by itself after its object could not be reached for a while', async () => {
    const { run_id, ready } = await lastingRun()
    const { token } = await clientOf(alice)
    const watch = watchThrough(run_id, transport, { token })
    const recorded = record(watch)
    await ready(0)
    await expect.poll(() => readyIn(watch)).toBe(1)
    vi.spyOn(console, 'error').mockReturnValue()
    const fetch = vi.spyOn(RunObject.prototype, 'fetch')
    fetch.mockImplementation(() => Promise.reject(new Error('the object is broken')))
    await abortAllDurableObjects()
    await expect.poll(() => fetch.mock.calls.length).toBeGreaterThan(1)
    await ready(1)
    expect(watch.isOver).toBe(false)
    fetch.mockRestore()
    for (const n of [...NAMES.keys()].slice(2)) await ready(n)
    await expectWhole(run_id, watch, recorded)
  })
})

function readyIn(watch: RunWatch): number {
  const all = Object.values(picture(watch.state.run)['acme'] ?? {})
  return all.filter((status) => status === 'ready').length
}

const failures = [
  {
    does: 'throws',
    status: 500,
    code: 'internal',
    fetch: () => Promise.reject(new Error('the object is broken')),
  },
  {
    does: 'answers an error',
    status: 503,
    code: 'unavailable',
    fetch: async () => new Response(null, { status: 503 }),
  },
]

describe.each(failures)('an object that $does', ({ status, code, fetch }) => {
  const watch = async (path: string, headers: Record<string, string> = {}) => {
    const { run_id } = await createRun()
    const { token } = await clientOf(alice)
    vi.spyOn(console, 'error').mockReturnValue()
    vi.spyOn(RunObject.prototype, 'fetch').mockImplementation(fetch)
    const authorization = `Bearer ${token}`
    return send(`/api/runs/${run_id}/${path}`, { headers: { ...headers, authorization } })
  }

  it('W-6: is a stream that asks the client to come back, and never an error status', async () => {
    const response = await watch('stream')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await response.text()).toMatch(/^retry: \d+\n\n$/)
  })

  it.each([
    ['events', {}],
    ['socket', { upgrade: 'websocket' }],
  ])('is a problem at %s', async (path, headers) => {
    const response = await watch(path, headers)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ type: `/problems/${code}` })
  })
})

describe('an object that only sockets watch', () => {
  const open: SocketWatcher[] = []

  afterEach(async () => {
    for (const socket of open.splice(0)) {
      socket.close()
      await socket.closed
    }
  })

  it('W-3, W-5: hibernates, and sends each of them the next change from its own position', async () => {
    const { run_id, ready } = await lastingRun()
    const sockets: SocketWatcher[] = []
    for (const n of [0, 1, 2]) {
      for (let more = 0; more < 10; more += 1) {
        const socket = new SocketWatcher(await connectSocket(stubOf(run_id)))
        open.push(socket)
        sockets.push(socket)
        await socket.until(({ id }) => id !== undefined)
      }
      // Only the sockets that came last acknowledge what they got.
      for (const socket of sockets.slice(-10)) socket.ack()
      await ready(n)
      for (const socket of sockets) await socket.until(({ event }) => event === 'update')
    }
    await stubOf(run_id).view({ owner: alice })
    await evictDurableObject(stubOf(run_id))
    await ready(3)
    const cursor = (await stubOf(run_id).view({ owner: alice }))?.cursor
    for (const socket of sockets) {
      await socket.until(({ id }) => id === cursor)
      expect(picture(socket.state)).toEqual(await jobsIn(stubOf(run_id)))
      expect(socket.names.filter((name) => name === 'all_jobs')).toHaveLength(1)
    }
  })

  it('has no timer while nothing changes, but has one with a stream', async () => {
    const timers = new LiveTimers()
    const { run_id, ready } = await lastingRun()
    for (let more = 0; more < 5; more += 1) {
      const socket = new SocketWatcher(await connectSocket(stubOf(run_id)))
      open.push(socket)
      await socket.until(({ id }) => id !== undefined)
    }
    await ready(0)
    for (const socket of open) await socket.until(({ event }) => event === 'update')
    await expect.poll(() => timers.count).toBe(0)

    const stream = new Watcher(await connect(stubOf(run_id)))
    await stream.until(({ event }) => event === 'all_jobs')
    await expect.poll(() => timers.count).toBe(1)
    await stream.cancel()
    await expect.poll(() => timers.count).toBe(0)
    await abort(stubOf(run_id))
  })
})

describe('a forgotten tab', () => {
  it('W-5, W-14: lets the object of a run that stands still sleep, and gets the next change', async () => {
    const { run_id, ready } = await lastingRun()
    const { token } = await clientOf(alice)
    const watch = watchThrough(run_id, 'auto', { token, still_ms: 100 })
    const recorded = record(watch)
    const isOn = (transport: Transport) =>
      vi.waitFor(
        () => expect(watch.state.connection).toEqual({ status: 'live', transport }),
        60_000,
      )
    for (const n of [0, 1, 2]) {
      await isOn('socket')
      expect(await pulsesOf(run_id)).toEqual({ watchers: 1, heartbeat: false, tick: false })
      await evictDurableObject(stubOf(run_id))
      await ready(n)
      await isOn('sse')
      expect(readyIn(watch)).toBe(n + 1)
    }
    for (const n of [...NAMES.keys()].slice(3)) await ready(n)
    await expectWhole(run_id, watch, recorded)
  })
})

/** How many watchers a run has, and which timers its object has set for them. */
async function pulsesOf(run_id: RunId) {
  const read = () =>
    within(stubOf(run_id), (object) => {
      const { watchers }: { watchers: Watchers } = Reflect.get(object, 'watch')
      const { isSet: tick }: TickTimer = Reflect.get(watchers, 'timer')
      return { watchers: watchers.size, heartbeat: Reflect.get(watchers, 'beat') !== null, tick }
    })
  // The last tick may still be at work.
  return vi.waitUntil(async () => {
    const pulses = await read()
    return pulses.tick ? undefined : pulses
  })
}
