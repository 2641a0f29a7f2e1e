import { evictDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { WatchedRun } from '../../../src/protocol/fold.ts'
import { unwatched } from '../../../src/protocol/fold.ts'
import { PollAnswer } from '../../../src/protocol/poll.ts'
import { clientOf } from '../api-client.ts'
import { abort, atWork } from '../at-work.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { alice, claimPlan, createRun, jobsOf } from '../object.ts'
import { Poller } from '../poller.ts'
import { connectSocket, SocketWatcher } from '../socket.ts'
import { connect, picture, Watcher } from '../watch.ts'
import { jobsIn, watchersOf } from '../watched.ts'

let queues: ManualQueues

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

async function cursorOf(run: Stub): Promise<string> {
  const view = await run.view({ owner: alice })
  if (view === undefined) throw new Error('there is no run')
  return view.cursor
}

describe('a poll', () => {
  it('W-5, W-8: follows a run to its end, one answer after another', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const poller = new Poller(run)
    expect(await poller.poll()).toMatchObject({ done: false })
    expect(picture(poller.state)).toEqual({ acme: { 1: 'pending', 2: 'pending' } })
    await ready(0)
    const { events } = await poller.poll()
    expect(events[0]).toMatchObject({ event: 'update', data: { acme: { 1: 'ready' } } })
    expect(await poller.poll()).toEqual({ cursor: poller.cursor, events: [], done: false })
    await abort(run)
    expect(await poller.poll('?wait=30')).toMatchObject({ cursor: await cursorOf(run), done: true })
    expect(poller.state.status).toBe('aborted')
    expect(picture(poller.state)).toEqual(await jobsIn(run))
    expect(await poller.poll('?wait=30')).toMatchObject({ events: [], done: true })
    expect(await watchersOf(run)).toBe(0)
  })

  it('W-5: is answered at a change while it waits', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const poller = new Poller(run)
    await poller.poll()
    const answered = poller.poll('?wait=30')
    await expect.poll(() => watchersOf(run)).toBe(1)
    await ready(0)
    expect((await answered).events[0]).toMatchObject({ event: 'update' })
    expect(await watchersOf(run)).toBe(0)
  })

  it('W-5: is answered without events when its wait is over', async () => {
    const { run } = await atWork(queues, '1')
    const poller = new Poller(run)
    const { cursor } = await poller.poll()
    expect(await poller.poll('?wait=1')).toEqual({ cursor, events: [], done: false })
  })

  it('W-4: goes on after its object was evicted', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const poller = new Poller(run)
    await poller.poll()
    await evictDurableObject(run)
    await ready(0)
    expect((await poller.poll()).events[0]).toMatchObject({ event: 'update' })
  })

  it('W-5: passes the Worker, which answers 304 while nothing is new', async () => {
    const { run_id, run } = await createRun()
    const client = await clientOf(alice)
    const path = `/api/runs/${run_id}/events`
    const first = await client.get(path)
    expect(first.status).toBe(200)
    const etag = first.headers.get('etag') ?? ''
    const { cursor } = PollAnswer.parse(await first.json())
    expect(etag).toBe(`"${cursor}"`)
    const same = { 'if-none-match': etag }
    const again = await client.get(`${path}?cursor=${cursor}`, same)
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
    const answered = client.get(`${path}?cursor=${cursor}&wait=30`, same)
    await expect.poll(() => watchersOf(run)).toBe(1)
    await claimPlan(run)
    const news = await answered
    expect(news.status).toBe(200)
    expect(PollAnswer.parse(await news.json()).events).toMatchObject([
      { event: 'status', data: 'initializing' },
      { event: 'groups' },
    ])
  })
})

type Client = { state: WatchedRun; cursor: string | undefined }

async function read(watcher: Watcher | SocketWatcher, run: Stub, client: Client): Promise<void> {
  watcher.state = client.state
  const end = await cursorOf(run)
  await watcher.until(({ id }) => id === end)
  Object.assign(client, { state: watcher.state, cursor: watcher.cursor })
}

describe('W-5: a client that changes its transport', () => {
  const openSockets: SocketWatcher[] = []

  afterEach(async () => {
    for (const socket of openSockets.splice(0)) {
      socket.close()
      await socket.closed
    }
  })

  /** Each function brings a client to the run's present cursor, or to the end, over its transport. */
  const transports = {
    async stream(run: Stub, client: Client): Promise<void> {
      const response = await connect(run, { cursor: client.cursor })
      if (response.status === 204) return
      const watcher = new Watcher(response)
      await read(watcher, run, client)
      await watcher.cancel()
    },
    async socket(run: Stub, client: Client): Promise<void> {
      const watcher = new SocketWatcher(await connectSocket(run, { cursor: client.cursor }))
      openSockets.push(watcher)
      await read(watcher, run, client)
    },
    async poll(run: Stub, client: Client): Promise<void> {
      const poller = new Poller(run)
      Object.assign(poller, { state: client.state, cursor: client.cursor })
      await poller.poll()
      Object.assign(client, { state: poller.state, cursor: poller.cursor })
    },
  }

  type Name = keyof typeof transports

  it.each<[Name, Name, Name]>([
    ['stream', 'socket', 'poll'],
    ['poll', 'stream', 'socket'],
    ['socket', 'poll', 'stream'],
  ])('with %s, %s and %s has the run’s state at each cursor', async (...order) => {
    const { run } = await createRun()
    const client: Client = { state: unwatched, cursor: undefined }
    let turn = 0
    const follow = async (): Promise<void> => {
      const name = order[turn % order.length] ?? 'poll'
      turn += 1
      await transports[name](run, client)
      expect(client.cursor).toBe(await cursorOf(run))
      expect(client.state.status).toBe((await run.view({ owner: alice }))?.status)
      expect(picture(client.state)).toEqual(await jobsIn(run))
    }
    await follow()
    const { attempt } = await claimPlan(run)
    await follow()
    for (const names of [['1', '2'], ['3'], ['4', '5', '6']]) {
      await run.addJobs({ group: 0, attempt, jobs: jobsOf(...names) })
      await follow()
    }
    await run.closeGroup({ group: 0, attempt })
    await follow()
    const [{ flight }] = await queues.take('flight')
    const grant = await run.claim({ flight })
    if (grant.kind === 'refused') throw new Error('the flight was refused')
    for (const { n, attempt: granted } of grant.jobs.slice(0, 4)) {
      const row = { n, attempt: granted, kind: 'ready', outcome: 'new' } as const
      await run.report({ flight, grant: grant.grant, rows: [row], last: false })
      await follow()
      if (n === 1) await follow()
    }
    await abort(run)
    await follow()
    expect(client.state.status).toBe('aborted')
  })
})
