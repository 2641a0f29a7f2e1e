import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { TestRun } from '../support/test-run.ts'
import { Client, watchRun } from '../support/test-watch.ts'

function begin() {
  const settings = { page_bytes: 1_000 }
  const watched = watchRun((changed) => new TestRun({ settings, changed, flight_jobs: 1 }))
  watched.test.create('a', 'b')
  watched.test.plan(0, 30)
  return watched
}

function tick(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(50)
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('W-9: no diff is kept', () => {
  it('a tick writes nothing to storage, with or without watchers', async () => {
    const { test, watch } = begin()
    for (const client of [undefined, watch.connect()]) {
      test.report(test.claim())
      const writes = vi.spyOn(test.store, 'transaction')
      await tick()
      expect(writes).not.toHaveBeenCalled()
      writes.mockRestore()
      expect(client?.picture() ?? watch.picture()).toEqual(watch.picture())
    }
  })

  it('a run without watchers sets no timer, before its first watcher and after its last', async () => {
    const { test, watch } = begin()
    test.report(test.claim())
    expect(vi.getTimerCount()).toBe(0)
    const client = watch.connect()
    test.report(test.claim())
    await tick()
    watch.leave(client)
    test.report(test.claim())
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([true, false])(
    'a watcher that left at any seq gets the present state of the run, lean: %s',
    async (lean) => {
      const { test, watch } = begin()
      const clients: Client[] = []
      for (let i = 0; i < 10; i += 1) {
        const client = watch.connect(new Client(undefined, { lean }))
        await vi.advanceTimersByTimeAsync(500)
        watch.leave(client)
        clients.push(client)
        test.report(test.claim())
        if (i === 4) test.plan(1, 20)
      }
      test.restart()
      watch.restart()
      for (const before of clients) {
        const again = watch.connect(new Client(before))
        await vi.advanceTimersByTimeAsync(500)
        expect(again.picture()).toEqual(watch.picture())
        expect(again.cursor).toBe(`epoch.${test.run.seq}`)
        watch.leave(again)
      }
    },
  )
})
