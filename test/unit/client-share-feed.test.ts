import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { shown } from '../support/source-run.ts'
import type { Tab } from '../support/tab-room.ts'
import { BEAT_MS, settle, TabRoom } from '../support/tab-room.ts'

const LOCK = 'runcast/2 run run'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})

afterEach(() => {
  vi.useRealTimers()
})

type Happening = {
  readonly kind: keyof typeof happenings
  readonly pick: number
  readonly count: number
}

/** Everything that may happen to a tab, to the run, or to messages between tabs. */
const happenings = {
  open(room: TabRoom) {
    if (room.tabs.length < 5) room.open()
  },
  close(room: TabRoom, pick: number) {
    const tab = tabOf(room, pick)
    if (tab) room.close(tab)
  },
  kill(room: TabRoom, pick: number, lost: number) {
    const tab = tabOf(room, pick)
    if (tab) room.kill(tab, lost)
  },
  freeze(room: TabRoom, pick: number) {
    const tab = tabOf(room, pick)
    if (tab) room.freeze(tab)
  },
  thaw(room: TabRoom) {
    for (const tab of room.tabs) room.thaw(tab)
  },
  async restart(room: TabRoom, pick: number) {
    const tab = tabOf(room, pick)
    if (!tab || tab.isDone || room.frozen.has(tab.name)) return
    tab.close()
    await settle()
    tab.start(tab.cursor)
  },
  add(room: TabRoom, pick: number, count: number) {
    room.run.add(pick % 2 === 0 ? 'a' : 'b', count + 1)
  },
  move(room: TabRoom, pick: number) {
    room.run.move(pick)
  },
  log(room: TabRoom, _: number, count: number) {
    room.run.log(count + 1)
  },
  end(room: TabRoom, _: number, count: number) {
    if (count === 0) room.run.end()
  },
  async flow(room: TabRoom, pick: number, count: number) {
    for (let i = 0; i <= count && room.flow(pick); i += 1) await settle()
  },
  async deliver(room: TabRoom, pick: number, count: number) {
    for (let i = 0; i <= count && room.channels.deliver(pick + i); i += 1) await settle()
  },
  cut(room: TabRoom) {
    room.upstreams[0]?.cut()
  },
  startOver(room: TabRoom) {
    room.upstreams[0]?.startOver()
  },
  beat(_: TabRoom, __: number, count: number) {
    vi.advanceTimersByTime(BEAT_MS * (1 + (count % 3)))
  },
}

function tabOf(room: TabRoom, pick: number): Tab | undefined {
  return room.tabs[pick % Math.max(1, room.tabs.length)]
}

const kinds = [
  'open',
  'close',
  'kill',
  'freeze',
  'thaw',
  'restart',
  'end',
  'cut',
  'startOver',
  'beat',
] as const

const histories = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom('flow', 'deliver') },
      { weight: 12, arbitrary: fc.constantFrom('add', 'move', 'log') },
      { weight: 8, arbitrary: fc.constantFrom(...kinds) },
      { weight: 4, arbitrary: fc.constantFrom('open', 'kill', 'close') },
    ),
    pick: fc.nat({ max: 30 }),
    count: fc.nat({ max: 5 }),
  }),
  { minLength: 5, maxLength: 60 },
)

/** Thaws all tabs, and lets time pass until nothing happens any more. */
async function comeToRest(room: TabRoom): Promise<void> {
  for (const tab of room.tabs) room.thaw(tab)
  for (let i = 0; i < 5; i += 1) {
    await room.comeToRest()
    vi.advanceTimersByTime(BEAT_MS)
  }
  await room.comeToRest()
}

function failures(room: TabRoom): unknown[] {
  return room.tabs.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
}

async function history(all: readonly Happening[]): Promise<void> {
  vi.clearAllTimers()
  const room = new TabRoom()
  room.open()
  let limit = 1
  for (const { kind, pick, count } of all) {
    // A tab that gets no message for a while reads the feed itself.
    if (kind === 'beat') limit = Number.POSITIVE_INFINITY
    await happenings[kind](room, pick, count)
    await settle()
    expect(failures(room)).toEqual([])
    expect(room.upstreams.length).toBeLessThanOrEqual(limit)
  }
  await comeToRest(room)
  expect(failures(room)).toEqual([])
  expectAllThere(room)
  for (const tab of [...room.tabs, ...room.dead]) room.close(tab)
  await settle()
  expect(room.locks.holderOf(LOCK)).toBeUndefined()
  expect(vi.getTimerCount()).toBe(0)
}

function expectAllThere({ tabs, run, upstreams }: TabRoom): void {
  const isEnded = run.status === 'finished'
  for (const tab of tabs) {
    expect(shown(tab.held)).toBe(run.seen(run.seq))
    expect(tab.cursor).toBe(run.cursor)
    expect(tab.line).toBe(run.lines)
    expect(tab.isDone).toBe(isEnded)
  }
  expect(upstreams).toHaveLength(isEnded || tabs.length === 0 ? 0 : 1)
}

/** The seed of the histories. To replay a failure, set RUNCAST_SEED to the seed that it printed. */
const seed = Number(process.env['RUNCAST_SEED'] ?? 20_261_122)

it('whatever tabs open, close, die or freeze, each shows the run at its cursor, every log line once, and at the end the whole run', async () => {
  await fc.assert(fc.asyncProperty(histories, history), { seed, numRuns: 2_000 })
})
