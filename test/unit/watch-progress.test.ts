import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { databaseAway } from '../../src/durable/run/checkpoints.ts'
import { releasePlan } from '../../src/durable/run/plans.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import type { Progress } from '../../src/protocol/events.ts'
import { TestRun } from '../support/test-run.ts'
import { Client, type TestWatch, watchRun } from '../support/test-watch.ts'

const settings = { tick_ms: 50, relist_ms: 2_000, heartbeat_ms: 15_000, progress_ms: 250 }

function begin(count: number) {
  const { test, watch } = watchRun((changed) => new TestRun({ flight_jobs: 1, settings, changed }))
  test.create('a', 'b')
  test.plan(0, count)
  return { test, watch }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms)
}

/** Adds a client, and keeps its progress events with their times. */
function told(watch: TestWatch): { client: Client; at: number[]; data: Progress[] } {
  const client = new Client()
  const heard = { client, at: [] as number[], data: [] as Progress[] }
  client.saw = (event) => {
    if (event.event !== 'progress') return
    expect(event.id).toBeUndefined()
    heard.at.push(Date.now())
    heard.data.push(event.data)
  }
  watch.connect(client)
  return heard
}

beforeEach(() => {
  // The run's own clock stands still there.
  vi.useFakeTimers({ now: new TestRun().now })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('EV-6: the progress', () => {
  it('comes on arrival: counts, the unread lists, and no unknown rate', async () => {
    const { watch } = begin(3)
    const { data } = told(watch)
    await pass(0)
    const counts = { total: 3, by_status: { pending: 3 } }
    expect(data).toEqual([{ counts, groups_open: 1, rate: 0 }])
  })

  it('comes at most four times a second, and once more after the last change', async () => {
    const { test, watch } = begin(60)
    const heard = told(watch)
    await pass(1_000)
    for (let i = 0; i < 60; i += 1) {
      test.report(test.claim())
      await pass(50)
    }
    await pass(1_000)
    const waits = heard.at.slice(1).map((at, i) => at - (heard.at[i] ?? 0))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(250)
    expect(heard.at.length).toBeGreaterThan(10)
    expect(heard.data.at(-1)?.counts.by_status).toEqual({ ready: 60 })
    const during =
      heard.data.find(({ counts }) => counts.by_status.ready === 40) ?? heard.data.at(-3)
    expect(during?.rate).toBeGreaterThan(5)
    expect(during?.eta?.likely_s).toBeGreaterThan(0)
  })

  it('comes with every heartbeat if nothing changes', async () => {
    const { watch } = begin(1)
    const { data } = told(watch)
    await pass(1_000)
    const { length } = data
    await pass(45_000)
    expect(data).toHaveLength(length + 3)
  })

  it('has what groups wait for, and until when', async () => {
    const { test, watch } = begin(0)
    const { data } = told(watch)
    await pass(0)
    const grant = test.grantPlan(1)
    const until = test.now + 60_000
    const waits = { code: 'host_paused', message: 'The host asks for a pause.' }
    test.call(releasePlan, { group: 1, attempt: grant.attempt, until, waits })
    await pass(1_000)
    const ends = new Date(until).toISOString()
    expect(data.at(-1)?.waits).toEqual([{ ...waits, until: ends, groups: 1 }])
  })

  it('comes when there may be another reason to wait, although the state has not changed', async () => {
    const { test, watch } = begin(1)
    const { client, data } = told(watch)
    await pass(1_000)
    const { length } = data
    const { cursor } = client
    await pass(9_000)
    expect(data).toHaveLength(length)
    watch.watchers.again()
    await pass(0)
    expect(data.at(-1)?.waits).toMatchObject([{ code: 'queue_backlog', since: iso(test.now) }])
    expect(client.cursor).toBe(cursor)
  })

  it('DB-3: has the absence of Postgres, and since when, together with the change', async () => {
    const { test, watch } = begin(1)
    const { data } = told(watch)
    await pass(1_000)
    test.call(databaseAway, { took_ms: 0 })
    await pass(0)
    expect(data.at(-1)?.waits).toMatchObject([{ code: 'database_away', since: iso(test.now) }])
  })

  it('moves no cursor, and does not come after the end', async () => {
    const { test, watch } = begin(2)
    const { client } = told(watch)
    await pass(1_000)
    const { cursor } = client
    expect(parseCursor(cursor)?.seq).toBe(test.run.seq)
    await pass(15_000)
    expect(client.cursor).toBe(cursor)
    test.call(abort, { by: 'alice' })
    await pass(1_000)
    expect(client.events.at(-1)).toMatchObject({ event: 'status', data: 'aborted' })
  })
})
