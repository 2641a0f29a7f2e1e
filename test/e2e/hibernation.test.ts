import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { watchRun } from '../../src/client/client.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { ManualStack } from '../support/manual-stack.ts'
import { RawSocket } from '../support/raw-socket.ts'
import { RawStream } from '../support/raw-stream.ts'
import { streamRequest } from '../support/readers.ts'
import { statusesOf } from '../support/statuses.ts'
import { until } from '../support/watched.ts'

// The platform lets an object sleep after ten quiet seconds. No setting shortens that time.
const QUIET_MS = 12_000

let stack: ManualStack

beforeAll(async () => {
  stack = await ManualStack.start({ heartbeat_ms: 1_000 })
})

afterAll(() => stack?.close())

/** Opens so many sockets of a run, and waits until each has the run's state. */
async function openSockets(run_id: RunId, count: number): Promise<RawSocket[]> {
  const sockets = Array.from({ length: count }, () => RawSocket.open(stack, run_id))
  await Promise.all(sockets.map((socket) => socket.until(({ cursor }) => cursor !== undefined)))
  return sockets
}

test('W-5: an object sleeps between changes if only sockets watch it, and stays awake if a stream does', async () => {
  const [asleep, awake] = [await stack.create(100), await stack.create(100)]
  const sockets = await openSockets(asleep, 20)
  const late = await openSockets(asleep, 5)
  const [other] = await openSockets(awake, 1)
  const stream = new RawStream(stack.port, streamRequest(stack, awake))
  for (const socket of sockets) socket.ack()
  const before = await Promise.all([asleep, awake].map((run_id) => stack.constructed(run_id)))
  expect(before).toEqual([1, 1])
  await delay(QUIET_MS)
  for (const run_id of [asleep, awake]) await stack.change(run_id, 25)
  const { cursor } = await stack.view(asleep)
  await Promise.all(
    [...sockets, ...late].map((socket) => socket.until((one) => one.cursor === cursor)),
  )
  const after = await Promise.all([asleep, awake].map((run_id) => stack.constructed(run_id)))
  expect(after).toEqual([2, 1])

  const truth = await stack.jobs(asleep)
  for (const { state } of [...sockets, ...late]) expect(statusesOf(state)).toEqual(truth)
  // The sockets that had acknowledged the state do not get it again.
  const told = sockets.map(({ events }) => events.map(({ event }) => event))
  for (const names of told) {
    expect(names.filter((name) => name !== 'progress')).toEqual([
      'status',
      'groups',
      'all_jobs',
      'update',
    ])
  }
  // workerd waits ten seconds before it closes a socket that has never sent anything (decision 0006).
  for (const socket of [...late, ...(other ? [other] : [])]) socket.ack()
  for (const run_id of [asleep, awake]) await stack.finish(run_id)
  const closes = await Promise.all([...sockets, ...late].map(({ closed }) => closed))
  expect(new Set(closes)).toEqual(new Set([1000]))
  await stream.ended
  expect(await other?.closed).toBe(1000)
})

test('W-14: a tab that is forgotten on a run that stands still lets its object sleep, and gets the next change', async () => {
  const { origin, token } = stack
  const run_id = await stack.create(100)
  const watch = watchRun(run_id, { origin, token, timing: { still_ms: 500 } })
  // Without a listener a watch has no connection.
  watch.subscribe(() => {})
  await until(
    watch,
    ({ connection }) => 'transport' in connection && connection.transport === 'sse',
  )
  await until(
    watch,
    ({ connection }) => 'transport' in connection && connection.transport === 'socket',
  )
  expect(await stack.constructed(run_id)).toBe(1)
  // The object learns with one of the next heartbeats that the stream was closed.
  await delay(QUIET_MS + 4_000)
  await stack.change(run_id, 25)
  const { cursor } = await stack.view(run_id)
  const { run } = await until(watch, (state) => state.cursor === cursor)
  expect(await stack.constructed(run_id)).toBe(2)
  expect(statusesOf(run)).toEqual(await stack.jobs(run_id))
  await until(
    watch,
    ({ connection }) => 'transport' in connection && connection.transport === 'sse',
  )
  await stack.finish(run_id)
  expect((await watch.ended).connection).toEqual({ status: 'ended' })
})
