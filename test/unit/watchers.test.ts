import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { step } from '../support/test-run.ts'
import { Client, watchJobs } from '../support/test-watch.ts'

const settings = { tick_ms: 50, relist_ms: 2_000, heartbeat_ms: 15_000 }

function begin(count: number) {
  return watchJobs(count, settings)
}

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
  it('EV-2, W-3: gets the full state at once, and then each change from its own position', async () => {
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

  it('W-3: misses no change while its first frame becomes durable', async () => {
    const { test, watch } = begin(1)
    await settle()
    const client = watch.connect()
    test.report(test.claim(), { last: false, row: step })
    await pass(50)
    expect(client.names()).toEqual(['status', 'groups', 'all_jobs', 'update'])
    expect(client.picture()).toEqual(watch.picture())
  })

  it('W-4: that resumes gets only the diff since its cursor', async () => {
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

  it('W-8: of an ended run gets the final state and the status, and is then closed', async () => {
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

  it('W-7: without a reader is removed at the next write', async () => {
    const { test, watch } = begin(2)
    const [dead, live] = [watch.connect(), watch.connect()]
    await settle()
    dead.alive = false
    test.report(test.claim())
    await pass(50)
    expect(watch.watchers.size).toBe(1)
    expect(live.picture()).toEqual(watch.picture())
  })

  it('W-7: without a reader is removed by a failed heartbeat', async () => {
    const { watch } = begin(1)
    const [dead, live] = [watch.connect(), watch.connect()]
    await settle()
    dead.alive = false
    await pass(15_000)
    expect(watch.watchers.size).toBe(1)
    expect(live.writes).toContain(':\n\n')
    expect(live.cursor).toMatch(/^epoch\./)
  })

  it('W-7: that is the last one to leave takes every timer along', async () => {
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
