import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { LATE_MS } from '../../src/durable/owner/schedules/due-slots.ts'
import type { ScheduleDesk } from '../../src/durable/owner/schedules/schedule-desk.ts'
import type { StartSlot } from '../../src/durable/owner/schedules/schedule-rpc.ts'
import type { ScheduleTerms } from '../../src/durable/owner/schedules/schedule.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { ScheduleId, SLOTS_KEPT, type When } from '../../src/protocol/schedule.ts'
import type { RunStatus } from '../../src/protocol/status.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { slotsOf } from '../../src/slots.ts'
import { openMemorySchedules } from '../support/memory-schedules.ts'
import { openTestDesk } from '../support/test-desk.ts'
import { alice } from '../support/test-run.ts'

const SCHEDULE = ScheduleId.parse('5'.repeat(32))
const MINUTE = 60_000

/** What becomes of a call of a start: it does not arrive, its answer does not, or neither the one nor the other goes wrong. */
type Fault = 'none' | 'refused' | 'unheard' | 'killed before' | 'killed after'

type Step =
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'clock'; readonly minutes: number }
  | { readonly kind: 'wake' | 'kill' | 'end' | 'end unheard' | 'ask twice' }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** A world of runs, whose ids are derived from the keys of their starts as in the API. */
class World {
  now = Date.parse('2027-03-28T00:05:00Z')
  fault: Fault = 'none'
  readonly runs = new Map<string, RunStatus>()
  readonly store = openMemorySchedules()
  /** The slots that the schedule has ever had, with their last states. */
  readonly fates = new Map<string, string>()
  /** Slots that were dropped as they came, because more came at once than a schedule keeps. */
  readonly dropped = new Set<number>()
  private mark: number | undefined
  desk: ScheduleDesk

  constructor() {
    const put = this.store.put.bind(this.store)
    this.store.put = (schedule, due) => {
      for (const { key, fate } of schedule.slots) this.fates.set(key, fate.state)
      const { when, mark: until } = schedule
      for (const at of slotsBetween(when, this.mark ?? until, until).slice(0, -SLOTS_KEPT))
        this.dropped.add(at)
      this.mark = until
      put(schedule, due)
    }
    this.desk = this.open()
  }

  private open(): ScheduleDesk {
    const desk = openTestDesk(alice, {
      store: this.store,
      now: () => this.now,
      start: this.start,
      ask: (run_id) => Promise.resolve(this.statusOf(run_id)),
      abort: (run_id) => Promise.resolve(this.end(run_id, 'aborted', false)),
    })
    desk.restore()
    return desk
  }

  /** The object's process ends: what it awaits never comes back. */
  kill(): void {
    this.desk = this.open()
  }

  private readonly start: StartSlot = async ({ key }) => {
    const { fault } = this
    if (fault === 'refused') throw new Error('the run’s object is away')
    if (fault === 'killed before') return new Promise(() => undefined)
    const known = this.runs.get(key)
    if (known === undefined) this.runs.set(key, 'pending')
    this.check(key)
    if (fault === 'unheard') throw new Error('the answer was lost')
    if (fault === 'killed after') return new Promise(() => undefined)
    return { kind: 'started', run_id: runOf(key), status: known ?? 'pending' }
  }

  /** What is against the rules: a run that starts before its slot, or two planned ones that go on at once. */
  readonly faults: string[] = []

  private check(key: string): void {
    if (key.includes('by hand')) return
    if (Date.parse(key.split(' ')[2] ?? '') > this.highest) this.faults.push(`${key} was early`)
    const going = [...this.runs].filter(([, status]) => !isTerminalRun(status))
    if (going.filter(([one]) => !one.includes('by hand')).length > 1)
      this.faults.push(`${key} started beside another run`)
  }

  highest = this.now

  private statusOf(run_id: RunId): RunStatus | undefined {
    return [...this.runs].find(([key]) => runOf(key) === run_id)?.[1]
  }

  end(run_id: RunId, status: RunStatus, told: boolean): void {
    const key = [...this.runs.keys()].find((one) => runOf(one) === run_id)
    if (key !== undefined) this.runs.set(key, status)
    if (told)
      this.desk.told({
        run_id,
        epoch: 'e',
        seq: 1,
        named: 0,
        at: this.now,
        title: 'run',
        status,
        round: 1,
        facts: {
          pipeline: 'letters',
          labels: { schedule: SCHEDULE },
          created_at: '',
          problems: { groups: 0, jobs: 0 },
          progress: { counts: { total: 0, by_status: {} }, groups_open: 0, rate: 0 },
        },
      })
  }

  endAll(told: boolean): void {
    for (const [key, status] of this.runs)
      if (!isTerminalRun(status)) this.end(runOf(key), 'finished', told)
  }

  /** Fires the alarm if it is due, and lets the object's calls have their turns. */
  async alarm(): Promise<void> {
    this.highest = Math.max(this.highest, this.now)
    const due = this.desk.wakeDue()
    if (due !== undefined && due <= this.now) void this.desk.work()
    await settled()
  }
}

function slotsBetween(when: When, after: number, until: number): number[] {
  const found: number[] = []
  if (after >= until) return found
  const slots = slotsOf(when)
  for (let at = slots.next(after); at !== undefined && at <= until; at = slots.next(at))
    found.push(at)
  return found
}

function runOf(key: string): RunId {
  let hash = 0n
  for (const character of key) hash = (hash * 31n + BigInt(character.codePointAt(0) ?? 0)) & MASK
  return RunId.parse(hash.toString(16).padStart(32, '0'))
}
const MASK = (1n << 128n) - 1n

async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve()
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 20, 59, 61, 600) }),
  fc.record({ kind: fc.constant('clock' as const), minutes: fc.constantFrom(-100, -5, 5, 90) }),
  fc.record({ kind: fc.constantFrom('wake', 'kill', 'end', 'end unheard', 'ask twice' as const) }),
  fc.record({
    kind: fc.constant('fault' as const),
    fault: fc.constantFrom<Fault>(
      'none',
      'none',
      'refused',
      'unheard',
      'killed before',
      'killed after',
    ),
  }),
)

const terms: fc.Arbitrary<ScheduleTerms> = fc.record({
  name: fc.constant('Hourly'),
  pipeline: fc.constant('letters'),
  when: fc.constantFrom<When[]>(
    { kind: 'every', minutes: 60 },
    { kind: 'every', minutes: 30 },
    { kind: 'cron', cron: '0 * * * *', zone: 'Europe/Berlin' },
  ),
  jitter_s: fc.constantFrom(0, 300),
  overlap: fc.constantFrom('skip', 'wait', 'abort'),
  backfill: fc.constantFrom('none', 'last', 'all'),
  paused: fc.constant(false),
})

async function take(world: World, one: Step): Promise<void> {
  switch (one.kind) {
    case 'wait':
    case 'clock':
      world.now += one.minutes * MINUTE
      return world.alarm()
    case 'wake':
      return world.alarm()
    case 'kill':
      world.kill()
      return world.alarm()
    case 'end':
    case 'end unheard':
      world.endAll(one.kind === 'end')
      return settled()
    case 'ask twice':
      void world.desk.call({ op: 'run', schedule_id: SCHEDULE, key: `${world.fates.size}` })
      void world.desk.call({ op: 'run', schedule_id: SCHEDULE, key: `${world.fates.size}` })
      return settled()
    case 'fault':
      world.fault = one.fault
  }
}

/** Everything works again: the object wakes at each of its alarms, and runs end, until nothing is left to start. */
async function rest(world: World): Promise<void> {
  world.fault = 'none'
  world.kill()
  // A try that failed while the clock was ahead is made again when the clock comes there.
  const until = Math.max(world.highest, world.now) + 120 * MINUTE
  while (world.now < until) {
    world.now += 2 * MINUTE
    await world.alarm()
    world.endAll(true)
    await settled()
  }
}

it('SCH-3: a slot has one run at most, and none is lost, whatever is lost, repeated or killed and however the clock steps', async () => {
  await fc.assert(
    fc.asyncProperty(terms, fc.array(step, { maxLength: 40 }), async (given, steps) => {
      const world = new World()
      const from = world.now
      await world.desk.call({ op: 'create', schedule_id: SCHEDULE, terms: given, input: '{}' })
      for (const one of steps) await take(world, one)
      await rest(world)
      const open = [...world.fates].filter(([, state]) => state === 'owed' || state === 'waiting')
      expect([open, world.faults]).toEqual([[], []])
      const slots = slotsOf(given.when)
      for (let at = slots.next(from); at !== undefined && at < world.highest - LATE_MS;) {
        const fate = world.fates.get(new Date(at).toISOString())
        const key = `schedule ${SCHEDULE} ${new Date(at).toISOString()}`
        const fates = [
          'started',
          'skipped',
          'missed',
          ...(world.dropped.has(at) ? [undefined] : []),
        ]
        expect(fates).toContain(fate)
        expect({ key, run: world.runs.has(key) }).toEqual({ key, run: fate === 'started' })
        at = slots.next(at)
      }
      await world.desk.call({ op: 'remove', schedule_id: SCHEDULE })
      expect(world.store.rows()).toBe(0)
    }),
    { numRuns: Number(process.env['RUNCAST_RUNS'] ?? 80), ...seed() },
  )
}, 60_000)

function seed() {
  const { RUNCAST_SEED: given } = process.env
  return given === undefined ? {} : { seed: Number(given) }
}
