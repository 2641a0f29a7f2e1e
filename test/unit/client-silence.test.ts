import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { wait } from '../../src/client/timer.ts'
import { type Act, closes, fails, held, refuses, run, tells, Viewer } from '../support/viewer.ts'

const SILENCE_MS = 45_000
const HEARTBEAT_MS = 15_000

beforeEach(() => {
  vi.useFakeTimers()
  // Each pause is as long as jitter can make it: the first one is a second.
  vi.spyOn(Math, 'random').mockReturnValue(1)
})

afterEach(() => {
  const left = vi.getTimerCount()
  vi.restoreAllMocks()
  vi.useRealTimers()
  if (left > 0) throw new Error('a watch that was closed has left a timer')
})

/** Sends the run up to a seq and so many heartbeats, and then nothing. */
function beats(to: number, heartbeats: number): Act {
  return async function* (options) {
    options.onActivity()
    yield* run.since(options.cursor, to)
    for (let i = 0; i < heartbeats; i += 1) {
      await wait(HEARTBEAT_MS, options.signal)
      options.signal.throwIfAborted()
      options.onActivity()
    }
    yield* held(options)
  }
}

const order = ({ asked }: Viewer) => asked.map(({ transport }) => transport)

/** Passes only the first part of each connection. */
const firstPart = beats(3, 0)

describe('a connection that is silent after its first part', () => {
  it('W-5: counts as a failure, so that after two in a row the next transport goes on from its cursor', async () => {
    const viewer = new Viewer({ sse: [firstPart], socket: [tells(12)] })
    await vi.advanceTimersByTimeAsync(2 * (SILENCE_MS + 1_000) + 1)
    expect(viewer.asked.map(({ at, transport, cursor }) => [at, transport, cursor])).toEqual([
      [0, 'sse', undefined],
      [SILENCE_MS + 1_000, 'sse', 'scripted.3'],
      [2 * (SILENCE_MS + 1_000), 'socket', 'scripted.3'],
    ])
    expect(viewer.lines).toEqual(run.lines())
    expect(viewer.items.map(({ item }) => item)).toContainEqual({
      status: 'reconnecting',
      retry_ms: 1_000,
      error: new Error('The server sent nothing for 45 s'),
    })
    await viewer.close()
  })

  it('W-5: is followed by polls when sockets do not get through', async () => {
    const viewer = new Viewer({ sse: [firstPart], socket: [refuses(502)], poll: [tells(5)] })
    await vi.advanceTimersByTimeAsync(200_000)
    expect(order(viewer).slice(0, 5)).toEqual(['sse', 'sse', 'socket', 'socket', 'poll'])
    expect(viewer.shownAt(5)).toBeLessThan(200_000)
    await viewer.close()
  })

  it('is followed by polls when it was a try of a better transport', async () => {
    const viewer = new Viewer({ sse: [fails(), fails(), firstPart], poll: [beats(2, 2)] })
    // This is the time of two pauses, of the wait until the try, and of the try.
    await vi.advanceTimersByTimeAsync(2_000 + 4_000 + 30_000 + SILENCE_MS)
    expect(order(viewer).slice(-3)).toEqual(['poll', 'sse', 'poll'])
    expect(viewer.askedBy('poll').at(-1)?.cursor).toBe('scripted.3')
    expect(viewer.statuses.slice(-2).map(([, status]) => status)).toEqual(['live', 'live'])
    await viewer.close()
  })

  it('does not count against its transport when heartbeats came for that time: the network has failed', async () => {
    // With a socket, the client would leave a stream on which the run stands still for a minute.
    const viewer = new Viewer({ sse: [beats(3, 3)], poll: [held] })
    await vi.advanceTimersByTimeAsync(600_000)
    expect(order(viewer).length).toBeGreaterThan(5)
    expect(new Set(order(viewer))).toEqual(new Set(['sse']))
    await viewer.close()
  })

  it('counts as the first failure again after a connection that ended in another way', async () => {
    const acts = [firstPart, closes(4, 10), firstPart, closes(5, 10), firstPart, tells(12)]
    const viewer = new Viewer({ sse: acts, socket: [held], poll: [held] })
    await vi.advanceTimersByTimeAsync(600_000)
    await viewer.done
    expect(order(viewer)).toEqual(acts.map(() => 'sse'))
    expect(viewer.lines).toEqual(run.lines())
    await viewer.close()
  })

  it.each(['sse', 'socket'] as const)(
    'is followed by the same transport when the caller chose %s',
    async (transport) => {
      const viewer = new Viewer({ sse: [firstPart], socket: [firstPart] }, transport)
      await vi.advanceTimersByTimeAsync(600_000)
      expect(order(viewer).length).toBeGreaterThan(5)
      expect(new Set(order(viewer))).toEqual(new Set([transport]))
      await viewer.close()
    },
  )
})

describe('a connection', () => {
  it('has its signal aborted when it ends by itself, so that its slot is given back', async () => {
    const viewer = new Viewer({ sse: [closes(2, 10), held] })
    await vi.advanceTimersByTimeAsync(500)
    expect(viewer.asked.map(({ signal }) => signal.aborted)).toEqual([true])
    await viewer.close()
  })
})
