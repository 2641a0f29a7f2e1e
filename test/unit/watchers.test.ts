import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/ending.ts'
import { step, TestRun } from '../support/test-run.ts'
import { Client, watchRun } from '../support/test-watch.ts'

const settings = { tick_ms: 50, relist_ms: 2_000, heartbeat_ms: 15_000 }

/** A run whose group `a` is closed with so many jobs, in flights of one. */
function begin(count: number) {
  const { test, watch } = watchRun((changed) => new TestRun({ flight_jobs: 1, settings, changed }))
  test.create('a', 'b')
  test.plan(0, count)
  return { test, watch }
}

/** Promises that stand are resolved; no time passes. */
function settle(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(0)
}

function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms)
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a watcher', () => {
  it('EV-2, W-3: is shown the full state at once, then each change where it stood', async () => {
    const { test, watch } = begin(3)
    const client = watch.connect()
    await settle()
    expect(client.names()).toEqual(['status', 'all_jobs'])
    for (let i = 0; i < 3; i += 1) {
      test.report(test.claim(), { last: false, row: step })
      await pass(50)
    }
    expect(client.names()).toEqual(['status', 'all_jobs', 'update', 'update', 'update'])
    expect(client.picture()).toEqual(watch.picture())
    const stands = watch.made.map(({ from }) => from)
    expect(stands).toEqual([null, ...watch.made.slice(0, -1).map(({ frame }) => frame.to.key)])
  })

  it('W-3: misses nothing that changes while its first frame is made durable', async () => {
    const { test, watch } = begin(1)
    const client = watch.connect()
    test.report(test.claim(), { last: false, row: step })
    await pass(50)
    expect(client.names()).toEqual(['status', 'all_jobs', 'update'])
    expect(client.picture()).toEqual(watch.picture())
  })

  it('W-4: that resumes is shown the diff since its cursor alone', async () => {
    const { test, watch } = begin(3)
    const first = watch.connect()
    await settle()
    watch.leave(first)
    test.report(test.claim())
    await pass(1_000)
    expect(first.writes).toHaveLength(1)
    const second = watch.connect(new Client(first))
    await settle()
    expect(second.events).toMatchObject([
      { event: 'status' },
      { event: 'update', data: { a: { '0-0': 'ready' } } },
    ])
    expect(second.picture()).toEqual(watch.picture())
    const third = watch.connect(new Client(second))
    await settle()
    expect(third.names()).toEqual(['status'])
  })

  it('W-8: of an ended run is shown the final state and the status, and then closed', async () => {
    const { test, watch } = begin(2)
    const client = watch.connect()
    await settle()
    test.call(abort, { by: 'alice' })
    await pass(50)
    expect(client.names().slice(-2)).toEqual(['all_jobs', 'status'])
    expect(client.state.status).toBe('aborted')
    expect(client.closed).toBe(true)
    const late = watch.connect()
    expect(late.closed).toBe(false)
    await settle()
    expect(late.names()).toEqual(['all_jobs', 'status'])
    expect(late.closed).toBe(true)
    expect(watch.watchers.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('W-8: that leaves as the run ends costs the others nothing', async () => {
    const { test, watch } = begin(1)
    const [first, second] = [watch.connect(), watch.connect()]
    await settle()
    first.close = () => {
      throw new Error('it is closed already')
    }
    const gate = Promise.withResolvers<void>()
    watch.synced = () => gate.promise
    test.call(abort, { by: 'alice' })
    await pass(50)
    watch.leave(first)
    gate.resolve()
    await settle()
    expect(second.state.status).toBe('aborted')
    expect(second.closed).toBe(true)
    expect(watch.errors).toEqual([])
  })

  it('W-7: that nobody reads any more is removed at the next write', async () => {
    const { test, watch } = begin(2)
    const [dead, live] = [watch.connect(), watch.connect()]
    await settle()
    dead.alive = false
    test.report(test.claim())
    await pass(50)
    expect(watch.watchers.size).toBe(1)
    expect(live.picture()).toEqual(watch.picture())
  })

  it('W-7: that nobody reads any more is removed by a failed heartbeat', async () => {
    const { watch } = begin(1)
    const [dead, live] = [watch.connect(), watch.connect()]
    await settle()
    dead.alive = false
    await pass(15_000)
    expect(watch.watchers.size).toBe(1)
    expect(live.writes.at(-1)).toBe(':\n\n')
    expect(live.cursor).toMatch(/^epoch\./)
  })

  it('W-7: the last one that leaves takes every timer with it', async () => {
    const { test, watch } = begin(2)
    const client = watch.connect()
    await settle()
    test.report(test.claim(), { last: false, row: step })
    watch.leave(client)
    watch.leave(client)
    expect(vi.getTimerCount()).toBe(0)
    test.report(test.claim())
    await pass(60_000)
    expect(client.writes).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a tick', () => {
  it('W-2: comes at once after a quiet spell, and later changes are folded into the next', async () => {
    const { test, watch } = begin(5)
    const client = watch.connect()
    await pass(1_000)
    const flights = Array.from({ length: 5 }, () => test.claim())
    const tell = (i: number): void => {
      const flight = flights[i]
      if (flight !== undefined) test.report(flight, { last: false, row: step })
    }
    tell(0)
    await settle()
    expect(client.writes).toHaveLength(2)
    tell(1)
    await pass(10)
    tell(2)
    tell(3)
    await pass(39)
    expect(client.writes).toHaveLength(2)
    await pass(1)
    expect(client.writes).toHaveLength(3)
    expect(Object.keys(client.events.at(-1)?.data ?? {})).toEqual(['a'])
    expect(client.events.at(-1)?.data).toEqual({
      a: { '0-1': 'crawling', '0-2': 'crawling', '0-3': 'crawling' },
    })
    await pass(1_000)
    tell(4)
    await settle()
    expect(client.writes).toHaveLength(4)
  })

  it('W-2: makes each frame once, however many watchers there are', async () => {
    const { test, watch } = begin(3)
    const clients = Array.from({ length: 200 }, () => watch.connect())
    await pass(50)
    expect(new Set(clients.map(({ writes }) => writes.join('')))).toHaveLength(1)
    for (let i = 0; i < 3; i += 1) {
      watch.made.length = 0
      test.report(test.claim())
      await pass(50)
      expect(watch.made).toHaveLength(1)
    }
    for (const client of clients) expect(client.picture()).toEqual(watch.picture())
  })

  it('W-2: makes one frame for watchers that came at different times', async () => {
    const { test, watch } = begin(9)
    const clients: Client[] = []
    for (let i = 0; i < 8; i += 1) {
      clients.push(watch.connect())
      await pass(50)
      test.report(test.claim())
      await pass(50)
    }
    watch.made.length = 0
    test.report(test.claim())
    await pass(50)
    expect(watch.made).toHaveLength(1)
    for (const client of clients) expect(client.picture()).toEqual(watch.picture())
  })

  it('W-11: writes nothing before what it speaks of is durable', async () => {
    const { test, watch } = begin(3)
    const gates: (() => void)[] = []
    watch.synced = () => new Promise((resolve) => gates.push(resolve))
    const client = watch.connect()
    await pass(500)
    expect(client.writes).toEqual([])
    const first = test.run.seq
    test.report(test.claim())
    await pass(500)
    expect(client.writes).toEqual([])
    expect(gates).toHaveLength(1)
    gates[0]?.()
    await settle()
    // What changed after the sync began waits for the next one.
    expect(client.cursor).toBe(`epoch.${first}`)
    await pass(500)
    expect(gates).toHaveLength(2)
    expect(client.cursor).toBe(`epoch.${first}`)
    gates[1]?.()
    await settle()
    expect(client.cursor).toBe(`epoch.${test.run.seq}`)
    expect(client.picture()).toEqual(watch.picture())
  })

  it('W-8: whose storage fails closes its watchers without an end, and is told once', async () => {
    const { test, watch } = begin(1)
    const client = watch.connect()
    await settle()
    watch.synced = () => Promise.reject(new Error('the disk is gone'))
    test.call(abort, { by: 'alice' })
    await pass(50)
    expect(client.closed).toBe(true)
    expect(client.state.status).toBe('ingesting')
    expect(watch.errors).toEqual([new Error('the disk is gone')])
    watch.synced = () => Promise.resolve()
    const again = watch.connect(new Client(client))
    await settle()
    expect(again.state.status).toBe('aborted')
    expect(again.closed).toBe(true)
  })
})

describe('a watcher without room', () => {
  it('W-1: is passed over, and gets one diff from where it stood when it drains', async () => {
    const { test, watch } = begin(40)
    const [slow, quick] = [watch.connect(), watch.connect()]
    await pass(50)
    slow.room = false
    for (let i = 0; i < 30; i += 1) {
      test.report(test.claim())
      await pass(50)
    }
    expect(quick.writes).toHaveLength(31)
    expect(slow.writes).toHaveLength(1)
    watch.drain(slow)
    await pass(50)
    expect(slow.writes).toHaveLength(2)
    expect(Object.keys(Object(slow.events.at(-1)?.data)['a'])).toHaveLength(30)
    expect(slow.picture()).toEqual(watch.picture())
    await pass(5_000)
    expect(slow.writes).toHaveLength(2)
  })

  it('W-1: has nothing queued for it', async () => {
    const { test, watch } = begin(40)
    const slow = watch.connect()
    await pass(50)
    slow.room = false
    const before = JSON.stringify({ ...slow.watcher, sink: null })
    for (let i = 0; i < 30; i += 1) {
      test.report(test.claim())
      await pass(50)
    }
    const after = JSON.stringify({ ...slow.watcher, sink: null })
    expect(after).toBe(before.replace('"behind":false', '"behind":true'))
    expect(watch.made).toHaveLength(1)
  })

  it('W-1: gets no heartbeat either', async () => {
    const { watch } = begin(1)
    const slow = watch.connect()
    await pass(50)
    slow.room = false
    await pass(60_000)
    expect(slow.writes).toHaveLength(1)
  })

  it('W-1, W-8: is shown the end when it drains after it', async () => {
    const { test, watch } = begin(3)
    const [slow, quick] = [watch.connect(), watch.connect()]
    await pass(50)
    slow.room = false
    test.call(abort, { by: 'alice' })
    await pass(5_000)
    expect(quick.closed).toBe(true)
    expect(slow.closed).toBe(false)
    watch.drain(slow)
    await pass(50)
    expect(slow.names()).toEqual(['status', 'all_jobs', 'all_jobs', 'status'])
    expect(slow.closed).toBe(true)
    expect(slow.picture()).toEqual(watch.picture())
  })
})
