import { evictDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { RunEvent } from '../../../src/protocol/events.ts'
import { clientOf, send } from '../api-client.ts'
import { abort, atWork } from '../at-work.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { alice, changeSettings, createRun, within } from '../object.ts'
import { connectSocket, SocketWatcher } from '../socket.ts'
import { picture } from '../watch.ts'
import { jobsIn, watchersOf } from '../watched.ts'

let queues: ManualQueues
const open: SocketWatcher[] = []

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

afterEach(async () => {
  for (const socket of open.splice(0)) {
    socket.close()
    await socket.closed
  }
})

async function watch(run: Stub, ask?: Parameters<typeof connectSocket>[1]) {
  const socket = new SocketWatcher(await connectSocket(run, ask))
  open.push(socket)
  return socket
}

const isState = ({ event, id }: RunEvent): boolean => event === 'all_jobs' && id !== undefined
const isUpdate = ({ event }: RunEvent): boolean => event === 'update'
const isWhole = ({ event, data }: RunEvent): boolean =>
  event === 'update' && Object.keys(data['acme'] ?? {}).length === 9

describe('a socket of a run', () => {
  it('EV-1, W-5, W-8: shows the whole run, and is closed with 1000 after the end', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const socket = await watch(run)
    await socket.until(isState)
    expect(socket.names).toEqual(['status', 'groups', 'all_jobs'])
    await ready(0)
    expect(await socket.until(isUpdate)).toMatchObject({ data: { acme: { 1: 'ready' } } })
    await abort(run)
    await socket.drain()
    expect(socket.names.slice(-2)).toEqual(['complete', 'status'])
    expect(socket.state.status).toBe('aborted')
    expect(picture(socket.state)).toEqual(await jobsIn(run))
    expect(await socket.closed).toBe(1000)
    expect(await watchersOf(run)).toBe(0)
  })

  it('W-4: gets the changes since its cursor when it resumes', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const first = await watch(run)
    await first.until(isState)
    first.close()
    await ready(0)
    const second = await watch(run, { cursor: first.cursor })
    await second.until(isUpdate)
    expect(second.names).toEqual(['status', 'update'])
  })

  it('W-4: is closed at once if its client has seen the end', async () => {
    const { run } = await atWork(queues, '1')
    await abort(run)
    const cursor = (await run.view({ owner: alice }))?.cursor
    const socket = await watch(run, { cursor })
    expect(await socket.closed).toBe(1000)
    expect(socket.events).toEqual([])
    expect(await socket.next()).toBeUndefined()
  })

  it('W-7: is removed when its client leaves, and the close is answered', async () => {
    const { run } = await createRun()
    const socket = await watch(run)
    await socket.next()
    expect(await watchersOf(run)).toBe(1)
    socket.close()
    expect(await socket.closed).toBe(1000)
    expect(await watchersOf(run)).toBe(0)
    expect(await within(run, (_, state) => state.getWebSockets().length)).toBe(0)
  })

  it.each([
    ['hello', 1008],
    ['{"ack":"else.1"}', 1008],
    [new ArrayBuffer(2), 1003],
  ])('is closed when its client sends %s', async (message, code) => {
    const { run } = await createRun()
    const socket = await watch(run)
    await socket.next()
    socket.say(message)
    expect(await socket.closed).toBe(code)
    expect(await watchersOf(run)).toBe(0)
  })

  it('W-8: is closed with 1012 if the storage fails, and goes on from its cursor', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const socket = await watch(run)
    await socket.until(isState)
    vi.spyOn(console, 'error').mockReturnValue()
    await within(run, (object) => {
      const storage: DurableObjectStorage = Reflect.get(object, 'ctx').storage
      vi.spyOn(storage, 'sync').mockRejectedValueOnce(new Error('the disk is gone'))
    })
    await ready(0)
    expect(await socket.closed).toBe(1012)
    const again = await watch(run, { cursor: socket.cursor })
    expect(await again.until(isUpdate)).toMatchObject({ data: { acme: { 1: 'ready' } } })
  })

  it('W-12: is closed with 4401 when its token is revoked, and the token opens no other', async () => {
    const { run } = await createRun()
    const [guest, owner] = [await watch(run, { token_id: 'g' }), await watch(run)]
    await Promise.all([guest.next(), owner.next()])
    await run.revoke({ owner: alice, token_id: 'g', until: Date.now() + 60_000 })
    expect(await guest.closed).toBe(4401)
    expect((await connectSocket(run, { token_id: 'g' })).status).toBe(401)
    expect(await watchersOf(run)).toBe(1)
  })

  it('W-5: passes the Worker, with a token in the query', async () => {
    const { run_id, run } = await createRun()
    const { token } = await clientOf(alice)
    const path = `/api/runs/${run_id}/socket?lean=1&token=${token}`
    const socket = new SocketWatcher(await send(path, { headers: { upgrade: 'websocket' } }))
    open.push(socket)
    expect(await socket.next()).toMatchObject({ event: 'status', data: 'pending' })
    await abort(run)
    await socket.drain()
    expect(socket.state.status).toBe('aborted')
    expect(await socket.closed).toBe(1000)
  })
})

describe('unacknowledged bytes', () => {
  it('W-1: hold further events back, which come as one diff when there is room', async () => {
    const names = Array.from({ length: 10 }, (_, n) => `${n}`)
    const { run, ready } = await atWork(queues, ...names)
    await changeSettings(run, { unacked_bytes: 200 })
    const other = await watch(run)
    const socket = await watch(run)
    await Promise.all([socket, other].map((one) => one.until(isState)))
    other.ack()
    for (let n = 0; n < 9; n += 1) {
      await ready(n)
      await other.until(isUpdate)
      other.ack()
    }
    // A socket keeps its order, so the answer comes after everything that was sent before.
    expect(await socket.ask('ping')).toBe('pong')
    expect(socket.words).toEqual(['pong'])
    socket.ack()
    await socket.until(isWhole)
    expect(socket.names).toEqual(['status', 'groups', 'all_jobs', 'update'])
    expect(picture(socket.state)).toEqual(await jobsIn(run))
  })
})

describe('a socket whose object hibernates', () => {
  it('stays open, has its pings answered, and its pings do not wake the object', async () => {
    const { run } = await createRun()
    const socket = await watch(run)
    await socket.until(isState)
    socket.ack()
    await settled(run)
    await evictDurableObject(run)
    expect(await socket.ask('ping')).toBe('pong')
    // The runtime can only evict an object that is awake.
    await expect(evictDurableObject(run)).rejects.toThrow('not currently running')
  })

  it('W-3, W-5: gets the next change, and nothing again that it has acknowledged', async () => {
    const { run, ready } = await atWork(queues, '1', '2', '3')
    const socket = await watch(run)
    await socket.until(isState)
    for (const n of [0, 1]) {
      socket.ack()
      await settled(run)
      await evictDurableObject(run)
      await ready(n)
      expect(await socket.until(isUpdate)).toMatchObject({ data: { acme: { [n + 1]: 'ready' } } })
    }
    expect(socket.names).toEqual(['status', 'groups', 'all_jobs', 'update', 'update'])
    await ready(2)
    await socket.drain()
    expect(socket.state.status).toBe('finished')
  })

  it('W-3: gets again what it has not acknowledged, and misses nothing', async () => {
    const { run, ready } = await atWork(queues, '1', '2', '3')
    const socket = await watch(run)
    await socket.until(isState)
    socket.ack()
    await ready(0)
    await socket.until(isUpdate)
    await settled(run)
    await evictDurableObject(run)
    await ready(1)
    await socket.until(({ id }) => id !== undefined)
    await abort(run)
    await socket.drain()
    expect(socket.state.status).toBe('aborted')
    expect(picture(socket.state)).toEqual(await jobsIn(run))
  })

  it('wakes its object by an acknowledgement, and goes on', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const socket = await watch(run)
    await socket.until(isState)
    await settled(run)
    await evictDurableObject(run)
    socket.ack()
    await expect.poll(() => watchersOf(run)).toBe(1)
    await ready(0)
    await socket.until(isUpdate)
    expect(picture(socket.state)).toEqual(await jobsIn(run))
  })

  it('W-12: is closed when its token is revoked', async () => {
    const { run } = await createRun()
    const socket = await watch(run, { token_id: 'g' })
    await socket.until(isState)
    await evictDurableObject(run)
    await run.revoke({ owner: alice, token_id: 'g', until: Date.now() + 60_000 })
    expect(await socket.closed).toBe(4401)
  })
})

/** Waits until the object has taken everything that was sent before. */
async function settled(run: Stub): Promise<void> {
  await run.view({ owner: alice })
}
