import { describe, expect, it } from 'vitest'

import { TaskEngine } from '../../src/durable/task/task-engine.ts'
import {
  advance,
  judgeOrder,
  openTask,
  stumble,
  type Task,
  viewTask,
} from '../../src/durable/task/task-state.ts'
import { Owner, RunId } from '../../src/protocol/ids.ts'
import { TaskId, TaskView } from '../../src/protocol/task.ts'
import { takeStep } from '../../src/tasks/steps.ts'
import { TaskWorld } from '../support/task-world.ts'

const owner = Owner.parse('alice')
const task_id = TaskId.parse('a'.repeat(32))
const run_id = RunId.parse('1'.padStart(32, '0'))

describe('the state of a task', () => {
  const order = { task_id, owner, work: { kind: 'delete_owner' } } as const
  const open = openTask(order, 1_000)

  it('adds counts, and replaces those that Postgres keeps', () => {
    const place = { phase: 'rows' } as const
    const once = advance(open, { place, added: { files: 2 }, stored: { runs: 5 } }, 2_000)
    const twice = advance(once, { place, added: { files: 3 }, stored: { runs: 7 } }, 3_000)
    expect(twice.counts).toEqual({ files: 5, runs: 7 })
    expect(TaskView.parse(viewTask(twice))).toMatchObject({
      status: 'working',
      counts: twice.counts,
    })
  })

  it('waits longer after each failure, and forgets them with a step', () => {
    const failed = stumble(stumble(open, 'away', 1_000), 'away', 2_000)
    expect(failed).toMatchObject({ due: 4_000, trouble: { message: 'away', tries: 2 } })
    let task = failed
    for (let n = 0; n < 20; n += 1) task = stumble(task, 'away', 0)
    expect(task.due).toBe(300_000)
    expect(advance(task, { place: { phase: 'rows' } }, 5_000).trouble).toBeUndefined()
  })

  it('a repeated order goes on, and begins anew only when nothing is left', () => {
    expect(judgeOrder(open, order)).toBe('same')
    const over = advance(open, { place: { phase: 'over' }, end: { status: 'done' } }, 2_000)
    expect(judgeOrder(over, order)).toBe('anew')
    const keyed = { ...over, body_hash: 'a' }
    expect(judgeOrder(keyed, { ...order, body_hash: 'a' })).toBe('same')
    expect(judgeOrder(keyed, { ...order, body_hash: 'b' })).toBe('key_reused')
  })
})

/** Runs a task to its end. `lost`: these steps take effect and are lost before they are stored, as by a kill -9. */
async function run(world: TaskWorld, work: Task['work'], lost: (step: number) => boolean) {
  let stored: Task | undefined
  const taken = { steps: 0, begun: false }
  for (;;) {
    const engine = new TaskEngine({
      store: {
        read: () => stored,
        write(task) {
          stored = structuredClone(task)
        },
      },
      async take(task) {
        const step = await takeStep(task, world.ports)
        taken.steps += 1
        if (lost(taken.steps)) throw LOST
        return step
      },
      now: () => world.now,
      failed(error) {
        if (error !== LOST) throw error
        return 'lost'
      },
    })
    if (!taken.begun) engine.begin({ task_id, owner, work })
    taken.begun = true
    if (stored?.due === undefined) return { view: viewTask(engine.task ?? fail()), ...taken }
    world.now = Math.max(world.now, stored.due)
    await engine.step()
  }
}

const LOST = new Error('the object was lost')

function fail(): never {
  throw new Error('there is no task')
}

const never = () => false

describe.each<[string, Task['work']]>([
  ['a run', { kind: 'delete_run', run_id }],
  ['everything', { kind: 'delete_owner' }],
])('DEL-1: the deletion of %s', (_, work) => {
  it('counts each thing once, wherever it breaks off', async () => {
    const whole = await run(new TaskWorld(), work, never)
    expect(whole.view.status).toBe('done')
    expect(whole.view.counts['runs']).toBe(work.kind === 'delete_run' ? 1 : 25)
    expect(whole.view.counts).toMatchObject({ objects: whole.view.counts['runs'] })
    for (let at = 1; at <= whole.steps; at += 1) {
      const world = new TaskWorld()
      const broken = await run(world, work, (step) => step === at)
      expect([at, broken.view.counts]).toEqual([at, whole.view.counts])
      expect([at, world.left().length > 0]).toEqual([at, work.kind === 'delete_run'])
    }
    const world = new TaskWorld()
    const worst = await run(world, work, (step) => step % 2 === 1)
    expect(worst.view.counts).toEqual(whole.view.counts)
  })
})

describe('DEL-1: the deletion of a run', () => {
  it('refuses a run that goes on, and one that documents need', async () => {
    const world = new TaskWorld()
    world.live.add(run_id)
    const { view } = await run(world, { kind: 'delete_run', run_id }, never)
    expect(view).toMatchObject({ status: 'refused', reason: { code: 'goes_on' }, counts: {} })
    const other = new TaskWorld()
    other.needed.add(run_id)
    const refused = await run(other, { kind: 'delete_run', run_id }, never)
    expect(refused.view).toMatchObject({ status: 'refused', reason: { code: 'documents' } })
    expect(other.runs.size).toBe(25)
  })

  it('DEL-2: removes no row before older statements have ended, and the fence last', async () => {
    const world = new TaskWorld()
    world.busy = 3
    await run(world, { kind: 'delete_run', run_id }, never)
    const [fence, ...rest] = world.done.filter((what) => /^(fence|alone|rows|lift)/.test(what))
    expect(fence).toBe('fence')
    expect(rest.slice(0, 4)).toEqual(['alone: no', 'alone: no', 'alone: no', 'alone: yes'])
    expect(rest.at(-1)).toBe('lift')
    expect(world.done.at(-1)).toBe('drop')
  })
})

describe('DEL-1: the deletion of everything', () => {
  it('also takes a run that was started while it was under way', async () => {
    const world = new TaskWorld()
    world.late = [RunId.parse('f'.repeat(32))]
    const { view } = await run(world, { kind: 'delete_owner' }, never)
    expect(view.counts['objects']).toBe(26)
    expect(world.left()).toEqual([])
  })
})

describe('BULK-1: an action on many runs', () => {
  const filter = { started_before: '2030-01-01T00:00:00.000Z' }

  it.each<[string, Task['work'], Record<string, number>]>([
    ['abort', { kind: 'abort_runs', filter }, { aborted: 10, already_ended: 14, gone: 1 }],
    [
      'retry',
      { kind: 'retry_runs', filter },
      { retried: 10, jobs: 20, groups: 0, nothing_failed: 13, archived: 1, gone: 1 },
    ],
    [
      'label',
      { kind: 'label_runs', filter, labels: { team: 'a' } },
      { labelled: 23, too_many_labels: 1, gone: 1 },
    ],
  ])('%s: counts the outcome of each run once, wherever it breaks off', async (_, work, counts) => {
    const whole = await run(new TaskWorld().asListed(), work, never)
    expect(whole.view).toMatchObject({ status: 'done', total: 25, counts })
    for (let at = 1; at <= whole.steps; at += 1) {
      const broken = await run(new TaskWorld().asListed(), work, (step) => step === at)
      expect(broken.view.counts).toEqual(counts)
    }
    expect(whole.view.failures).toContainEqual({
      run_id: RunId.parse('18'.padStart(32, '0')),
      code: 'gone',
    })
  })

  it('stops at the most runs of a task, and says that there are more', async () => {
    const world = new TaskWorld().asListed()
    world.bulk_runs = 22
    const { view } = await run(world, { kind: 'abort_runs', filter }, never)
    expect(view).toMatchObject({ status: 'done', left: true, total: 25 })
    const { aborted = 0, already_ended = 0, gone = 0 } = view.counts
    expect(aborted + already_ended + gone).toBe(22)
  })
})
