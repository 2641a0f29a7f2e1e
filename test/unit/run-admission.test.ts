import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isEnded } from '../../src/durable/run/run-state.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { limitsOf, Settings } from '../../src/settings.ts'
import { act, Fleet, type FleetAction } from '../support/fleet.ts'
import { seed } from '../support/sim/life.ts'
import { TestRun } from '../support/test-run.ts'

const waits = (test: TestRun) => test.standing().facts.progress.waits ?? []
const messages = (test: TestRun) => waits(test).map(({ message }) => message)
const admitted = (test: TestRun) => test.run.admission?.kind === 'admitted'
const isDone = ({ run }: TestRun) => isEnded(run)

/** A fleet with two runs at work, and three that wait. */
async function busy() {
  const fleet = new Fleet()
  const [first, second, third] = [fleet.start(), fleet.start(), fleet.start()]
  const [fourth, fifth] = [fleet.start(), fleet.start()]
  await fleet.settle()
  return { fleet, first, third, fourth, fifth, runs: [first, second, third, fourth, fifth] }
}

describe('ADM-1: an owner has so many runs at work at once', () => {
  it('and a run that finds room goes on with the answer to its first call', () => {
    const fleet = new Fleet()
    const test = fleet.start()
    expect(test.told).toHaveLength(1)
    expect(admitted(test)).toBe(true)
    expect(test.take('plan')).toHaveLength(1)
    expect(test.store.readLines(0, 9)).toEqual([])
  })

  it('the others wait in their order, and are shown why and how many go first', async () => {
    const { fleet, first, third: next, fourth: second, fifth: third, runs } = await busy()
    expect(runs.map(admitted)).toEqual([true, true, false, false, false])
    expect(messages(next)).toEqual([
      '2 of your runs are at work, as many as may be at once. It is the next one.',
    ])
    expect(messages(third)).toEqual([
      '2 of your runs are at work, as many as may be at once. 2 of your runs go first.',
    ])
    expect(waits(third)).toMatchObject([{ code: 'runs_at_once', groups: 1 }])
    expect(third.take('plan')).toEqual([])
    fleet.work(first)
    await fleet.settle()
    expect(runs.map(admitted)).toEqual([false, true, true, false, false])
    expect(next.take('plan')).toHaveLength(1)
    expect(second.store.readLines(0, 9)).toMatchObject([
      { message: expect.stringContaining('waits for its turn') },
    ])
  })

  it('the word to a run that may go on is due at once, until it is told', async () => {
    const { fleet, first } = await busy()
    const { admissions } = fleet.owner
    admissions.hear({ ...first.standing(), status: 'aborted' })
    expect(admissions.due()).toBe(fleet.now)
    await admissions.tell()
    expect(admissions.due()).toBeGreaterThan(fleet.now)
  })

  it('a waiting run asks again now and then, and is shown its new place', async () => {
    const { fleet, first, fifth } = await busy()
    fleet.work(first)
    await fleet.settle()
    fleet.pass(fleet.owner.settings.ask_again_ms)
    expect(messages(fifth)[0]).toContain('1 of your runs go first')
  })

  it('the run of a higher priority goes first', async () => {
    const { fleet, first, third } = await busy()
    const urgent = fleet.start({ priority: 5 })
    expect(messages(urgent)[0]).toContain('It is the next one')
    fleet.work(first)
    await fleet.settle()
    expect([third, urgent].map(admitted)).toEqual([false, true])
    expect(viewRun(urgent.run, urgent.store)).toMatchObject({ priority: 5 })
  })

  it('a slot of a run that nobody knows any more is freed, once another run waits', async () => {
    const { fleet, third } = await busy()
    for (const member of fleet.members.slice(0, 1)) member.isForgotten = true
    fleet.pass(fleet.owner.settings.ask_again_ms)
    await fleet.settle()
    expect(admitted(third)).toBe(true)
  })

  it('a retry of an ended run waits for its turn again', async () => {
    const { fleet, first } = await busy()
    fleet.work(first, true)
    await fleet.settle()
    await act(fleet, { kind: 'retry', pick: 0, count: 0 })
    expect(first.run).toMatchObject({ round: 2, admission: { kind: 'waits' } })
    expect(first.take('plan').filter((entry) => first.owes(entry))).toEqual([])
  })

  it('a setting gives single owners another limit', () => {
    const settings = Settings.parse({ owners: { bob: { runs_at_once: 50 } } })
    expect(limitsOf(settings, 'bob').runs_at_once).toBe(50)
    expect(limitsOf(settings, 'alice').runs_at_once).toBe(10)
    expect(limitsOf(settings, 'constructor').runs_at_once).toBe(10)
  })

  it('an owner’s object of an earlier version admits every run', () => {
    const test = new TestRun({ answer: () => ({ followed_ms: 0 }) })
    test.create('a')
    expect(admitted(test)).toBe(true)
  })

  it('a run of an earlier version goes on, and takes up one of the places', async () => {
    const fleet = new Fleet()
    const test = fleet.start()
    const { asks: _asks, ...standing } = test.standing()
    fleet.owner.restart()
    for (const n of ['1', '2']) fleet.owner.hear({ ...standing, run_id: RunId.parse(n.repeat(32)) })
    expect(fleet.owner.admissions.shown()).toMatchObject({ admitted: 3, waiting: 0 })
    expect(admitted(fleet.start())).toBe(false)
  })
})

describe('ADM-2: runs with the same concurrency key', () => {
  const concurrency = { key: 'acme', limit: 1 }

  it('do not go side by side, while others go on', async () => {
    const fleet = new Fleet()
    const [first, second] = [fleet.start({ concurrency }), fleet.start({ concurrency })]
    const other = fleet.start()
    await fleet.settle()
    expect([first, second, other].map(admitted)).toEqual([true, false, true])
    fleet.work(other)
    await fleet.settle()
    expect(admitted(second)).toBe(false)
    fleet.pass(fleet.owner.settings.ask_again_ms)
    expect(messages(second)).toEqual([
      'Runs with the concurrency key “acme” do not go side by side, and 1 run of them is at work.',
    ])
    fleet.work(first)
    await fleet.settle()
    expect(admitted(second)).toBe(true)
  })
})

describe('RUN-9: an owner pauses all runs', () => {
  it('and nothing new begins, also of later runs, before the runs are resumed', async () => {
    const fleet = new Fleet()
    const runs = [fleet.start(), fleet.start()]
    const paused = fleet.owner.admissions.pause('alice')
    expect(paused).toMatchObject({ admitted: 2, paused: { by: 'alice' } })
    expect(fleet.owner.admissions.pause('somebody')).toEqual(paused)
    void fleet.owner.admissions.tell()
    await fleet.settle()
    const later = fleet.start()
    for (const test of [...runs, later]) {
      expect(waits(test)).toMatchObject([{ code: 'owner_paused' }])
      expect(messages(test)[0]).toContain('paused by alice')
      fleet.work(test)
      expect(isDone(test)).toBe(false)
    }
    fleet.owner.restart()
    expect(fleet.owner.admissions.shown().paused?.by).toBe('alice')
    expect(fleet.owner.admissions.resume().paused).toBeUndefined()
    void fleet.owner.admissions.tell()
    await fleet.settle()
    for (const test of runs) fleet.work(test)
    await fleet.settle()
    expect([...runs.map(isDone), admitted(later)]).toEqual([true, true, true])
  })
})

describe('whatever happens to an owner’s runs', () => {
  const often: FleetAction['kind'][] = ['start', 'start', 'work', 'work', 'pass', 'fail', 'retry']
  const seldom: FleetAction['kind'][] = [
    'abort',
    'pause',
    'resume',
    'pauseAll',
    'resumeAll',
    'resumeAll',
    'forget',
    'ownerWakes',
    'loseTells',
    'loseAnswers',
    'loseOrders',
    'loseReceipts',
  ]
  const kind = fc.constantFrom(...often, ...often, ...seldom)
  const action = fc.record({ kind, pick: fc.nat({ max: 20 }), count: fc.nat({ max: 5 }) })

  it('ADM-1, ADM-2, RUN-8, RUN-9: no more are at work than may be, a held one grants nothing, and all are admitted at last', async () => {
    const actions = fc.array(action, { minLength: 5, maxLength: 50, size: 'max' })
    await fc.assert(
      fc.asyncProperty(actions, async (history) => {
        const fleet = new Fleet()
        for (const step of history) await act(fleet, step)
        expect(await fleet.comeToRest()).toBe(true)
      }),
      { seed, numRuns: 80 },
    )
  }, 120_000)
})
