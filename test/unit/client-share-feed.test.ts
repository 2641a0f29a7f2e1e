import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { shown } from '../support/source-run.ts'
import type { Tab } from '../support/tab-harness.ts'
import { BEAT_MS, settle, TabHarness } from '../support/tab-harness.ts'

const LOCK = 'runcast/3 run run'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})

afterEach(() => {
  vi.useRealTimers()
})

type Action = {
  readonly kind: keyof typeof actions
  readonly pick: number
  readonly count: number
}

/** Everything that may happen to a tab, to the run, or to messages between tabs. */
const actions = {
  open(room: TabHarness) {
    if (room.tabs.length < 5) room.open()
  },
  close(room: TabHarness, pick: number) {
    const tab = tabOf(room, pick)
    if (tab) room.close(tab)
  },
  kill(room: TabHarness, pick: number, lost: number) {
    const tab = tabOf(room, pick)
    if (tab) room.kill(tab, lost)
  },
  freeze(room: TabHarness, pick: number) {
    const tab = tabOf(room, pick)
    if (tab) room.freeze(tab)
  },
  thaw(room: TabHarness) {
    for (const tab of room.tabs) room.thaw(tab)
  },
  async restart(room: TabHarness, pick: number) {
    const tab = tabOf(room, pick)
    if (!tab || tab.isDone || room.frozen.has(tab.name)) return
    tab.close()
    await settle()
    tab.start(tab.cursor)
  },
  add(room: TabHarness, pick: number, count: number) {
    room.run.add(pick % 2 === 0 ? 'a' : 'b', count + 1)
  },
  move(room: TabHarness, pick: number) {
    room.run.move(pick)
  },
  log(room: TabHarness, _: number, count: number) {
    room.run.log(count + 1)
  },
  end(room: TabHarness, _: number, count: number) {
    if (count === 0) room.run.end()
  },
  async flow(room: TabHarness, pick: number, count: number) {
    for (let i = 0; i <= count && room.flow(pick); i += 1) await settle()
  },
  async deliver(room: TabHarness, pick: number, count: number) {
    for (let i = 0; i <= count && room.channels.deliver(pick + i); i += 1) await settle()
  },
  cut(room: TabHarness) {
    room.upstreams[0]?.cut()
  },
  startOver(room: TabHarness) {
    room.upstreams[0]?.startOver()
  },
  beat(_: TabHarness, __: number, count: number) {
    vi.advanceTimersByTime(BEAT_MS * (1 + (count % 3)))
  },
}

function tabOf(room: TabHarness, pick: number): Tab | undefined {
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
async function comeToRest(room: TabHarness): Promise<void> {
  for (const tab of room.tabs) room.thaw(tab)
  for (let i = 0; i < 5; i += 1) {
    await room.comeToRest()
    vi.advanceTimersByTime(BEAT_MS)
  }
  await room.comeToRest()
}

function failures(room: TabHarness): unknown[] {
  return room.tabs.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
}

async function history(all: readonly Action[]): Promise<void> {
  vi.clearAllTimers()
  const room = new TabHarness()
  room.open()
  let limit = 1
  for (const { kind, pick, count } of all) {
    // A tab that gets no message for a while reads the feed itself.
    if (kind === 'beat') limit = Number.POSITIVE_INFINITY
    await actions[kind](room, pick, count)
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

function expectAllThere({ tabs, run, upstreams }: TabHarness): void {
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
  await fc.assert(fc.asyncProperty(histories, history), { seed, numRuns: 700 })
})
