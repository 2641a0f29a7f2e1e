import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { takeOrder } from '../../src/durable/run/admission.ts'
import { crowded } from '../../src/protocol/crowded.ts'
import { eventParser } from '../support/event-parser.ts'
import { answerOf, openWatchEndpoint } from '../support/open-watch-endpoint.ts'
import { Poller } from '../support/poller.ts'
import { Reading } from '../support/reading.ts'

const upgrade = { upgrade: 'websocket' }

/** The endpoint of a run that has one place for a watcher, which a stream has taken. */
async function crowdedEndpoint(jobs = 3) {
  const endpoint = openWatchEndpoint(jobs, { watchers_max: 1, poll_again_ms: 5_000 })
  const first = await endpoint.ask('/stream')
  await vi.advanceTimersByTimeAsync(10)
  return { ...endpoint, first }
}

/** A stream that is closed already, read to its close. */
class ClosedStream extends Reading {
  isCrowded = false
  retry_ms = 0

  constructor(text: string) {
    super()
    const crowd = () => {
      this.isCrowded = true
    }
    eventParser((event) => this.read(event), undefined, crowd).feed(text)
    for (const [, ms] of text.matchAll(/^retry: (\d+)$/gm)) this.retry_ms = Number(ms)
  }
}

async function closed(stream: Promise<Response>): Promise<ClosedStream> {
  const response = await stream
  const text = response.text()
  await vi.advanceTimersByTimeAsync(50)
  return new ClosedStream(await text)
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a run that has no place for another watcher', () => {
  it.each(['/stream', '/stream?lean=1'])(
    'W-6, W-13: shows itself once over a stream, and asks it to come back: %s',
    async (path) => {
      const { ask, watch } = await crowdedEndpoint(60)
      const stream = await closed(ask(path))
      expect(stream.picture()).toEqual(watch.picture())
      expect(stream.cursor).toBe(`epoch.${watch.test.run.seq}`)
      expect([stream.isCrowded, stream.retry_ms >= 3_750]).toEqual([true, true])
      expect(watch.watchers.size).toBe(1)
    },
  )

  it('W-4, W-13: sends a stream what is new since its cursor, each time that it comes back', async () => {
    const { ask, test, watch } = await crowdedEndpoint()
    let cursor = (await closed(ask('/stream'))).cursor ?? ''
    for (const names of [['status', 'update'], ['status']]) {
      if (names.length > 1) test.report(test.claim())
      const again = await closed(ask('/stream', { 'last-event-id': cursor }))
      expect(again.names()).toEqual(names)
      expect(again.isCrowded).toBe(true)
      cursor = again.cursor ?? ''
    }
    expect(cursor).toBe(`epoch.${watch.test.run.seq}`)
  })

  it('W-13: shows itself once over a socket, and closes it with 1013', async () => {
    const { ask, sockets, watch } = await crowdedEndpoint()
    await ask('/socket', upgrade)
    await vi.advanceTimersByTimeAsync(50)
    const [socket] = sockets
    expect(socket?.picture()).toEqual(watch.picture())
    expect([socket?.crowded, socket?.closedWith]).toEqual([true, 1013])
    expect(watch.watchers.size).toBe(1)
  })

  it('W-13: holds no poll, and says when to poll again', async () => {
    const { ask, test, watch } = await crowdedEndpoint()
    const poller = new Poller()
    for (const wait of [25, 25, 0]) {
      test.report(test.claim())
      const asked = ask(`/events?wait=${wait}`, poller.headers())
      await vi.advanceTimersByTimeAsync(50)
      const response = await asked
      expect(response.headers.get('retry-after')).toMatch(/^[4-7]$/)
      poller.take(await answerOf(response))
      expect(poller.picture()).toEqual(watch.picture())
    }
    const asked = ask('/events?wait=25', poller.headers())
    await vi.advanceTimersByTimeAsync(50)
    const { events, cursor } = await answerOf(await asked)
    expect([events, cursor]).toEqual([[], poller.cursor])
    expect(watch.watchers.size).toBe(1)
  })

  it('W-8, W-13: tells everybody its end', async () => {
    const { ask, test } = await crowdedEndpoint()
    test.call(abort, { by: 'alice' })
    const stream = await closed(ask('/stream'))
    expect([stream.state.status, stream.isCrowded]).toEqual(['aborted', false])
    const poll = ask('/events?wait=25')
    await vi.advanceTimersByTimeAsync(50)
    expect((await answerOf(await poll)).done).toBe(true)
  })

  it('W-13: has a place again when a watcher has left', async () => {
    const { ask, first, watch } = await crowdedEndpoint()
    const poll = async () => {
      const asked = ask('/events')
      await vi.advanceTimersByTimeAsync(50)
      return (await asked).headers.get('retry-after')
    }
    expect(await poll()).not.toBeNull()
    await first.body?.cancel()
    expect(watch.watchers.size).toBe(0)
    // A poll that does not wait needs no place, and takes none.
    for (let i = 0; i < 3; i += 1) expect(await poll()).toBeNull()
    await ask('/stream')
    await vi.advanceTimersByTimeAsync(50)
    expect(watch.watchers.size).toBe(1)
    expect(await poll()).not.toBeNull()
  })

  it('W-13: has no place while a poll waits', async () => {
    const { ask, watch } = openWatchEndpoint(3, { watchers_max: 1 })
    const cursor = { 'last-event-id': `epoch.${watch.test.run.seq}` }
    const waiting = ask('/events?wait=9', cursor)
    await vi.advanceTimersByTimeAsync(50)
    expect((await closed(ask('/stream'))).isCrowded).toBe(true)
    await vi.advanceTimersByTimeAsync(9_000)
    expect((await waiting).headers.get('retry-after')).toBeNull()
    const stream = await ask('/stream')
    await vi.advanceTimersByTimeAsync(50)
    expect(watch.watchers.size).toBe(1)
    await stream.body?.cancel()
  })

  it('W-13: says so in an event that an EventSource ignores', () => {
    expect(crowded).toEqual({ event: 'crowded', data: '{}' })
  })
})

it('W-13, ADM-1: a run that waits for its turn keeps its sockets, but no stream and no poll, and takes them again later', async () => {
  const { ask, test, watch, sockets } = openWatchEndpoint(3, { poll_again_ms: 5_000 })
  const early = closed(ask('/stream'))
  await ask('/socket', upgrade)
  await vi.advanceTimersByTimeAsync(20)
  const reason = { code: 'runs_at_once', message: 'It is the next one.' }
  test.call(takeOrder, { kind: 'wait', n: 7, round: 1, reason })
  const [stream, late] = [await early, await closed(ask('/stream'))]
  expect([stream.isCrowded, stream.retry_ms >= 3_750, late.isCrowded]).toEqual([true, true, true])
  expect(late.picture()).toEqual(watch.picture())
  const asked = ask('/events?wait=25')
  await vi.advanceTimersByTimeAsync(50)
  expect((await asked).headers.get('retry-after')).toMatch(/^[4-7]$/)
  await ask('/socket', upgrade)
  await vi.advanceTimersByTimeAsync(50)
  expect(sockets.map(({ closedWith }) => closedWith)).toEqual([undefined, undefined])
  expect(watch.watchers.size).toBe(2)

  test.call(takeOrder, { kind: 'go', n: 8, round: 1 })
  const polled = ask('/events')
  await vi.advanceTimersByTimeAsync(50)
  expect((await polled).headers.get('retry-after')).toBeNull()
  await ask('/stream')
  await vi.advanceTimersByTimeAsync(50)
  expect(watch.watchers.size).toBe(3)
})
