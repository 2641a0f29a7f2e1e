import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Transport, watchRun } from '../../src/client/client.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import { CuttingProxy } from '../support/cutting-proxy.ts'
import { ManualStack } from '../support/manual-stack.ts'
import { statusesOf } from '../support/statuses.ts'

const CUTS = 60
const timing = { backoff_ms: 5, backoff_max_ms: 20, poll_ms: 10, poll_wait_s: 1 }

let stack: ManualStack

beforeAll(async () => {
  stack = await ManualStack.start({ retry_ms: 10 })
})

afterAll(() => stack?.close())

/**
 * The most bytes between two cuts. They range from the head of an answer to several frames, and do not fit
 * the frames' sizes. Now and then there are enough bytes for the full state. Sockets are compressed.
 */
const reach = { sse: 9_000, poll: 9_000, socket: 2_200 } as const

function budgetOf(transport: Transport, cuts: number): number {
  if (cuts >= CUTS) return Infinity
  return cuts % 20 === 3 ? reach[transport] : 130 + ((cuts * 577) % (reach[transport] / 4))
}

describe.concurrent.each<Transport>(['sse', 'socket', 'poll'])('over %s', (transport) => {
  test(`W-8: a cut is never an end, and ${CUTS} cuts of one run lose nothing`, async () => {
    const run_id = await stack.create(100)
    const proxy = await CuttingProxy.start(stack.port, (cuts) => budgetOf(transport, cuts))
    try {
      const { origin } = proxy
      const watch = watchRun(run_id, { origin, token: stack.token, transport, timing, log: true })
      const seqs: number[] = []
      const statuses: string[] = []
      watch.subscribe(() => {
        const { cursor, connection } = watch.state
        if (cursor !== undefined) seqs.push(parseCursor(cursor)?.seq ?? NaN)
        statuses.push(connection.status)
      })
      while (proxy.cuts < CUTS) {
        await stack.change(run_id, 25)
        expect(watch.isOver).toBe(false)
      }
      expect(statuses).not.toContain('ended')
      await stack.finish(run_id)
      const last = await watch.ended
      expect(last.connection).toEqual({ status: 'ended' })
      expect(last.run.status).toBe('finished')
      expect(statusesOf(last.run)).toEqual(await stack.jobs(run_id))
      expect(last.cursor).toBe((await stack.view(run_id)).cursor)
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    } finally {
      await proxy.close()
    }
  })
})
