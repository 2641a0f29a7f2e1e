import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/ending.ts'
import { pauseFor } from '../../src/durable/watch/watchers.ts'
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
    expect(client.names()).toEqual(['status', 'groups', 'all_jobs'])
    for (let i = 0; i < 3; i += 1) {
      test.report(test.claim(), { last: false, row: step })
      await pass(50)
    }
    expect(client.names()).toEqual(['status', 'groups', 'all_jobs', 'update', 'update', 'update'])
    expect(client.picture()).toEqual(watch.picture())
    const seqs = client.told().map(({ id }) => id)
    expect(seqs).toEqual([...new Set(seqs)])
  })

  it('W-3: misses nothing that changes while its first frame is made durable', async () => {
    const { test, watch } = begin(1)
    await settle()
    const client = watch.connect()
    test.report(test.claim(), { last: false, row: step })
    await pass(50)
    expect(client.names()).toEqual(['status', 'groups', 'all_jobs', 'update'])
    expect(client.picture()).toEqual(watch.picture())
  })

  it('W-4: that resumes is shown the diff since its cursor alone', async () => {
    const { test, watch } = begin(3)
    const first = watch.connect()
    await settle()
    watch.leave(first)
    test.report(test.claim())
    await pass(1_000)
    expect(first.frames).toHaveLength(1)
    const second = watch.connect(new Client(first))
    await settle()
    expect(second.names()).toEqual(['status', 'update'])
    expect(second.events[1]).toMatchObject({ data: { a: { '0-0': 'ready' } } })
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
    expect(client.names().slice(-3)).toEqual(['all_jobs', 'complete', 'status'])
    expect(client.state.status).toBe('aborted')
    expect(client.closed).toBe('ended')
    const late = watch.connect()
    expect(late.closed).toBe('no')
    await settle()
    expect(late.names()).toEqual(['groups', 'all_jobs', 'complete', 'status'])
    expect(late.closed).toBe('ended')
    expect(watch.watchers.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('W-8: that leaves as the run ends costs the others nothing', async () => {
    const { test, watch } = begin(1)
    const [first, second] = [watch.connect(), watch.connect()]
    await settle()
    first.end = () => {
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
    expect(second.closed).toBe('ended')
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
    expect(live.writes).toContain(':\n\n')
    expect(live.cursor).toMatch(/^epoch\./)
  })

  it('W-7: the last one that leaves takes every timer with it', async () => {
    const { test, watch } = begin(2)
    const client = watch.connect()
    await settle()
    test.report(test.claim(), { last: false, row: step })
    const { length } = client.writes
    watch.leave(client)
    watch.leave(client)
    test.report(test.claim())
    await pass(60_000)
    expect(client.writes).toHaveLength(length)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a tick', () => {
  it('W-2: comes at once after a quiet spell, and later changes are folded into the next', async () => {
    const { test, watch } = begin(5)
    const client = watch.connect()
    await pass(1_000)
    const flights = Array.from({ length: 5 }, () => test.claim())
    await pass(1_000)
    client.frames.length = 0
    const tell = (i: number): void => {
      const flight = flights[i]
      if (flight !== undefined) test.report(flight, { last: false, row: step })
    }
    tell(0)
    await settle()
    expect(client.told()).toHaveLength(1)
    tell(1)
    await pass(10)
    tell(2)
    tell(3)
    await pass(39)
    expect(client.told()).toHaveLength(1)
    await pass(1)
    expect(client.told()).toHaveLength(2)
    expect(client.events.findLast(({ event }) => event === 'update')?.data).toEqual({
      a: { '0-1': 'crawling', '0-2': 'crawling', '0-3': 'crawling' },
    })
    await pass(1_000)
    tell(4)
    await settle()
    expect(client.told()).toHaveLength(3)
  })

  it('W-2: makes each frame once, however many watchers there are', async () => {
    const { test, watch } = begin(3)
    const clients = Array.from({ length: 200 }, () => watch.connect())
    await pass(50)
    expect(new Set(clients.map(({ writes }) => writes.join('')))).toHaveLength(1)
    for (let i = 0; i < 3; i += 1) {
      test.report(test.claim())
      await pass(50)
      expect(new Set(clients.map(({ frames }) => frames.at(-1)))).toHaveLength(1)
    }
    for (const client of clients) expect(client.picture()).toEqual(watch.picture())
  })

  it.each([
    [0, 50],
    [400, 50],
    [520, 65],
    [640, 80],
    [20_000, 80],
  ])('W-2: is a little longer where very many watch: %i, %i ms', (watchers, ms) => {
    expect(pauseFor(watchers, 50)).toBe(ms)
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
    test.report(test.claim())
    await pass(50)
    expect(new Set(clients.map(({ frames }) => frames.at(-1)))).toHaveLength(1)
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
    expect(client.closed).toBe('cut')
    expect(client.state.status).toBe('ingesting')
    expect(watch.errors).toEqual([new Error('the disk is gone')])
    watch.synced = () => Promise.resolve()
    const again = watch.connect(new Client(client))
    await settle()
    expect(again.state.status).toBe('aborted')
    expect(again.closed).toBe('ended')
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
    expect(quick.told()).toHaveLength(31)
    expect(slow.frames).toHaveLength(1)
    watch.drain(slow)
    await pass(50)
    expect(slow.told()).toHaveLength(2)
    const update = slow.events.findLast(({ event }) => event === 'update')
    expect(Object.keys(Object(update?.data)['a'])).toHaveLength(30)
    expect(slow.picture()).toEqual(watch.picture())
    await pass(5_000)
    expect(slow.told()).toHaveLength(2)
  })

  it('W-1: has nothing queued for it', async () => {
    const { test, watch } = begin(40)
    const slow = watch.connect()
    await pass(50)
    slow.room = false
    const before = { ...slow.watcher, behind: null }
    for (let i = 0; i < 30; i += 1) {
      test.report(test.claim())
      await pass(50)
    }
    expect({ ...slow.watcher, behind: null }).toEqual(before)
    expect(slow.frames).toHaveLength(1)
  })

  it('W-1: gets no heartbeat either', async () => {
    const { watch } = begin(1)
    const slow = watch.connect()
    await pass(50)
    slow.room = false
    await pass(60_000)
    expect(slow.writes).toHaveLength(1)
    expect(slow.closed).toBe('no')
  })

  it('W-7: that reads nothing for five minutes is cut, and right when it comes back', async () => {
    const { test, watch } = begin(3)
    const [slow, quick] = [watch.connect(), watch.connect()]
    await pass(50)
    slow.room = false
    test.report(test.claim())
    await pass(299_000)
    expect(slow.closed).toBe('no')
    await pass(16_000)
    expect(slow.closed).toBe('cut')
    expect(watch.watchers.size).toBe(1)
    const again = watch.connect(new Client(slow))
    await settle()
    expect(again.picture()).toEqual(watch.picture())
    expect(quick.closed).toBe('no')
  })

  it('W-1, W-8: is shown the end when it drains after it', async () => {
    const { test, watch } = begin(3)
    const [slow, quick] = [watch.connect(), watch.connect()]
    await pass(50)
    slow.room = false
    test.call(abort, { by: 'alice' })
    await pass(5_000)
    expect(quick.closed).toBe('ended')
    expect(slow.closed).toBe('no')
    watch.drain(slow)
    await pass(50)
    expect(slow.names()).toEqual([
      'status',
      'groups',
      'all_jobs',
      'groups',
      'all_jobs',
      'complete',
      'status',
    ])
    expect(slow.closed).toBe('ended')
    expect(slow.picture()).toEqual(watch.picture())
  })
})
