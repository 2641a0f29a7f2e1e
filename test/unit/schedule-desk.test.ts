import { expect, it } from 'vitest'

import type { ScheduleDesk } from '../../src/durable/owner/schedules/schedule-desk.ts'
import type { SlotStart } from '../../src/durable/owner/schedules/schedule-rpc.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { ScheduleId, SCHEDULES_MAX } from '../../src/protocol/schedule.ts'
import type { RunStatus } from '../../src/protocol/status.ts'
import { openMemorySchedules } from '../support/memory-schedules.ts'
import { openTestDesk } from '../support/test-desk.ts'
import { alice } from '../support/test-run.ts'

const HOUR = 3_600_000
const schedule_id = ScheduleId.parse('5'.repeat(32))
const terms = {
  name: 'Hourly',
  pipeline: 'letters',
  when: { kind: 'every', minutes: 60 },
  jitter_s: 0,
  overlap: 'skip',
  backfill: 'none',
  paused: false,
} as const

/** A desk whose runs all have the status `status`. */
class World {
  now = Date.parse('2027-01-01T00:01:00Z')
  status: RunStatus = 'finished'
  readonly starts: SlotStart[] = []
  readonly aborted: RunId[] = []
  readonly desk: ScheduleDesk

  constructor() {
    this.desk = openTestDesk(alice, {
      store: openMemorySchedules(),
      now: () => this.now,
      start: (start) => {
        const run_id = RunId.parse(`${this.starts.push(start)}`.padStart(32, '0'))
        return Promise.resolve({ kind: 'started', run_id, status: 'pending' })
      },
      ask: () => Promise.resolve(this.status),
      abort: (run_id) => Promise.resolve(void this.aborted.push(run_id)),
    })
  }

  async after(ms: number): Promise<void> {
    this.now += ms
    await this.desk.work()
  }

  async slots() {
    const answer = await this.desk.call({ op: 'read', schedule_id })
    if (answer.kind !== 'schedule') throw new Error(answer.kind)
    return answer.schedule.slots.map(({ kind, state, reason }) => [kind, state, reason?.code])
  }

  create(change: object = {}) {
    return this.desk.call({ op: 'create', schedule_id, terms: { ...terms, ...change }, input: '1' })
  }
}

it.each([
  [
    'skip',
    [
      ['planned', 'skipped', 'run_going_on'],
      ['planned', 'started', undefined],
    ],
    1,
    0,
  ],
  [
    'wait',
    [
      ['planned', 'waiting', undefined],
      ['planned', 'started', undefined],
    ],
    1,
    0,
  ],
  [
    'abort',
    [
      ['planned', 'started', undefined],
      ['planned', 'started', undefined],
    ],
    2,
    1,
  ],
] as const)('SCH-4: while a run goes on, %s', async (...[overlap, slots, starts, aborted]) => {
  const world = new World()
  await world.create({ overlap })
  await world.after(HOUR)
  world.status = 'ingesting'
  await world.after(HOUR)
  expect(await world.slots()).toEqual(slots)
  expect([world.starts.length, world.aborted.length]).toEqual([starts, aborted])
})

it('SCH-4: one slot waits, and starts when the run has ended', async () => {
  const world = new World()
  await world.create({ overlap: 'wait' })
  await world.after(HOUR)
  world.status = 'ingesting'
  await world.after(HOUR)
  await world.after(HOUR)
  expect(await world.slots()).toEqual([
    ['planned', 'skipped', 'slot_behind'],
    ['planned', 'waiting', undefined],
    ['planned', 'started', undefined],
  ])
  world.status = 'finished'
  await world.after(HOUR)
  expect(world.starts).toHaveLength(2)
})

it.each([
  ['none', 1, 0],
  ['last', 2, 1],
  ['all', 11, 10],
] as const)('SCH-4: of the slots of a day, backfill %s', async (...[backfill, starts, made]) => {
  const world = new World()
  await world.create({ backfill })
  await world.after(24 * HOUR - 60_000)
  await world.after(0)
  expect(world.starts).toHaveLength(starts)
  const kinds = (await world.slots()).map(([kind]) => kind)
  expect(kinds.filter((kind) => kind === 'backfill')).toHaveLength(made)
})

it('SCH-4: what lies in a pause is not missed, and a pause ends what waits', async () => {
  const world = new World()
  await world.create({ overlap: 'wait', backfill: 'all' })
  await world.after(HOUR)
  world.status = 'ingesting'
  await world.after(HOUR)
  await world.desk.call({ op: 'change', schedule_id, change: { paused: true } })
  await world.after(100 * HOUR)
  expect(await world.slots()).toEqual([
    ['planned', 'skipped', 'schedule_paused'],
    ['planned', 'started', undefined],
  ])
  world.status = 'finished'
  await world.desk.call({ op: 'change', schedule_id, change: { paused: false } })
  await world.after(HOUR)
  expect(world.starts).toHaveLength(2)
})

it('SCH-3: a clock that was a year ahead is followed when it goes back', async () => {
  const world = new World()
  await world.create()
  await world.after(365 * 24 * HOUR)
  world.now -= 365 * 24 * HOUR
  world.desk.restore()
  await world.after(HOUR)
  expect(world.starts.map(({ key }) => key.slice(-24))).toContain('2027-01-01T01:00:00.000Z')
})

it('SCH-1: an owner has at most so many schedules, and one that is deleted makes room', async () => {
  const world = new World()
  for (let n = 0; n < SCHEDULES_MAX; n += 1) {
    const id = ScheduleId.parse(`${n}`.padStart(32, '0'))
    await world.desk.call({ op: 'create', schedule_id: id, terms, input: '1' })
  }
  expect(await world.create()).toEqual({ kind: 'full' })
  const [first] = [ScheduleId.parse('0'.repeat(32))]
  await world.desk.call({ op: 'remove', schedule_id: first })
  expect(await world.create()).toMatchObject({ kind: 'schedule' })
})
