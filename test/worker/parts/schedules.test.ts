import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { ScheduleCall } from '../../../src/durable/owner/schedules/schedule-rpc.ts'
import { clearFaults, setFault } from '../../../src/failpoint.ts'
import type { Owner } from '../../../src/protocol/ids.ts'
import { ScheduleId } from '../../../src/protocol/schedule.ts'
import { ManualQueues } from '../manual-queues.ts'
import { stubOf } from '../object.ts'
import { newOwner } from '../parts.ts'

const HOUR = 3_600_000
const schedule_id = ScheduleId.parse('5'.repeat(32))

// The simulated alarm uses the real clock. With the date ahead it fires only when a test fires it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'] })
  const hour = Math.ceil(Date.now() / HOUR) * HOUR
  vi.setSystemTime(hour + 60_000)
  void new ManualQueues()
})

afterEach(clearFaults)

function ownerStub(owner: Owner) {
  return env.OWNERS.getByName(owner)
}

const create: ScheduleCall = {
  op: 'create',
  schedule_id,
  terms: {
    name: 'Hourly',
    pipeline: 'ingestion',
    when: { kind: 'cron', cron: '0 * * * *', zone: 'Europe/Berlin' },
    jitter_s: 0,
    overlap: 'skip',
    backfill: 'last',
    paused: false,
  },
  input: '{"companies":["acme"]}',
}

async function slotsOf(owner: Owner) {
  const answer = await ownerStub(owner).schedules({ op: 'read', schedule_id })
  if (answer.kind !== 'schedule') throw new Error(`the object answered ${answer.kind}`)
  return answer.schedule.slots
}

it('SCH-3: an object that was evicted starts each slot once by its alarm, and makes good what it missed', async () => {
  const owner = newOwner()
  await ownerStub(owner).schedules(create)
  await evictDurableObject(ownerStub(owner))
  vi.setSystemTime(Date.now() + HOUR)
  expect(await runDurableObjectAlarm(ownerStub(owner))).toBe(true)
  const [first] = await slotsOf(owner)
  expect(first).toMatchObject({ kind: 'planned', state: 'started', status: 'pending' })
  if (first?.run_id === undefined) throw new Error('the slot has no run')
  const run = stubOf(first.run_id)
  expect(await run.view({ owner })).toMatchObject({
    name: 'Hourly',
    labels: { schedule: schedule_id },
  })
  // The alarm comes again, and the object has forgotten what it had in memory.
  await evictDurableObject(ownerStub(owner))
  await ownerStub(owner).schedules({ op: 'list' })
  expect(await slotsOf(owner)).toHaveLength(1)

  // Its end reaches the schedule, and the Worker is away for a day.
  await run.abort({ owner, by: 'a test' })
  await expect.poll(async () => (await slotsOf(owner))[0]?.status).toBe('aborted')
  await evictDurableObject(ownerStub(owner))
  vi.setSystemTime(Date.now() + 24 * HOUR + 20 * 60_000)
  await runDurableObjectAlarm(ownerStub(owner))
  const slots = await slotsOf(owner)
  expect(slots.map(({ state }) => state).slice(0, 3)).toEqual(['started', 'missed', 'missed'])
  expect(slots[0]).toMatchObject({ kind: 'backfill' })
  expect(slots).toHaveLength(21)

  expect(await ownerStub(owner).schedules({ op: 'remove', schedule_id })).toEqual({
    kind: 'removed',
  })
  expect(await ownerStub(owner).schedules({ op: 'list' })).toEqual({ kind: 'list', schedules: [] })
})

it.each(['slot.starting', 'slot.started'] as const)(
  'SCH-3: a start that is cut off at %s, and whose object ends, is made again and is one run',
  async (point) => {
    const owner = newOwner()
    await ownerStub(owner).schedules(create)
    vi.spyOn(console, 'error').mockReturnValue()
    const reached = Promise.withResolvers<void>()
    setFault(point, () => {
      reached.resolve()
      return Promise.reject(new Error('cut off'))
    })
    vi.setSystemTime(Date.now() + HOUR)
    await runDurableObjectAlarm(ownerStub(owner))
    await reached.promise
    expect(await slotsOf(owner)).toMatchObject([
      { state: 'owed', reason: { code: 'start_failed' } },
    ])
    const before = await ownerStub(owner).runs()
    expect(before).toHaveLength(point === 'slot.started' ? 1 : 0)
    clearFaults()
    await evictDurableObject(ownerStub(owner))
    vi.setSystemTime(Date.now() + 2 * 60_000)
    await runDurableObjectAlarm(ownerStub(owner))
    const [slot, ...others] = await slotsOf(owner)
    expect([slot?.state, others]).toEqual(['started', []])
    await expect.poll(() => ownerStub(owner).runs()).toEqual([slot?.run_id])
    for (const run_id of before) expect(run_id).toBe(slot?.run_id)
  },
)
