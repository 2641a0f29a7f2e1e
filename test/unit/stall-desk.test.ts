import { describe, expect, it } from 'vitest'

import { StallDesk } from '../../src/durable/owner/notices/stall-desk.ts'
import { noticeOfStall } from '../../src/durable/owner/notices/stall-notice.ts'
import type { ProgressMark, StallStore } from '../../src/durable/owner/notices/stall.ts'
import type { RunStanding } from '../../src/durable/owner/owner-rpc.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { standing } from '../support/standing.ts'

const MINUTE = 60_000
const run_id = RunId.parse('1'.repeat(32))

function openMarks(): StallStore & { readonly marks: Map<RunId, ProgressMark> } {
  const marks = new Map<RunId, ProgressMark>()
  const sorted = () => [...marks.values()].toSorted((a, b) => a.due - b.due)
  return {
    marks,
    find: (id) => marks.get(id),
    put: (mark) => void marks.set(mark.run_id, mark),
    drop: (id) => void marks.delete(id),
    due: (now, limit) =>
      sorted()
        .filter(({ due }) => due <= now)
        .slice(0, limit),
    firstDue: () => sorted()[0]?.due,
    clear: () => marks.clear(),
  }
}

/** An owner's object that follows one run. */
class World {
  now = 0
  wanted = true
  away = false
  asked = 0
  run = going(1)
  readonly store = openMarks()
  readonly stalled: { readonly at: number; readonly since: number }[] = []
  readonly desk = new StallDesk({
    store: this.store,
    settings: { stalled_ms: 9 * MINUTE },
    now: () => this.now,
    wanted: () => this.wanted,
    ask: async () => {
      this.asked += 1
      if (!this.away) this.desk.heard(this.run)
    },
    isLive: () => !isTerminalRun(this.run.status),
    stalled: (_, since) => void this.stalled.push({ at: this.now / MINUTE, since: since / MINUTE }),
    arm: () => undefined,
  })

  /** Lets so many minutes pass. The alarm fires as it is set. */
  async pass(minutes: number): Promise<void> {
    for (const end = this.now + minutes * MINUTE; this.now < end;) {
      this.now = Math.min(end, Math.max(this.now, this.desk.wakeDue() ?? end))
      if ((this.desk.wakeDue() ?? Infinity) <= this.now) await this.desk.work()
    }
  }
}

/** A run at work of whose jobs so many are done. */
type Change = Parameters<typeof standing>[1]

function going(ready: number, change: Change = {}): RunStanding {
  const counts = { total: 9, by_status: { ready, pending: 9 - ready } }
  return standing('1', {
    status: 'ingesting',
    asks: { n: 1, admitted: true },
    ...change,
    facts: { progress: { counts, groups_open: 0, rate: ready }, ...change.facts },
  })
}

describe('NOTE-7: a run has stalled', () => {
  it('when it made no progress for as long as the setting says, and is told once', async () => {
    const world = new World()
    world.desk.heard(world.run)
    await world.pass(60)
    expect(world.stalled).toEqual([{ at: 9, since: 0 }])
  })

  it('again, when it went on in between', async () => {
    const world = new World()
    world.desk.heard(world.run)
    await world.pass(20)
    world.run = going(2)
    await world.pass(60)
    expect(world.stalled).toEqual([
      { at: 9, since: 0 },
      { at: 30, since: 21 },
    ])
  })

  it('not while it goes on, however slowly', async () => {
    const world = new World()
    for (let ready = 1; ready < 9; ready += 1) {
      world.run = going(ready)
      if (ready === 1) world.desk.heard(world.run)
      await world.pass(6)
    }
    expect(world.stalled).toEqual([])
  })

  it.each([
    ['is paused', going(1, { facts: { paused: { by: 'a', at: '' } } })],
    ['waits for its turn', going(1, { asks: { n: 1 } })],
    ['has ended', going(1, { status: 'finished' })],
  ])('not while it %s: then it is not asked', async (_, run) => {
    const world = new World()
    world.desk.heard(world.run)
    world.run = run
    world.desk.heard(run)
    await world.pass(60)
    expect(world).toMatchObject({ stalled: [], asked: 0 })
    expect(world.store.marks.size).toBe(0)
  })

  it('also if it could not be asked for a while, or was at work before an endpoint wanted to know', async () => {
    const world = new World()
    world.desk.begin([run_id])
    world.away = true
    await world.pass(30)
    expect(world).toMatchObject({ stalled: [], asked: 10 })
    world.away = false
    await world.pass(12)
    expect(world.stalled).toEqual([{ at: 42, since: 33 }])
  })
})

it('nothing is followed, and nothing stored, while no endpoint wants to know', async () => {
  const world = new World()
  world.desk.heard(world.run)
  world.wanted = false
  await world.pass(60)
  world.desk.heard(world.run)
  expect(world).toMatchObject({ asked: 0, stalled: [] })
  expect(world.store.marks.size).toBe(0)
})

it('NOTE-7: the notice has the reason that the progress says', () => {
  const wait = {
    code: 'database_away',
    message: 'Postgres cannot be reached.',
    since: '',
    until: '',
    groups: 1,
  }
  const counts = { total: 9, by_status: { pending: 9 } }
  const facts = { progress: { counts, groups_open: 1, rate: 0, waits: [wait] } }
  const notice = noticeOfStall(going(1, { facts }), { since: 0, now: 10 * MINUTE })
  expect(notice.text).toBe('Run 1: no progress for 10 minutes. Postgres cannot be reached.')
  expect(JSON.parse(notice.data)).toMatchObject({
    since: '1970-01-01T00:00:00.000Z',
    reason: { code: 'database_away' },
  })
})
