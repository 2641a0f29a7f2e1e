import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

import { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import { TestRun } from '../support/test-run.ts'
import { type TestWatch, watchRun } from '../support/test-watch.ts'
import { pictureOf } from '../support/watched-picture.ts'

const Row = z.array(RunEvent)

function begin(settings: { frame_rows?: number; page_bytes?: number } = {}) {
  return watchRun((changed) => new TestRun({ settings, changed, flight_jobs: 1 }))
}

function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms)
}

/** What the kept rows say, folded. */
function replay(watch: TestWatch) {
  const rows = watch.test.store.readFrames(0, 10_000)
  const events = rows.flatMap(({ data }) => Row.parse(JSON.parse(data)))
  return { rows, picture: pictureOf(events.reduce(fold, unwatched)) }
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('W-9: what each tick changed', () => {
  it('is kept as a row with its seq and its time, whether or not anybody watches', async () => {
    const { test, watch } = begin()
    test.create('a')
    await pass(50)
    test.plan(0, 5)
    await pass(50)
    for (let i = 0; i < 5; i += 1) {
      test.report(test.claim())
      await pass(50)
    }
    const { rows, picture } = replay(watch)
    expect(rows.map(({ seq }) => seq)).toEqual([...new Set(rows.map(({ seq }) => seq))])
    expect(rows.at(-1)?.seq).toBe(test.run.seq)
    expect(rows.length).toBeGreaterThan(5)
    for (const { at } of rows) expect(at).toBeLessThanOrEqual(Date.now())
    expect(picture).toEqual(watch.picture())
  })

  it('is kept without a gap across an eviction, and in full where it was paged', async () => {
    const { test, watch } = begin({ page_bytes: 200 })
    test.create('a')
    test.plan(0, 30)
    // Evicted before the tick.
    test.restart()
    watch.restart()
    test.flyAll()
    await pass(50)
    expect(replay(watch).picture).toEqual(watch.picture())
  })

  it('is forgotten from the oldest on, beyond what is set', async () => {
    const { test, watch } = begin({ frame_rows: 3 })
    test.create('a')
    test.plan(0, 10)
    for (let i = 0; i < 10; i += 1) {
      test.report(test.claim())
      await pass(50)
    }
    const { rows } = replay(watch)
    expect(rows).toHaveLength(3)
    expect(rows.at(-1)?.seq).toBe(test.run.seq)
  })
})
