import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { addJobs } from '../../src/durable/run/plans.ts'
import { answerOf, openWatchEndpoint } from '../support/open-watch-endpoint.ts'
import { Poller } from '../support/poller.ts'
import { seeds } from '../support/test-run.ts'

/** Polls, lets time pass until there is an answer, and returns the time that it took. */
async function timed(asked: Promise<Response>) {
  const began = Date.now()
  const state = { answered: false }
  void asked.finally(() => {
    state.answered = true
  })
  while (!state.answered) await vi.advanceTimersByTimeAsync(1)
  const response = await asked
  const answer = await answerOf(response)
  return { answer, ms: Date.now() - began, etag: response.headers.get('etag') }
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a poll', () => {
  it('EV-2, W-5: without a cursor gets the full state, and leaves nothing behind', async () => {
    const { watch, ask } = openWatchEndpoint()
    const { answer, ms, etag } = await timed(ask('/events?wait=20'))
    const poller = new Poller()
    poller.take(answer)
    expect(poller.names()).toEqual(['status', 'groups', 'all_jobs'])
    expect(poller.picture()).toEqual(watch.picture())
    expect(answer).toMatchObject({ cursor: 'epoch.4', done: false })
    expect(etag).toBe('"epoch.4"')
    expect(ms).toBeLessThan(5)
    expect([watch.watchers.size, vi.getTimerCount()]).toEqual([0, 0])
  })

  it('W-4: at its cursor gets an empty answer at once, if it does not wait', async () => {
    const { ask } = openWatchEndpoint()
    const { answer, ms, etag } = await timed(ask('/events', { 'last-event-id': 'epoch.4' }))
    expect(answer).toEqual({ cursor: 'epoch.4', events: [], done: false })
    expect(etag).toBe('"epoch.4"')
    expect(ms).toBeLessThan(5)
  })

  it('W-4: behind gets the changes, and not the status again', async () => {
    const { test, ask } = openWatchEndpoint()
    test.report(test.claim())
    const { answer } = await timed(ask('/events', { 'last-event-id': 'epoch.4' }))
    expect(answer.events.filter(({ event }) => event !== 'progress')).toEqual([
      { id: 'epoch.5', event: 'update', data: { a: { '0-0': 'ready' } } },
    ])
  })

  it.each(['other.4', 'epoch.999'])(
    'W-4: with the cursor %s gets the full state',
    async (cursor) => {
      const { ask } = openWatchEndpoint()
      const { answer } = await timed(ask('/events?wait=9', { 'last-event-id': cursor }))
      expect(answer.events.map(({ event }) => event)).toContain('all_jobs')
    },
  )

  it('W-5: that waits gets the first change', async () => {
    const { test, ask } = openWatchEndpoint()
    setTimeout(() => test.report(test.claim()), 7_000)
    const asked = ask('/events?wait=30', { 'last-event-id': 'epoch.4' })
    const { answer, ms } = await timed(asked)
    expect(answer.events.map(({ event }) => event)).toContain('update')
    expect(answer.cursor).toBe('epoch.5')
    expect(ms).toBeGreaterThanOrEqual(7_000)
    expect(ms).toBeLessThan(7_010)
  })

  it.each([
    ['as long as it asks for', 3, 3_000],
    ['no longer than is set', 99, 30_000],
  ])('W-5: waits %s', async (...[, wait, due]) => {
    const { ask, watch } = openWatchEndpoint()
    const asked = ask(`/events?wait=${wait}`, { 'last-event-id': 'epoch.4' })
    const { answer, ms } = await timed(asked)
    expect(answer).toEqual({ cursor: 'epoch.4', events: [], done: false })
    expect(ms).toBeGreaterThanOrEqual(due)
    expect(ms).toBeLessThan(due + 10)
    expect([watch.watchers.size, vi.getTimerCount()]).toEqual([0, 0])
  })

  it('EV-2: gets added jobs at once, while a stream gets them later', async () => {
    const { test, watch, ask } = openWatchEndpoint()
    const poller = new Poller()
    poller.take((await timed(ask('/events'))).answer)
    const { attempt } = test.grantPlan(1)
    for (const names of [seeds(1, 2), seeds(2, 2)]) {
      test.call(addJobs, { group: 1, attempt, jobs: names })
      const { answer, ms } = await timed(ask('/events?wait=9', poller.headers()))
      poller.take(answer)
      expect(poller.picture()).toEqual(watch.picture())
      expect(ms).toBeLessThan(10)
    }
  })

  it('EV-4: that is lean gets all pages of a listing in one answer, without a wait', async () => {
    const { ask, watch } = openWatchEndpoint(60)
    const { answer } = await timed(ask('/events?lean=1'))
    const poller = new Poller()
    poller.take(answer)
    expect(poller.names().filter((name) => name === 'added').length).toBeGreaterThan(3)
    expect(answer.events.filter(({ id }) => id !== undefined)).toHaveLength(1)
    expect(poller.picture()).toEqual(watch.picture())
  })

  it('W-8: is done with the terminal status, and after it', async () => {
    const { test, watch, ask } = openWatchEndpoint()
    const poller = new Poller()
    poller.take((await timed(ask('/events'))).answer)
    test.call(abort, { by: 'alice' })
    const { answer } = await timed(ask('/events?wait=9', poller.headers()))
    poller.take(answer)
    expect(answer.done).toBe(true)
    expect(poller.names().slice(-2)).toEqual(['complete', 'status'])
    expect(poller.picture()).toEqual(watch.picture())
    const again = await timed(ask('/events?wait=9', poller.headers()))
    expect(again.answer).toEqual({ cursor: answer.cursor, events: [], done: true })
  })

  it('W-11: gets its answer when the storage is synced', async () => {
    const { watch, ask } = openWatchEndpoint()
    const gate = Promise.withResolvers<void>()
    watch.synced = () => gate.promise
    setTimeout(() => gate.resolve(), 100)
    expect((await timed(ask('/events'))).ms).toBeGreaterThanOrEqual(100)
  })

  it('W-7: whose client leaves is removed', async () => {
    const { ask, watch } = openWatchEndpoint()
    const client = new AbortController()
    const asked = ask('/events?wait=9', { 'last-event-id': 'epoch.4' }, client.signal)
    await vi.advanceTimersByTimeAsync(5)
    expect(watch.watchers.size).toBe(1)
    client.abort()
    await asked
    expect([watch.watchers.size, vi.getTimerCount()]).toEqual([0, 0])
  })

  it('W-6: that fails gets 503', async () => {
    const { ask, watch } = openWatchEndpoint()
    watch.synced = () => Promise.reject(new Error('the disk is gone'))
    expect((await ask('/events')).status).toBe(503)
  })

  it('W-12: gets 401 when its token is revoked while it waits', async () => {
    const { ask, watch } = openWatchEndpoint()
    const given = { 'last-event-id': 'epoch.4', 'x-runcast-token': 'soon' }
    const asked = ask('/events?wait=9', given)
    await vi.advanceTimersByTimeAsync(5)
    watch.watchers.revoke('soon')
    expect((await asked).status).toBe(401)
  })
})
