import { getEventListeners } from 'node:events'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Feed } from '../../src/client/feed.ts'
import type { PageDocument } from '../../src/client/platform.ts'
import { RunWatch, type WatchState } from '../../src/client/run-watch.ts'
import { visibilityOf } from '../../src/client/visibility.ts'
import { streamText, ScriptedRun } from '../support/scripted-run.ts'
import { begin, WatchServer } from '../support/watch-server.ts'
import { pictureOf, until, watchOn } from '../support/watched.ts'

const run = new ScriptedRun(8)

const server = {
  now: undefined as WatchServer | undefined,
  /** Starts a server that sends the run up to a seq. It closes the answer only at the run's end. */
  async tell(to: number): Promise<WatchServer> {
    server.now = await WatchServer.start({
      http: ({ cursor }, answer) => {
        begin(answer).write(streamText(run.since(cursor, to)))
        if (to === 8) answer.end()
      },
    })
    return server.now
  },
}

afterEach(async () => {
  await server.now?.close()
  server.now = undefined
})

/** The number of timers of this process. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
}

describe('a watch', () => {
  it('begins when somebody listens, and goes on from its cursor when somebody listens again', async () => {
    const told = await server.tell(5)
    const watch = watchOn(told)
    const state = await until(watch, ({ cursor }) => cursor === 'scripted.5')
    await told.until(() => told.open === 0)
    expect(watch.state.connection).toEqual({ status: 'paused' })
    expect(watch.state.run).toBe(state.run)
    const again = watch.subscribe(() => {})
    await told.until(() => told.asked.length === 2)
    expect(told.asked.map(({ cursor }) => cursor)).toEqual([undefined, 'scripted.5'])
    again()
    await told.until(() => told.open === 0)
  })

  it('does not begin for a listener that leaves at once', async () => {
    const told = await server.tell(5)
    const watch = watchOn(told)
    watch.subscribe(() => {})()
    const leave = watch.subscribe(() => {})
    await until(watch, ({ cursor }) => cursor === 'scripted.5')
    expect(told.asked).toHaveLength(1)
    leave()
  })

  it('keeps the same state until something changes, and calls listeners once for simultaneous changes', async () => {
    const told = await server.tell(8)
    const watch = watchOn(told)
    const states: WatchState[] = []
    watch.subscribe(() => states.push(watch.state))
    const last = await watch.ended
    expect(new Set(states).size).toBe(states.length)
    expect(states.at(-1)).toBe(last)
    // There were 22 events, and the connection changed three times.
    expect(states.length).toBeLessThan(10)
  })

  it('gives a reader of states the latest one, and ends with the last', async () => {
    const told = await server.tell(8)
    const watch = watchOn(told)
    const ended = watch.ended
    const states = watch[Symbol.asyncIterator]()
    expect((await states.next()).value?.connection.status).toBe('connecting')
    await ended
    expect((await states.next()).value).toBe(watch.state)
    expect(await states.next()).toEqual({ done: true, value: undefined })
    expect(pictureOf(watch.state)).toEqual(run.picture())
  })

  it('reads the feed as fast as the reader of its events, and no faster', async () => {
    const events = run.since(undefined)
    const taken: number[] = []
    const feed: Feed = async function* () {
      for (const [n, event] of events.entries()) {
        taken.push(n)
        yield event
      }
    }
    const watch = new RunWatch(feed)
    const reader = watch.events()
    for (const [n, event] of events.entries()) {
      expect((await reader.next()).value).toEqual(event)
      await new Promise(setImmediate)
      expect(taken.length).toBeLessThanOrEqual(n + 2)
    }
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('lets a reader of events leave while it waits for one', async () => {
    const told = await server.tell(1)
    const reader = watchOn(told).events()
    await reader.next()
    await reader.next()
    const waiting = reader.next()
    await told.until(() => told.open === 1)
    await reader.return?.()
    expect(await waiting).toEqual({ done: true, value: undefined })
    await told.until(() => told.open === 0)
  })

  it('leaves nothing behind when its signal is aborted', async () => {
    const told = await server.tell(5)
    const controller = new AbortController()
    const watch = watchOn(told, { signal: controller.signal })
    const lines = watch.events()
    const { ended } = watch
    while ((await lines.next()).value?.id !== 'scripted.5') expect(told.asked).toHaveLength(1)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    controller.abort()
    expect((await ended).cursor).toBe('scripted.5')
    expect(await lines.next()).toEqual({ done: true, value: undefined })
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    await told.until(() => told.open === 0)
    watch.subscribe(() => {})
    expect((await watch.ended).cursor).toBe('scripted.5')
    expect(told.asked).toHaveLength(1)
  })

  it.each(['token', 'connection', 'pause'] as const)(
    'leaves nothing behind when it is closed while it waits for a %s',
    async (what) => {
      const told = await WatchServer.start({
        http: (_, answer) => {
          if (what === 'pause') answer.destroy()
        },
      })
      server.now = told
      const asked = Promise.withResolvers<void>()
      const token = () => {
        asked.resolve()
        return what === 'token' ? new Promise<string>(() => {}) : 't'
      }
      const timing = { backoff_ms: 1e6, backoff_max_ms: 1e6 }
      const watch = watchOn(told, { token, timing })
      const { ended } = watch
      await asked.promise
      if (what === 'connection') await told.until(() => told.asked.length === 1)
      if (what === 'pause') await until(watch, (one) => one.connection.status === 'reconnecting')
      const before = timers()
      watch.close()
      await ended
      await told.until(() => told.open === 0)
      expect(timers()).toBeLessThanOrEqual(before - (what === 'token' ? 0 : 1))
      expect(watch.isOver).toBe(true)
    },
  )

  it('is failed when its feed throws', async () => {
    const error = new Error('a bug')
    // oxlint-disable-next-line require-yield -- the feed breaks before its first item
    const feed: Feed = async function* () {
      await Promise.resolve()
      throw error
    }
    expect((await new RunWatch(feed).ended).connection).toEqual({ status: 'failed', error })
  })
})

describe('a page', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  class TestPage extends EventTarget implements PageDocument {
    visibilityState = 'visible'
    show(state: 'visible' | 'hidden'): void {
      this.visibilityState = state
      this.dispatchEvent(new Event('visibilitychange'))
    }
  }

  function begun() {
    const page = new TestPage()
    const starts: (string | undefined)[] = []
    const feed: Feed = async function* ({ cursor, signal }) {
      starts.push(cursor)
      yield { status: 'connecting' }
      yield { event: 'status', data: 'ingesting', id: `e.${starts.length}` }
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve())
      })
    }
    const controller = new AbortController()
    const { signal } = controller
    const watch = new RunWatch(feed, { signal, observePage: visibilityOf(page, 30_000) })
    return { page, starts, controller, watch }
  }

  it('that is hidden for long closes its connection, and catches up from its cursor when it is visible', async () => {
    const { page, starts, controller, watch } = begun()
    const statuses: string[] = []
    watch.subscribe(() => statuses.push(watch.state.connection.status))
    page.show('hidden')
    await vi.advanceTimersByTimeAsync(30_001)
    expect(statuses).toEqual(['connecting', 'paused'])
    await vi.advanceTimersByTimeAsync(300_000)
    expect(starts).toEqual([undefined])
    page.show('visible')
    await vi.advanceTimersByTimeAsync(1)
    expect(starts).toEqual([undefined, 'e.1'])
    expect(statuses).toEqual(['connecting', 'paused', 'connecting'])
    controller.abort()
    await watch.ended
    expect(getEventListeners(page, 'visibilitychange')).toHaveLength(0)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that is hidden for a moment keeps its connection', async () => {
    const { page, starts, controller, watch } = begun()
    const statuses: string[] = []
    watch.subscribe(() => statuses.push(watch.state.connection.status))
    page.show('hidden')
    await vi.advanceTimersByTimeAsync(29_999)
    page.show('visible')
    await vi.advanceTimersByTimeAsync(60_000)
    expect([starts.length, statuses]).toEqual([1, ['connecting']])
    controller.abort()
    await watch.ended
  })

  it('that is hidden before a reader took an event loses no event, and gives none twice', async () => {
    const { page, controller, watch } = begun()
    const events = watch.events()
    const first = events.next()
    await vi.advanceTimersByTimeAsync(1)
    expect((await first).value).toMatchObject({ id: 'e.1' })
    page.show('hidden')
    await vi.advanceTimersByTimeAsync(30_001)
    page.show('visible')
    // The reader is busy, and takes neither this event nor the next one.
    await vi.advanceTimersByTimeAsync(1)
    page.show('hidden')
    await vi.advanceTimersByTimeAsync(30_001)
    page.show('visible')
    await vi.advanceTimersByTimeAsync(1)
    expect((await events.next()).value).toMatchObject({ id: 'e.2' })
    expect((await events.next()).value).toMatchObject({ id: 'e.3' })
    controller.abort()
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })

  it('that is closed while it is hidden leaves nothing behind', async () => {
    const { page, controller, watch } = begun()
    watch.subscribe(() => {})
    page.show('hidden')
    await vi.advanceTimersByTimeAsync(40_000)
    expect(watch.state.connection).toEqual({ status: 'paused' })
    controller.abort()
    await watch.ended
    expect(getEventListeners(page, 'visibilitychange')).toHaveLength(0)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves nothing behind when its last listener leaves while it is hidden', async () => {
    const { page, starts, controller, watch } = begun()
    const leave = watch.subscribe(() => {})
    page.show('hidden')
    await vi.advanceTimersByTimeAsync(40_000)
    leave()
    await vi.advanceTimersByTimeAsync(0)
    expect(getEventListeners(page, 'visibilitychange')).toHaveLength(0)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
    // The next listener gets the run at once, because the page counts as hidden only after a while.
    watch.subscribe(() => {})
    await vi.advanceTimersByTimeAsync(1)
    expect(starts).toEqual([undefined, 'e.1'])
    watch.close()
  })
})
