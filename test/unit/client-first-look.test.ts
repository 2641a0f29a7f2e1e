import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { shareFeed } from '../../src/client/tabs/shared-feed.ts'
import { MemoryChannels } from '../support/memory-channels.ts'
import { MemoryLocks } from '../support/memory-locks.ts'
import {
  type Act,
  answers,
  closes,
  fails,
  held,
  refuses,
  run,
  tells,
  unreadable,
  Viewer,
} from '../support/viewer.ts'

beforeEach(() => {
  vi.useFakeTimers()
  // Each pause is as long as jitter can make it.
  vi.spyOn(Math, 'random').mockReturnValue(0.999)
})

afterEach(() => {
  const left = vi.getTimerCount()
  vi.restoreAllMocks()
  vi.useRealTimers()
  if (left > 0) throw new Error('a watch that was closed has left a timer')
})

describe('a first look', () => {
  it('is not taken when a stream brings something within a second', async () => {
    const viewer = new Viewer({ sse: [tells(5, 900)], poll: [answers(5)] })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(viewer.asked.map(({ transport }) => transport)).toEqual(['sse'])
    expect(viewer.shownAt(5)).toBe(900)
    await viewer.close()
  })

  it('shows the run within 3 s if streams are held back, and says that it is not live', async () => {
    const viewer = new Viewer({ poll: [answers(5, 1_500)] })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(viewer.shownAt(5)).toBe(2_500)
    expect(viewer.statuses).toEqual([[0, 'connecting']])
    await viewer.close()
  })

  it('lets the next stream go on from its cursor, and nothing is shown twice', async () => {
    const viewer = new Viewer({ sse: [held, tells(12, 200)], poll: [answers(5)] })
    await vi.advanceTimersByTimeAsync(1_099)
    expect(viewer.events).toEqual([])
    await vi.advanceTimersByTimeAsync(201)
    await viewer.done
    expect(viewer.askedBy('sse').map(({ at, cursor }) => [at, cursor])).toEqual([
      [0, undefined],
      [1_100, 'scripted.5'],
    ])
    expect(viewer.lines).toEqual(run.lines())
    expect(viewer.statuses).toEqual([
      [0, 'connecting'],
      [1_300, 'live'],
      [1_300, 'ended'],
    ])
    await viewer.close()
  })

  it('gives way to a stream that brings an event before the poll is answered', async () => {
    const viewer = new Viewer({ sse: [tells(7, 1_050)], poll: [answers(3)] })
    await vi.advanceTimersByTimeAsync(30_000)
    const [poll] = viewer.askedBy('poll')
    expect([poll?.at, poll?.signal.aborted]).toEqual([1_000, true])
    expect(viewer.askedBy('sse')).toHaveLength(1)
    expect(viewer.events).toEqual(run.since(undefined, 7))
    await viewer.close()
  })

  it('shows either the poll or the stream when both are answered at the same moment', async () => {
    const winners = new Set<number | undefined>()
    for (let turns = 0; turns < 40; turns += 1) {
      const moment = Promise.withResolvers<void>()
      const stream: Act = async function* (options) {
        for (let turn = 0; turn < 15; turn += 1) await moment.promise
        yield* run.since(options.cursor, 4)
        yield* held(options)
      }
      const poll: Act = async function* ({ cursor }) {
        for (let turn = 0; turn < turns; turn += 1) await moment.promise
        yield* run.since(cursor, 8)
      }
      const viewer = new Viewer({ sse: [stream, held], poll: [poll] })
      await vi.advanceTimersByTimeAsync(2_000)
      moment.resolve()
      await vi.advanceTimersByTimeAsync(100)
      expect(viewer.lines).toEqual(run.lines().slice(0, viewer.lines.length))
      winners.add(viewer.lines.length)
      await viewer.close()
    }
    expect(winners).toEqual(new Set([3, 7]))
  })

  it('is not taken while the server asks the client to wait', async () => {
    const viewer = new Viewer({ sse: [refuses(429, 500), held], poll: [answers(5)] })
    await vi.advanceTimersByTimeAsync(30_499)
    expect(viewer.asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(viewer.asked.map(({ transport }) => transport)).toEqual(['sse', 'sse', 'poll', 'sse'])
    await viewer.close()
  })

  it('ends the watch when the run has ended', async () => {
    const viewer = new Viewer({ poll: [answers(12)] })
    await vi.advanceTimersByTimeAsync(1_100)
    await viewer.done
    expect(viewer.statuses).toEqual([
      [0, 'connecting'],
      [1_100, 'ended'],
    ])
    expect(viewer.events).toEqual(run.since(undefined))
    expect(viewer.asked).toHaveLength(2)
    await viewer.close()
  })

  it.each([
    ['is refused', refuses(503)],
    ['is refused for good', refuses(404)],
    ['fails', fails()],
    ['is never answered', held],
    ['cannot be read', unreadable],
  ])('that %s is ignored, and is not repeated', async (_, poll) => {
    const viewer = new Viewer({ sse: [tells(5, 9_000)], poll: [poll] })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(viewer.asked.map(({ at, transport }) => [at, transport])).toEqual([
      [0, 'sse'],
      [1_000, 'poll'],
    ])
    expect(viewer.events).toEqual(run.since(undefined, 5))
    await viewer.close()
  })

  it.each(['sse', 'socket'] as const)(
    'is not taken when the caller chose the transport %s',
    async (transport) => {
      const viewer = new Viewer({ socket: [held], poll: [answers(5)] }, transport)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(viewer.askedBy('poll')).toEqual([])
      await viewer.close()
    },
  )

  it('is taken within 3 s when streams break at once, and is shown in the pause between two of them', async () => {
    const viewer = new Viewer({ sse: [fails(5)], socket: [fails(5)], poll: [answers(5, 800)] })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(viewer.shownAt(5)).toBeLessThan(3_000)
    expect(viewer.statuses.at(-1)?.[1]).toBe('reconnecting')
    expect(viewer.askedBy('poll')).toHaveLength(1)
    await viewer.close()
  })

  it('does not shorten a pause that the server asks for', async () => {
    const viewer = new Viewer({ sse: [refuses(429, 1_050), tells(12)], poll: [answers(5, 500)] })
    await vi.advanceTimersByTimeAsync(31_049)
    expect([viewer.shownAt(5), viewer.askedBy('sse').length]).toEqual([1_500, 1])
    await vi.advanceTimersByTimeAsync(10)
    await viewer.done
    expect(viewer.askedBy('sse').map(({ cursor }) => cursor)).toEqual([undefined, 'scripted.5'])
    await viewer.close()
  })

  it('is taken once for all tabs that share a watch, and each tab shows it', async () => {
    const [locks, channels] = [new MemoryLocks(), new MemoryChannels()]
    const tabs = ['a', 'b', 'c'].map((tab) => {
      const channel = (name: string) => channels.open(tab, name)
      const sharing = { name: 'run', locks: locks.of(tab), channel }
      return new Viewer({ poll: [answers(5)] }, 'auto', (feed) => shareFeed(feed, sharing))
    })
    for (let ms = 0; ms < 3_000; ms += 50) {
      await vi.advanceTimersByTimeAsync(50)
      while (channels.deliver(0)) await vi.advanceTimersByTimeAsync(0)
    }
    const asked = tabs.map((tab) => tab.asked.map(({ transport }) => transport))
    expect(asked).toEqual([['sse', 'poll', 'sse'], [], []])
    for (const tab of tabs) {
      expect(tab.shownAt(5)).toBeLessThan(3_000)
      expect(new Set(tab.statuses.map(([, status]) => status))).toEqual(new Set(['connecting']))
    }
    for (const tab of tabs.toReversed()) await tab.close()
  })

  it('W-5: does not change the order of transports when sockets are held back as well', async () => {
    const poll = [answers(5), answers(8)]
    const viewer = new Viewer({ sse: [held], socket: [held], poll })
    await vi.advanceTimersByTimeAsync(60_000)
    const order = viewer.asked.map(({ transport }) => transport)
    expect(order.slice(0, 6)).toEqual(['sse', 'poll', 'sse', 'socket', 'socket', 'poll'])
    expect(viewer.shownAt(5)).toBe(1_100)
    expect(viewer.shownAt(8)).toBeLessThan(25_000)
    const live = viewer.statuses.findIndex(([, status]) => status === 'live')
    const before = viewer.statuses.slice(0, live).map(([, status]) => status)
    expect(new Set(before)).toEqual(new Set(['connecting', 'reconnecting']))
    await viewer.close()
  })
})

/** The actions of a connection, their times, and the events that they bring. */
const acts = fc
  .record({
    kind: fc.constantFrom('held', 'tells', 'closes', 'answers', 'fails', 'busy'),
    to: fc.integer({ min: 1, max: 11 }),
    after_ms: fc.constantFrom(0, 300, 999, 1_000, 1_001, 1_100, 1_400, 2_500, 9_000),
  })
  .map(({ kind, to, after_ms }): Act => {
    switch (kind) {
      case 'tells':
        return tells(to, after_ms)
      case 'closes':
        return closes(to, after_ms)
      case 'answers':
        return answers(to, after_ms)
      case 'fails':
        return fails(after_ms)
      case 'busy':
        return refuses(429)
      default:
        return held
    }
  })

const some = fc.array(acts, { maxLength: 5 })
const worlds = fc.record({ sse: some, socket: some, poll: some, hasSockets: fc.boolean() })

/** The seed of the histories. To replay a failure, set RUNCAST_SEED to the seed that it printed. */
const seed = Number(process.env['RUNCAST_SEED'] ?? 20_261_122)

it('the run never goes back, shows each log line once, and is shown to its end, whatever connections and polls do', async () => {
  let looked = 0
  const property = fc.asyncProperty(worlds, async ({ sse, socket, poll, hasSockets }) => {
    const viewer = new Viewer({
      sse: [...sse, tells(12)],
      poll: [...poll, answers(12)],
      ...(hasSockets && { socket: [...socket, tells(12)] }),
    })
    await vi.advanceTimersByTimeAsync(900_000)
    expect(viewer.statuses.at(-1)?.[1]).toBe('ended')
    expect(viewer.lines).toEqual(run.lines())
    const cursors = viewer.seqs
    expect(cursors).toEqual(cursors.toSorted((a, b) => a - b))
    expect(viewer.events.at(-1)).toMatchObject({ event: 'status', data: 'finished' })
    const [first] = viewer.askedBy('poll')
    const live = viewer.statuses.find(([, status]) => status === 'live')?.[0] ?? Infinity
    if (first !== undefined && first.at < live) looked += 1
    await viewer.close()
  })
  await fc.assert(property, { seed, numRuns: 500 })
  expect(looked).toBeGreaterThan(50)
})
