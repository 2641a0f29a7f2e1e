import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { RunEvent } from '../../../src/protocol/events.ts'
import { atWork } from '../at-work.ts'
import { LiveTimers } from '../live-timers.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { alice, createRun, settings, within } from '../object.ts'
import { connectSocket, SocketWatcher } from '../socket.ts'
import { connect } from '../watch.ts'
import { watchersOf } from '../watched.ts'

let queues: ManualQueues
const open: SocketWatcher[] = []

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

afterEach(async () => {
  vi.useRealTimers()
  for (const socket of open.splice(0)) {
    socket.close()
    await socket.closed
  }
})

async function watch(run: Stub, until: number): Promise<SocketWatcher> {
  const socket = new SocketWatcher(await connectSocket(run, { until }))
  open.push(socket)
  await socket.until(isState)
  socket.ack()
  return socket
}

const isState = ({ event, id }: RunEvent): boolean => event === 'all_jobs' && id !== undefined
const isUpdate = ({ event }: RunEvent): boolean => event === 'update'

function alarmOf(run: Stub): Promise<number | null> {
  return within(run, (_, { storage }) => storage.getAlarm())
}

/** Waits until the object has taken everything that was sent before. */
async function settled(run: Stub): Promise<void> {
  await run.view({ owner: alice })
}

describe('W-12: a token that expires', () => {
  it('ends its stream with the event `expired`, and no other stream', async () => {
    const { run } = await createRun()
    const until = Date.now() + 600
    const ended = await connect(run, { until })
    const stays = await connect(run)
    expect(await ended.text()).toMatch(/\nevent: token_expired\ndata: \{.*\}\n\n$/)
    expect(Date.now()).toBeGreaterThanOrEqual(until)
    expect(await watchersOf(run)).toBe(1)
    await stays.body?.cancel()
  })

  it('ends its socket with the message and 4401, while the object sleeps', async () => {
    const { run } = await createRun()
    const until = Date.now() + 1_000
    const [ends, stays] = [await watch(run, until), await watch(run, until + 3_600_000)]
    await settled(run)
    await evictDurableObject(run)
    expect(await ends.closed).toBe(4401)
    expect(ends.expired).toBe(true)
    expect(Date.now()).toBeGreaterThanOrEqual(until)
    expect(Date.now()).toBeLessThan(until + 3_000)
    expect(await watchersOf(run)).toBe(1)
    expect(stays.expired).toBe(false)
    expect((await connectSocket(run, { until })).status).toBe(401)
  })

  it('lets an object sleep that only sockets watch', async () => {
    const timers = new LiveTimers()
    const { run, ready } = await atWork(queues, '1', '2')
    const sockets = [await watch(run, Date.now() + 60_000), await watch(run, Date.now() + 30_000)]
    await ready(0)
    for (const socket of sockets) await socket.until(isUpdate)
    await expect.poll(() => timers.count).toBe(0)
  })

  it("shares the alarm with the run's own deadlines, which keep their times", async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const lease = await alarmOf(run)
    if (lease === null) throw new Error('a lease has an end')
    expect(lease).toBeLessThanOrEqual(Date.now() + settings.lease_ms)
    const [early, late] = [lease - 2_000, lease + 60_000]
    const [first, second] = [await watch(run, early), await watch(run, late)]
    expect(await alarmOf(run)).toBe(early)
    // An earlier deadline stays, whatever the run does in the meantime.
    await ready(0)
    expect(await alarmOf(run)).toBe(early)

    await second.until(isUpdate)
    second.ack()
    await settled(run)
    await evictDurableObject(run)
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(early)
    expect(await runDurableObjectAlarm(run)).toBe(true)
    expect(await first.closed).toBe(4401)
    expect(await watchersOf(run)).toBe(1)
    const renewed = await alarmOf(run)
    expect(renewed).toBeGreaterThanOrEqual(lease)
    expect(renewed).toBeLessThan(late)

    vi.setSystemTime(late)
    expect(await runDurableObjectAlarm(run)).toBe(true)
    expect(await second.closed).toBe(4401)
    expect(await watchersOf(run)).toBe(0)
    expect(await alarmOf(run)).not.toBeNull()
  })
})
