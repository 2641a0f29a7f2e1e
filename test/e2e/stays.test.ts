import { afterAll, beforeAll, expect, test } from 'vitest'

import { ManualStack } from '../support/manual-stack.ts'
import { RawSocket } from '../support/raw-socket.ts'
import { RawStream } from '../support/raw-stream.ts'
import { Readers, streamRequest } from '../support/readers.ts'
import { statusesOf } from '../support/statuses.ts'

/** Long enough for an object without much of a core to remove 800 watchers between two of them. */
const HEARTBEAT_MS = 5_000
const MB = 1_048_576

let stack: ManualStack

beforeAll(async () => {
  stack = await ManualStack.start({ heartbeat_ms: HEARTBEAT_MS })
})

afterAll(() => stack?.close())

/**
 * Counts the object's own heartbeats until something is so: two, and those that begin while the object still serves
 * others between the slices of the last one. A clock would be ahead of a busy machine's timers.
 */
async function heartbeatsUntil(watcher: RawStream, isSo: () => Promise<boolean>): Promise<number> {
  let heartbeats = 2
  for (await watcher.pulse(2); !(await isSo()); heartbeats += 1) await watcher.pulse(1)
  return heartbeats
}

test('W-7: 800 connections whose processes are killed are gone after a few heartbeats, and so is their memory', async () => {
  const run_id = await stack.create(100)
  const watchers = async () => (await stack.view(run_id)).watchers
  const free: number[] = []
  const watcher = new RawStream(stack.port, streamRequest(stack, run_id))
  for (let cycle = 0; cycle < 3; cycle += 1) {
    const readers = await Readers.open(stack, run_id, { processes: 4, each: 200 })
    expect(await watchers()).toBe(801)
    const held = await stack.heap()
    // Two of the processes stop reading before they die, while there are events to read.
    readers.stop(2)
    await stack.change(run_id, 100)
    await readers.kill()
    expect(await heartbeatsUntil(watcher, async () => (await watchers()) === 1)).toBeLessThan(4)
    const after = await stack.heap()
    free.push(after)
    expect(held - after).toBeGreaterThan(MB)
  }
  // 800 watchers hold more than that, so no memory stays from one round to the next.
  expect(Math.max(...free) - Math.min(...free)).toBeLessThan(MB / 2)
})

test('W-1: watchers that read nothing or acknowledge nothing during 10,000 changes cost less than 256 KB, and are right when they read again', async () => {
  const run_id = await stack.create(1_000)
  const first = new RawStream(stack.port, streamRequest(stack, run_id))
  await stack.change(run_id, 2_000, 2_000)
  const before = await stack.heap()

  const streams = Array.from(
    { length: 20 },
    () => new RawStream(stack.port, streamRequest(stack, run_id)),
  )
  const sockets = Array.from({ length: 20 }, () => RawSocket.open(stack, run_id))
  await Promise.all(streams.map((stream) => stream.stall()))
  await Promise.all(sockets.map((socket) => socket.until(({ cursor }) => cursor !== undefined)))
  for (const socket of sockets) socket.ack()
  await stack.change(run_id, 10_000, 1_000)
  const after = await stack.heap()
  expect((after - before) / 40).toBeLessThan(MB / 4)

  // A socket that got nothing for a long time gets everything at once.
  const { cursor } = await stack.view(run_id)
  for (const socket of sockets) {
    expect(socket.cursor).not.toBe(cursor)
    const told = socket.events.length
    socket.ack()
    await socket.until((one) => one.cursor === cursor)
    const more = socket.events.slice(told).filter(({ event }) => event !== 'progress')
    expect(more.map(({ event }) => event)).toEqual(['update'])
    socket.ack()
  }
  for (const stream of streams) stream.readOn()
  await stack.finish(run_id)
  await Promise.all([first, ...streams].map(({ ended }) => ended))
  await Promise.all(sockets.map(async ({ closed }) => expect(await closed).toBe(1000)))
  const truth = await stack.jobs(run_id)
  for (const { state } of [first, ...streams, ...sockets]) {
    expect(state.status).toBe('finished')
    expect(statusesOf(state)).toEqual(truth)
  }
})
