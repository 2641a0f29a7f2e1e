import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { deliver, deliverTo, ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { newRunId, stubOf, within } from '../object.ts'
import { database } from '../parts.ts'
import { acked, quiet, startRun } from '../queued-run.ts'

let queues: ManualQueues

// The simulated alarm uses the real clock. With the date an hour ahead it fires only when a test fires
// it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'] })
  queues = new ManualQueues()
})

function storedTables(run: Stub): Promise<number> {
  return within(run, (_, { storage }) => {
    const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT GLOB '_cf_*'")
    return tables.toArray().length
  })
}

describe('Q-1: a forged message does nothing', () => {
  it.each([
    ['runcast-plan', { kind: 'plan', group: 0 }],
    ['runcast-ingestion', { kind: 'flight', flight: 1 }],
    ['runcast-checkpoint', { kind: 'checkpoint' }],
    ['runcast-dead-letters', { kind: 'plan', group: 0 }],
  ])('for a run that does not exist: %s', async (queue, message) => {
    quiet()
    const run_id = newRunId()
    expect(await deliverTo(queue, [{ ...message, run_id }])).toMatchObject(acked(1))
    expect(await storedTables(stubOf(run_id))).toBe(0)
    expect(await database().query('SELECT 1 FROM runs WHERE run_id = $1', [run_id])).toEqual([])
  })

  it('for a group or a flight that does not exist', async () => {
    const { owner, run, run_id } = await startRun(20)
    const before = await run.view({ owner })
    const plans = [-1, 1, 9e15].map((group) => ({ kind: 'plan', run_id, group }) as const)
    const flights = [-1, 0, 1, 2].map((flight) => ({ kind: 'flight', run_id, flight }) as const)
    expect(await deliver(plans)).toMatchObject(acked(3))
    expect(await deliver(flights)).toMatchObject(acked(4))
    expect(await run.view({ owner })).toEqual(before)
  })

  it.each(['runcast-plan', 'runcast-ingestion', 'runcast-checkpoint', 'runcast-dead-letters'])(
    'with any wrong shape: %s',
    async (queue) => {
      const said = quiet()
      const names = vi.spyOn(env.RUNS, 'getByName')
      const bodies = [
        null,
        'plan',
        {},
        { kind: 'plan' },
        { kind: 'flight', run_id: '../x', flight: 1 },
      ]
      expect(await deliverTo(queue, bodies)).toMatchObject(acked(5))
      expect(said).toHaveBeenCalledTimes(5)
      expect(names).not.toHaveBeenCalled()
    },
  )

  it('and its additional fields are ignored', async () => {
    const { owner, run_id } = await startRun(20)
    const [message] = await queues.take('plan')
    const forged = { ...message, owner: 'mallory', input: { slug: 'x' }, attempt: 9 }
    await deliverTo('runcast-plan', [forged])
    const rows = await database().query('SELECT owner FROM companies WHERE owner IN ($1, $2)', [
      owner,
      'mallory',
    ])
    expect(rows).toEqual([{ owner }])
    expect(run_id).toBe(message.run_id)
  })
})
