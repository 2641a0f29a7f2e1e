import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { deliver, ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { settings, within } from '../object.ts'
import { database } from '../parts.ts'
import { acked, type Run, startRun } from '../queued-run.ts'

/** A server that does not speak Neon's protocol. */
const AWAY = { NEON_ENDPOINT: `${env.EGRESS_ALLOW}/sql` }

let queues: ManualQueues

// The simulated alarm uses the real clock. With the date an hour ahead it fires only when a test fires
// it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'] })
  queues = new ManualQueues()
})

async function wakeAfter(run: Stub, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms)
  await runDurableObjectAlarm(run)
}

/** Makes an ended run of which Postgres has nothing yet. */
async function endedRun(...boards: number[]): Promise<Run> {
  const run = await startRun(...boards)
  await deliver(await queues.take('plan'))
  await deliver(await queues.take('flight'))
  return run
}

/** Makes an ended run that has been in Postgres for a day. */
async function dueRun(...boards: number[]): Promise<Run> {
  const run = await endedRun(...boards)
  await deliver(await queues.take('checkpoint'))
  await wakeAfter(run.run, settings.archive_ms)
  return run
}

function tombstoneOf(run: Stub) {
  return within(run, (object) => Reflect.get(object, 'engine').tombstone?.seq)
}

describe('the archive', () => {
  it('RUN-1: is due a day after Postgres has the end', async () => {
    const { run, owner, run_id } = await endedRun(44)
    await wakeAfter(run, settings.archive_ms)
    expect(queues.takeNow('archive')).toEqual([])
    await deliver(await queues.take('checkpoint'))
    const due = await queues.take('archive')
    expect(due).toEqual([{ kind: 'archive', run_id }])
    await deliver(due)
    expect(await tombstoneOf(run)).toBeGreaterThan(0)
    expect(await run.view({ owner })).toBeUndefined()
    await evictDurableObject(run)
    expect(await run.admits({ owner, token_id: '' })).toBe('yes')
  })

  it('DB-3: deletes nothing while Postgres is away, and is done later', async () => {
    const { run, owner } = await dueRun(45)
    const view = await run.view({ owner })
    let message = await queues.take('archive')
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await deliver(message, AWAY)).toMatchObject(acked(1))
      expect(await run.view({ owner })).toEqual(view)
      expect(queues.takeNow('archive')).toEqual([])
      await wakeAfter(run, settings.archive_ms)
      message = await queues.take('archive')
    }
    await deliver(message)
    expect(await tombstoneOf(run)).toBe(Number(view?.cursor.split('.')[1]))
  })

  it('Q-2: is sent again when its message is lost, and may come several times', async () => {
    const { run, run_id } = await dueRun(46)
    await queues.take('archive')
    await wakeAfter(run, settings.unclaimed_max_ms)
    const [message] = await queues.take('archive')
    expect(await deliver([message, message, message])).toMatchObject(acked(3))
    expect(await tombstoneOf(run)).toBeGreaterThan(0)
    expect(await deliver([message])).toMatchObject(acked(1))
    const rows = await database().query('SELECT seq FROM run_logs WHERE run_id = $1', [run_id])
    expect(new Set(rows.map(({ seq }) => seq)).size).toBe(rows.length)
    expect(rows.length).toBeGreaterThan(0)
  })
})

describe('an object that ended before runs were archived', () => {
  it('writes its run to Postgres again when it wakes, and then owes the archive', async () => {
    const { run, owner } = await endedRun(47)
    await deliver(await queues.take('checkpoint'))
    await within(run, (_, { storage }) => {
      storage.sql.exec('DELETE FROM outbox')
      storage.sql.exec('UPDATE run SET version = 3')
      return storage.deleteAlarm()
    })
    await evictDurableObject(run)
    expect(await run.view({ owner })).toMatchObject({ status: 'finished' })
    await wakeAfter(run, 1)
    await deliver(await queues.take('checkpoint'))
    await wakeAfter(run, settings.archive_ms)
    await deliver(await queues.take('archive'))
    expect(await tombstoneOf(run)).toBeGreaterThan(0)
  })
})
