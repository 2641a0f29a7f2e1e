import { afterEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { answerOf, openWatchEndpoint } from '../support/open-watch-endpoint.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('the watch endpoint of a run', () => {
  const paths = ['/stream', '/socket', '/events']
  const upgrade = { upgrade: 'websocket' }

  it.each(paths)('is not there for another owner: %s', async (path) => {
    const { ask, watch } = openWatchEndpoint()
    const owner = encodeURIComponent(Owner.parse('bob ä'))
    expect((await ask(path, { ...upgrade, 'x-runcast-owner': owner })).status).toBe(404)
    expect(watch.watchers.size).toBe(0)
  })

  it.each(paths)('W-12: is closed to a revoked token: %s', async (path) => {
    const { ask, watch } = openWatchEndpoint()
    const given = { ...upgrade, 'x-runcast-token': 'revoked' }
    expect((await ask(path, given)).status).toBe(401)
    expect(watch.watchers.size).toBe(0)
  })

  it.each(paths)('RUN-1: tells only its owner that the run was archived: %s', async (path) => {
    const { test, ask, watch } = openWatchEndpoint()
    test.call(abort, { by: 'alice' })
    const last_line = test.store.lastLine()
    watch.watchers.cutAll()
    test.archive({ seq: test.run.seq, last_line })
    const bob = { 'x-runcast-owner': 'bob' }
    const revoked = { 'x-runcast-token': 'revoked' }
    const answers = [{}, bob, revoked].map((given) => ask(path, { ...upgrade, ...given }))
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([410, 404, 401])
  })

  it('W-6, RUN-1: tells the watchers to come back when their run is archived', async () => {
    vi.useFakeTimers()
    const { test, watch, ask, sockets } = openWatchEndpoint()
    test.call(abort, { by: 'alice' })
    // The storage is not synced yet, so that no watcher gets the end before the archive.
    watch.synced = () => new Promise(() => {})
    const stream = await ask('/stream')
    const poll = ask('/events')
    await ask('/socket', upgrade)
    expect(watch.watchers.size).toBe(3)
    const last_line = test.store.lastLine()
    watch.watchers.cutAll()
    test.archive({ seq: test.run.seq, last_line })
    expect(watch.watchers.size).toBe(0)
    expect(await stream.text()).toMatch(/^retry: \d+\n\n$/)
    expect((await poll).status).toBe(503)
    expect(sockets.map(({ closedWith }) => closedWith)).toEqual([1012])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(watch.errors).toEqual([])
  })

  it('has no other path', async () => {
    expect((await openWatchEndpoint().ask('/else')).status).toBe(404)
  })

  it('opens a socket only for an upgrade', async () => {
    const { ask, sockets } = openWatchEndpoint()
    expect((await ask('/socket')).status).toBe(426)
    await ask('/socket?log=1', { ...upgrade, 'last-event-id': 'epoch.2' })
    expect(sockets[0]?.pipe.attachment).toEqual({
      wanted: { lean: false, detail: false, log: true },
      cursor: 'epoch.2',
      acked: false,
    })
  })

  it('W-4: has no event for a watcher that has seen the end', async () => {
    const { test, watch, ask, sockets } = openWatchEndpoint()
    test.call(abort, { by: 'alice' })
    const given = { ...upgrade, 'last-event-id': `epoch.${test.run.seq}` }
    expect((await ask('/stream', given)).status).toBe(204)
    await ask('/socket', given)
    expect(sockets.map(({ closedWith, events }) => [closedWith, events])).toEqual([[1000, []]])
    expect(watch.watchers.size).toBe(0)
  })

  it('EV-7: sends the log if it is requested', async () => {
    const { ask } = openWatchEndpoint()
    for (const [path, told] of [
      ['/events', false],
      ['/events?log=1', true],
    ] as const) {
      const answer = await answerOf(await ask(path))
      expect(answer.events.some(({ event }) => event === 'log')).toBe(told)
    }
  })

  it('EV-5: sends details if they are requested', async () => {
    const { ask } = openWatchEndpoint()
    const answer = await answerOf(await ask('/events?detail=1'))
    expect(answer.events.map(({ event }) => event)).toContain('detail')
  })
})
