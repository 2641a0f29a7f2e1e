import { beforeEach, expect, it, vi } from 'vitest'

import type { Failpoint, InstantFailpoint } from '../../../src/failpoint.ts'
import { agree, storedJobs } from '../agreement.ts'
import type { Fault, Moment, Injection } from '../fault-injector.ts'
import { Follower } from '../follower.ts'
import { count, database } from '../parts.ts'
import { every, SweptRun } from '../swept-run.ts'

const BOARD = 36
const JOBS = 25

const alarms = [
  'alarm for its plan',
  'alarm for its flight',
  'alarm for its checkpoint',
  'alarm for its archive',
] as const

/** The work that can be under way at each failpoint. The compiler demands an entry for a new failpoint. */
const moments: Readonly<Record<Failpoint | InstantFailpoint, readonly Moment[]>> = {
  'plan.claimed': ['plan'],
  'plan.added': ['plan'],
  'plan.closing': ['plan'],
  'work.claimed': ['flight'],
  'work.recording': ['flight'],
  'work.recorded': ['flight'],
  'work.reported': ['flight'],
  'checkpoint.jobs': ['checkpoint'],
  'checkpoint.row': ['checkpoint'],
  'archive.written': ['archive'],
  'message.done': ['plan', 'flight', 'checkpoint', 'archive'],
  'outbox.sending': ['start', 'plan', 'flight', ...alarms],
  'outbox.sent': ['start', 'plan', 'flight', ...alarms],
  'run.posting': ['start', 'plan', 'flight', ...alarms],
  'run.arming': ['start', 'plan', 'flight', 'checkpoint', ...alarms],
  // No job is aborted or retried here: run-slices.test.ts ends the object before each slice.
  'run.slicing': [],
  // What a run owes its owner's list lies in its own row, so that one moment shows all others.
  'owner.telling': ['start'],
  // The call of a start asks for the run's admission, too.
  'owner.told': ['start', 'plan'],
  // Nobody waits here: run-admitted.test.ts ends the objects at both.
  'owner.directing': [],
  'owner.directed': [],
  // No notice is owed here: webhooks.test.ts cuts a notice off at both, and evicts the object.
  'notice.posting': [],
  'notice.posted': [],
  // No schedule starts this run: schedules.test.ts cuts a start off at both, and evicts the object.
  'slot.starting': [],
  'slot.started': [],
  'alarm.armed': alarms,
  'alarm.worked': alarms,
}

function faultsAt(point: keyof typeof moments): readonly Fault[] {
  if (point.startsWith('outbox.')) return ['throws', 'never answers', 'its object ends']
  if (point.startsWith('owner.')) return ['throws', 'its object ends']
  if (point.startsWith('run.') || point.startsWith('alarm.')) return ['throws', 'its object ends']
  return ['throws', 'dies', 'dies, and its messages come again', 'its object ends']
}

function isPoint(name: string): name is keyof typeof moments {
  return name in moments
}

const injections = Object.keys(moments)
  .filter(isPoint)
  .flatMap((point): Injection[] =>
    moments[point].flatMap((moment) => faultsAt(point).map((fault) => ({ point, moment, fault }))),
  )

// The date is an hour ahead, so that the simulated alarm, which uses the real clock, fires only when a
// test fires it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  vi.spyOn(console, 'error').mockReturnValue()
  vi.spyOn(console, 'warn').mockReturnValue()
})

/** Lives a run with this fault to its end, and returns the run and its watcher's state. */
async function survive(injection: Injection): Promise<SweptRun> {
  const swept = new SweptRun(injection)
  const { owner, run_id } = swept
  await swept.begin([BOARD])
  const follower = new Follower(swept)
  await swept.live()
  await follower.done
  expect(await swept.run.view({ owner })).toMatchObject({
    status: 'finished',
    snapshot: { total: JOBS, ready: JOBS, new: JOBS },
  })
  expect(await count(owner, 'outcome', run_id)).toEqual({ new: JOBS })
  const sql = 'SELECT 1 FROM postings WHERE owner = $1'
  expect(await database().query(sql, [owner])).toHaveLength(JOBS)
  await agree(swept, follower.state)
  return swept
}

const late = (injection: Injection) => injection.moment.endsWith('archive')

it.each(injections.filter((injection) => !late(injection)))(
  'JOB-4, Q-2: a run ends by itself, with each job new once: at $point, $moment, $fault',
  async (injection) => {
    const swept = await survive(injection)
    expect(swept.faultAt).toBe(injection.point)
  },
)

it.each(injections.filter(late))(
  'Q-2: an ended run is archived completely by itself: at $point, $moment, $fault',
  async (injection) => {
    const swept = await survive(injection)
    const { owner, run_id } = swept
    const kept = await storedJobs(owner, run_id)
    await swept.live(every)
    expect(swept.faultAt).toBe(injection.point)
    expect(await swept.run.archive()).toBeUndefined()
    expect(await storedJobs(owner, run_id)).toEqual(kept)
    const sql = 'SELECT group_keys FROM runs WHERE owner = $1'
    expect(await database().query(sql, [owner])).toEqual([{ group_keys: [`company-${BOARD}`] }])
  },
)

it('a sweep fails if its failpoint is not reached', async () => {
  const swept = await survive({ point: 'plan.added', moment: 'checkpoint', fault: 'throws' })
  expect(swept.faultAt).toBeUndefined()
})
