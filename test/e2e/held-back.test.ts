import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type WatchState, watchRun } from '../../src/client/client.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import { type Holding, HoldingProxy, type SocketsThere } from '../support/holding-proxy.ts'
import { ManualStack } from '../support/manual-stack.ts'
import { statusesOf } from '../support/statuses.ts'
import { until } from '../support/watched.ts'

/** The longest that a person may wait until the run is shown. */
const PROMISED_MS = 3_000

let stack: ManualStack

beforeAll(async () => {
  stack = await ManualStack.start()
})

afterAll(() => stack?.close())

type Case = { readonly holds: Holding; readonly sockets: SocketsThere }

const cases: Case[] = [
  { holds: 'whole', sockets: 'pass' },
  { holds: 'body', sockets: 'refused' },
  { holds: 'events', sockets: 'unanswered' },
]

/** Watches a run from the first request to its end, and checks everything that is shown. */
async function expectShown(rules: Case, transport: 'socket' | 'poll'): Promise<void> {
  const run_id = await stack.create(100)
  await stack.change(run_id, 40)
  const proxy = await HoldingProxy.start(stack.port, rules)
  try {
    const { origin } = proxy
    const began = Date.now()
    const shown: { readonly at: number; readonly state: WatchState }[] = []
    const watch = watchRun(run_id, { origin, token: stack.token, timing: { poll_wait_s: 1 } })
    watch.subscribe(() => shown.push({ at: Date.now() - began, state: watch.state }))
    await until(watch, ({ cursor }) => cursor !== undefined)
    const first = shown.find(({ state }) => state.cursor !== undefined)
    expect(first?.at).toBeLessThan(PROMISED_MS)
    expect(first?.state.connection).toEqual({ status: 'connecting' })
    expect(statusesOf(watch.state.run)).toEqual(await stack.jobs(run_id))
    expect(proxy.asked.filter((route) => route === 'events')).toHaveLength(1)

    await stack.change(run_id, 20)
    await until(watch, ({ connection }) => connection.status === 'live')
    expect(watch.state.connection).toMatchObject({ transport })
    await stack.finish(run_id)
    const last = await watch.ended
    expect(last.connection).toEqual({ status: 'ended' })
    expect(statusesOf(last.run)).toEqual(await stack.jobs(run_id))
    const seqs = shown.map(({ state }) => parseCursor(state.cursor)?.seq ?? 0)
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    const live = shown.find(({ state }) => state.connection.status === 'live')
    process.stdout.write(
      `held back (${rules.holds}, sockets ${rules.sockets}): shown after ${first?.at} ms, live by ${transport} after ${live?.at} ms\n`,
    )
  } finally {
    await proxy.close()
  }
}

describe.concurrent.each(cases)(
  'behind a proxy that holds streams back ($holds), with sockets: $sockets',
  (rules) => {
    test('W-5: the run is shown within 3 s, and the connection is not called live before', async () => {
      expect.hasAssertions()
      await expectShown(rules, rules.sockets === 'pass' ? 'socket' : 'poll')
    })
  },
)

/** Checks a watch through a proxy that passes only the first frame of each stream. */
async function expectSteppedDown(sockets: SocketsThere, transport: 'socket' | 'poll') {
  const run_id = await stack.create(100)
  await stack.change(run_id, 40)
  const proxy = await HoldingProxy.start(stack.port, { holds: 'frame', sockets })
  try {
    const { origin } = proxy
    // The test uses a shorter silence than usual. The server sends heartbeats every 15 s.
    const timing = { silence_ms: 3_000, ping_ms: 1_000, poll_wait_s: 1, try_ms: 1_000 }
    const connections: WatchState['connection'][] = []
    const watch = watchRun(run_id, { origin, token: stack.token, timing })
    watch.subscribe(() => connections.push(watch.state.connection))
    await until(watch, ({ cursor }) => cursor !== undefined)
    expect(watch.state.connection).toEqual({ status: 'live', transport: 'sse' })
    expect(statusesOf(watch.state.run)).toEqual(await stack.jobs(run_id))

    await stack.change(run_id, 20)
    await until(watch, (state) => {
      const { connection } = state
      return connection.status === 'live' && connection.transport === transport
    })
    const streams = proxy.asked.filter((route) => route === 'stream')
    expect(streams).toHaveLength(2)
    await stack.finish(run_id)
    const last = await watch.ended
    expect(last.connection).toEqual({ status: 'ended' })
    expect(statusesOf(last.run)).toEqual(await stack.jobs(run_id))
    const reasons = connections.flatMap((one) => ('error' in one ? [String(one.error)] : []))
    expect(reasons).toContain('Error: The server sent nothing for 3 s')
  } finally {
    await proxy.close()
  }
}

test.concurrent.each([
  ['pass', 'socket'],
  ['refused', 'poll'],
] as const)(
  'W-5: behind a proxy that passes only the first frame, with sockets: %s, the watch changes to a %s',
  async (sockets, transport) => {
    expect.hasAssertions()
    await expectSteppedDown(sockets, transport)
  },
)

test('W-5: behind such a proxy without WebSockets, the watch changes to a poll', async () => {
  expect.hasAssertions()
  const { WebSocket } = globalThis
  Reflect.deleteProperty(globalThis, 'WebSocket')
  try {
    await expectShown({ holds: 'whole', sockets: 'refused' }, 'poll')
  } finally {
    globalThis.WebSocket = WebSocket
  }
})
