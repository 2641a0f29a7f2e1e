import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { addJobs, closeGroup } from '../../src/durable/run/plans.ts'
import type { Settings } from '../../src/settings.ts'
import { seed, TestRun } from '../support/test-run.ts'
import { Client, watchRun } from '../support/test-watch.ts'

const settings = { tick_ms: 50, relist_ms: 2_000, heartbeat_ms: 15_000 }

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

/** Makes a run whose group `a` is being planned. `add` adds one job to the group. */
function planning(given: Partial<Settings> = {}) {
  const { test, watch } = watchRun(
    (changed) => new TestRun({ settings: { ...settings, ...given }, changed }),
  )
  test.create('a', 'b')
  test.grantPlan(0)
  let n = 0
  const add = (): void => {
    n += 1
    test.call(addJobs, { group: 0, attempt: 1, jobs: [seed(`x${n}`)] })
  }
  const close = () => test.call(closeGroup, { group: 0, attempt: 1 })
  return { test, watch, add, close }
}

function listings(client: Client): number {
  return client.names().filter((name) => name === 'all_jobs').length
}

describe('added jobs', () => {
  it('EV-2: are listed at once, and then at most every relist_ms', async () => {
    const { watch, add } = planning()
    const client = watch.connect()
    await pass(100)
    const times: number[] = []
    client.saw = ({ event }) => {
      if (event === 'all_jobs') times.push(Date.now())
    }
    for (let i = 0; i < 100; i += 1) {
      add()
      await pass(50)
    }
    expect(times.length).toBeGreaterThanOrEqual(3)
    const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_100)
    await pass(2_000)
    expect(client.picture()).toEqual(watch.picture())
    const seen = client.names()
    await pass(60_000)
    expect(client.names()).toEqual(seen)
  })

  it('EV-2: are listed the more seldom the larger the listing is', async () => {
    const { watch, add } = planning({ relist_rate_bytes: 500 })
    const client = watch.connect()
    await pass(100)
    const listed: { readonly at: number; readonly bytes: number }[] = []
    client.saw = ({ event, data }) => {
      if (event === 'all_jobs') listed.push({ at: Date.now(), bytes: JSON.stringify(data).length })
    }
    for (let i = 0; i < 400; i += 1) {
      add()
      await pass(50)
    }
    await pass(60_000)
    expect(client.picture()).toEqual(watch.picture())
    const waits = listed.slice(1).map(({ at }, i) => at - (listed[i]?.at ?? 0))
    const due = listed.slice(0, -1).map(({ bytes }) => Math.max(2_000, bytes * 2))
    expect(waits.length).toBeGreaterThan(2)
    for (const [i, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(due[i] ?? Infinity)
      expect(wait).toBeLessThanOrEqual((due[i] ?? 0) + 100)
    }
  })

  it('EV-2: are listed as soon as possible if nothing else happens', async () => {
    const { watch, add } = planning()
    const client = watch.connect()
    await pass(100)
    add()
    await pass(1_900)
    add()
    await pass(50)
    expect(listings(client)).toBe(2)
    await pass(50)
    expect(listings(client)).toBe(3)
    expect(client.picture()).toEqual(watch.picture())
  })

  it('EV-2: are listed at once when the run turns ingesting', async () => {
    const { watch, add, close } = planning()
    const client = watch.connect()
    await pass(100)
    add()
    await pass(50)
    expect(listings(client)).toBe(2)
    add()
    await pass(50)
    expect(listings(client)).toBe(2)
    close()
    await pass(50)
    expect(client.names().slice(-3)).toEqual(['status', 'groups', 'all_jobs'])
    expect(client.picture()).toEqual(watch.picture())
  })

  it('EV-2, EV-9: give no cursor until they are listed, so that a resume lists them', async () => {
    const { test, watch, add } = planning()
    const client = watch.connect()
    await pass(100)
    add()
    await pass(50)
    const { cursor } = client
    add()
    test.flyAll()
    await pass(50)
    expect(client.names().at(-1)).toBe('update')
    expect(client.cursor).toBe(cursor)
    watch.leave(client)
    const again = watch.connect(new Client(client))
    await settle()
    expect(again.names()).toEqual(['status', 'groups', 'all_jobs'])
    expect(again.cursor).toBe(`epoch.${test.run.seq}`)
    expect(again.picture()).toEqual(watch.picture())
  })

  it('EV-2: are listed for watchers that stay, however often others resume', async () => {
    const { watch, add } = planning()
    const stays = watch.connect()
    let resumes = watch.connect()
    await pass(100)
    const before = listings(stays)
    for (let i = 0; i < 10; i += 1) {
      add()
      await pass(500)
      watch.leave(resumes)
      add()
      resumes = watch.connect(new Client(resumes))
      await pass(500)
    }
    expect(listings(stays) - before).toBeGreaterThanOrEqual(4)
    await pass(2_000)
    expect(stays.picture()).toEqual(watch.picture())
  })

  it('EV-2: from before the end are in the final state', async () => {
    const { test, watch, add } = planning()
    const client = watch.connect()
    await pass(100)
    add()
    await pass(50)
    add()
    test.call(abort, { by: 'alice' })
    await pass(50)
    expect(client.names().slice(-3)).toEqual(['all_jobs', 'complete', 'status'])
    expect(client.picture()).toEqual(watch.picture())
  })
})
