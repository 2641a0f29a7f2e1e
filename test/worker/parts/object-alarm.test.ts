import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { RunId } from '../../../src/protocol/ids.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import {
  alice,
  claim,
  claimPlan,
  createRun,
  finish,
  plan,
  settings,
  stubOf,
  within,
} from '../object.ts'

const { unclaimed_ms, lease_ms, backoff_ms } = settings
let queues: ManualQueues

// The simulated alarm uses the real clock. With the date an hour ahead it fires only when a test fires
// it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'] })
  queues = new ManualQueues()
})

function later(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}

function alarmOf(run: Stub): Promise<number | null> {
  return within(run, (_, { storage }) => storage.getAlarm())
}

async function takeFlight(): Promise<number> {
  const [message] = await queues.take('flight')
  return message.flight
}

describe('the alarm', () => {
  it('PLAN-1: sends an unclaimed plan again, with growing waits', async () => {
    const { run, run_id } = await createRun()
    const message = { kind: 'plan', run_id, group: 0 }
    expect(await queues.take('plan')).toEqual([message])
    for (const wait of [unclaimed_ms, 2 * unclaimed_ms, 4 * unclaimed_ms]) {
      later(wait - 1)
      await runDurableObjectAlarm(run)
      expect(queues.takeNow('plan')).toEqual([])
      later(1)
      expect(await runDurableObjectAlarm(run)).toBe(true)
      expect(await queues.take('plan')).toEqual([message])
    }
    expect((await claimPlan(run)).attempt).toBe(1)
  })

  it('PLAN-1: sends a plan again when its lease runs out', async () => {
    const { run } = await createRun()
    await queues.take('plan')
    await claimPlan(run)
    later(lease_ms - 1)
    await runDurableObjectAlarm(run)
    expect(queues.takeNow('plan')).toEqual([])
    later(1)
    await runDurableObjectAlarm(run)
    expect(await queues.take('plan')).toHaveLength(1)
    expect((await claimPlan(run)).attempt).toBe(2)
  })

  it('JOB-1: keeps a lease that is renewed', async () => {
    const { run } = await createRun()
    await plan(run, ['1', '2'])
    const flight = await takeFlight()
    const { grant } = await claim(run, flight)
    for (let turn = 0; turn < 5; turn += 1) {
      later(lease_ms / 3)
      await run.report({ flight, grant, rows: [], last: false })
      await runDurableObjectAlarm(run)
    }
    expect(queues.takeNow('flight')).toEqual([])
    later(lease_ms)
    await runDurableObjectAlarm(run)
    expect((await claim(run, await takeFlight())).jobs).toMatchObject([
      { attempt: 2 },
      { attempt: 2 },
    ])
  })

  it('JOB-3: takes an unclaimed flight back at no cost for its jobs', async () => {
    const { run } = await createRun()
    await plan(run, ['1'])
    const flight = await takeFlight()
    for (let turn = 0; turn < 20; turn += 1) {
      later(settings.unclaimed_max_ms)
      await runDurableObjectAlarm(run)
      expect(await takeFlight()).toBe(flight)
    }
    expect((await claim(run, flight)).jobs).toMatchObject([{ attempt: 1 }])
  })

  it('Q-2: sends a message again after a wait if the queue did not take it', async () => {
    const { run } = await createRun()
    vi.spyOn(env.INGESTION_QUEUE, 'sendBatch').mockRejectedValueOnce(new Error('the queue is away'))
    const said = Promise.withResolvers<void>()
    vi.spyOn(console, 'error').mockImplementation(() => said.resolve())
    await plan(run, ['1'])
    await said.promise
    expect(await alarmOf(run)).toBe(Date.now() + backoff_ms)
    later(backoff_ms)
    await runDurableObjectAlarm(run)
    expect((await claim(run, await takeFlight())).jobs).toMatchObject([{ attempt: 1 }])
  })

  it('catches an error, and the next alarm goes on', async () => {
    const { run } = await createRun()
    await plan(run, ['1'])
    await claim(run, await takeFlight())
    const rename = (from: string, to: string) =>
      within(run, (_, { storage }) => {
        storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`)
      })
    const said = vi.spyOn(console, 'error').mockReturnValue()
    await rename('jobs', 'elsewhere')
    later(lease_ms)
    for (let turn = 0; turn < 7; turn += 1) {
      expect(await runDurableObjectAlarm(run)).toBe(true)
      expect(await alarmOf(run)).toBe(Date.now() + unclaimed_ms)
      later(unclaimed_ms)
    }
    expect(said).toHaveBeenCalledTimes(7)
    await rename('elsewhere', 'jobs')
    await runDurableObjectAlarm(run)
    expect((await claim(run, await takeFlight())).jobs).toMatchObject([{ attempt: 2 }])
  })

  it('is not set when nothing is owed', async () => {
    const { run } = await createRun()
    await plan(run, ['1'])
    const flight = await takeFlight()
    await finish(run, flight, await claim(run, flight))
    await run.checkpointed({ seq: (await run.checkpoint())?.seq ?? 0 })
    const archive_due = Date.now() + settings.archive_ms
    later(600_000)
    await runDurableObjectAlarm(run)
    expect(await alarmOf(run)).toBe(archive_due)
    later(settings.archive_ms)
    await runDurableObjectAlarm(run)
    const { seq = 0, last_line = 0 } = (await run.archive()) ?? {}
    await run.archived({ seq, last_line })
    expect(await alarmOf(run)).toBeNull()
  })
})

describe.each([
  ['an eviction', (run: Stub) => evictDurableObject(run)],
  ['a reset', () => abortAllDurableObjects()],
])('after %s', (_, end) => {
  /** A stub from before the restart stays broken, so this returns a new one. */
  const restart = async (run_id: RunId): Promise<Stub> => {
    await end(stubOf(run_id))
    return stubOf(run_id)
  }

  it('the run, its leases and its outbox are still there', async () => {
    const { run_id, ...before } = await createRun(['acme', 'other'])
    let { run } = before
    await plan(run, ['1', '2'], 0)
    const flight = await takeFlight()
    const grant = await claim(run, flight)
    const [view, alarm] = [await run.view({ owner: alice }), await alarmOf(run)]
    run = await restart(run_id)
    expect(await run.view({ owner: alice })).toEqual(view)
    expect(await run.claim({ flight })).toEqual({ kind: 'refused' })
    expect(await finish(run, flight, grant)).toMatchObject({ kind: 'held' })
    expect(await alarmOf(run)).toBe(alarm)
    run = await restart(run_id)
    later(unclaimed_ms)
    await runDurableObjectAlarm(run)
    expect((await queues.take('plan')).map(({ group }) => group)).toContain(1)
    await plan(run, [], 1)
    expect(await run.view({ owner: alice })).toMatchObject({
      status: 'finished',
      snapshot: { total: 2, ready: 2, new: 2 },
    })
  })

  it('the alarm keeps its time', async () => {
    const { run_id, run: before } = await createRun()
    const alarm = await alarmOf(before)
    const run = await restart(run_id)
    later(unclaimed_ms / 2)
    await run.lost({ kind: 'flight', flight: 7 })
    expect(await alarmOf(run)).toBe(alarm)
  })
})
