import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import type { ScheduleTerms } from '../../src/durable/owner/schedules/schedule.ts'
import { isEnded } from '../../src/durable/run/run-state.ts'
import type { When } from '../../src/protocol/schedule.ts'
import { act, type FleetAction } from '../support/fleet.ts'
import {
  type CallFault,
  isOpenState,
  schedule_id,
  ScheduledFleet,
  webhook_id,
} from '../support/scheduled-fleet.ts'
import { seed } from '../support/sim/life.ts'

const MINUTE = 60_000

type OwnerStep =
  | { readonly kind: 'fleet'; readonly action: FleetAction }
  | { readonly kind: 'clock'; readonly minutes: number }
  | { readonly kind: 'by hand'; readonly key: string }
  | { readonly kind: 'asks'; readonly isLate: boolean }
  | { readonly kind: 'starts' | 'posts'; readonly fault: CallFault }

const often: FleetAction['kind'][] = ['pass', 'pass', 'pass', 'work', 'work', 'fail', 'retry']
const seldom: FleetAction['kind'][] = [
  'start',
  'abort',
  'pause',
  'resume',
  'pauseAll',
  'resumeAll',
  'ownerWakes',
  'loseTells',
  'loseAnswers',
  'loseOrders',
  'loseReceipts',
]

const fault = fc.constantFrom<CallFault>(
  'none',
  'none',
  'refused',
  'unheard',
  'killed before',
  'killed after',
)
const action = fc.record({
  kind: fc.constantFrom(...often, ...often, ...seldom),
  pick: fc.nat({ max: 20 }),
  count: fc.nat({ max: 5 }),
})
const step: fc.Arbitrary<OwnerStep> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('fleet' as const), action }) },
  fc.record({ kind: fc.constant('clock' as const), minutes: fc.constantFrom(-100, -5, 5, 90) }),
  fc.record({ kind: fc.constant('asks' as const), isLate: fc.boolean() }),
  fc.record({ kind: fc.constant('by hand' as const), key: fc.constantFrom('a', 'b') }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('starts', 'posts' as const), fault }) },
)

const terms: fc.Arbitrary<ScheduleTerms> = fc.record({
  name: fc.constant('Often'),
  pipeline: fc.constant('letters'),
  when: fc.constantFrom<When[]>(
    { kind: 'every', minutes: 3 },
    { kind: 'cron', cron: '*/10 * * * *', zone: 'Europe/Berlin' },
  ),
  jitter_s: fc.constantFrom(0, 60),
  overlap: fc.constantFrom('skip', 'wait', 'abort'),
  backfill: fc.constantFrom('none', 'last', 'all'),
  paused: fc.constant(false),
})

async function take(fleet: ScheduledFleet, one: OwnerStep): Promise<void> {
  switch (one.kind) {
    case 'fleet':
      return act(fleet, one.action)
    case 'clock':
      fleet.pass(one.minutes * MINUTE)
      return fleet.settle()
    case 'by hand':
      void fleet.desk.call({ op: 'run', schedule_id, key: one.key })
      return fleet.settle()
    case 'asks':
      fleet.isLate = one.isLate
      return
    case 'starts':
      fleet.startFault = one.fault
      return
    case 'posts':
      fleet.postFault = one.fault
  }
}

/** SCH-3: each slot that was started has its run, and no run is of another slot. */
function checkSlots(fleet: ScheduledFleet): void {
  expect(fleet.early).toEqual([])
  const open = [...fleet.fates].filter(([, state]) => isOpenState(state))
  expect(open).toEqual([])
  const keysIn = (...states: string[]) =>
    [...fleet.fates].flatMap(([key, state]) =>
      states.includes(state) ? [`schedule ${schedule_id} ${key}`] : [],
    )
  expect(keysIn('started').filter((key) => !fleet.started.has(key))).toEqual([])
  // Of a slot that is dropped from the last twenty with its start nobody saw the last state.
  const known = new Set(keysIn('started', 'dropped'))
  expect([...fleet.started.keys()].filter((key) => !known.has(key))).toEqual([])
  const ids = fleet.members.map(({ run_id }) => run_id)
  expect(new Set(ids).size).toBe(ids.length)
}

/** NOTE-2: each notice that was owed is delivered, or given up in the log, and the last end of each run was owed. */
function checkNotices(fleet: ScheduledFleet): void {
  const log = fleet.notices.deliveries(webhook_id, 10_000)
  expect(log.filter(({ fate }) => fate === 'owed')).toEqual([])
  const delivered = log.filter(({ fate }) => fate === 'delivered')
  const ids = delivered.map(({ notice_id }) => notice_id)
  expect(ids.filter((id) => !fleet.received.has(id))).toEqual([])
  const ends = fleet.members.map(({ run_id, test }) => `${run_id}.epoch.${test.run.round}.`)
  const owed = [...fleet.owed]
  expect(ends.filter((end) => !owed.some((id) => id.startsWith(end)))).toEqual([])
}

it('SCH-3, ADM-1, NOTE-2: of an owner with a schedule and an endpoint each slot starts one run, no more are at work than may be, and each end is told, whatever is lost or killed and however the clock steps', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      terms,
      fc.array(step, { minLength: 5, maxLength: 50, size: 'max' }),
      async (given, steps) => {
        const fleet = new ScheduledFleet(given)
        await fleet.settle()
        for (const one of steps) await take(fleet, one)
        expect(await fleet.comeToRest()).toBe(true)
        expect(fleet.members.every(({ test }) => isEnded(test.run))).toBe(true)
        checkSlots(fleet)
        checkNotices(fleet)
        for (const state of fleet.fates.values()) seen.add(state)
        for (const { test } of fleet.members) if (test.run.round > 1) seen.add('a retry')
        const log = fleet.notices.deliveries(webhook_id, 10_000)
        if (log.some(({ fate, tries }) => fate === 'delivered' && tries > 2))
          seen.add('a third try')
      },
    ),
    { seed, numRuns: Number(process.env['RUNCAST_RUNS'] ?? 60) },
  )
  const rare = ['started', 'skipped', 'missed', 'a retry', 'a third try']
  expect([...seen]).toEqual(expect.arrayContaining(rare))
}, 120_000)

it('SCH-4: a slot waits for no run that told its end while it was asked', async () => {
  const when = { kind: 'every', minutes: 3 } as const
  const rules = { jitter_s: 0, overlap: 'wait', backfill: 'none', paused: false } as const
  const fleet = new ScheduledFleet({ name: 'Often', pipeline: 'letters', when, ...rules })
  const pass = async () => {
    fleet.pass(3 * MINUTE)
    await fleet.settle()
    fleet.check()
  }
  await fleet.settle()
  await pass()
  fleet.isLate = true
  await pass()
  expect([...fleet.fates.values()]).toEqual(['started', 'owed'])
  fleet.isLate = false
  for (const test of fleet.known) fleet.work(test)
  fleet.pass(0)
  await fleet.settle()
  fleet.check()
  expect([...fleet.fates.values()]).toEqual(['started', 'started'])
})
