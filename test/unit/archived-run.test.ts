import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'

import type { ArchivedState } from '../../src/archive/archive-port.ts'
import { ArchivedFrames } from '../../src/archive/archived-frames.ts'
import { ArchivedRun } from '../../src/archive/archived-run.ts'
import { groupsOf, runOf } from '../../src/archive/archived-state.ts'
import { abort } from '../../src/durable/run/abort.ts'
import { archiveRun } from '../../src/durable/run/archival.ts'
import { confirmCheckpoint } from '../../src/durable/run/checkpoints.ts'
import { pageJobs, pageLines, viewRun } from '../../src/durable/run/run-views.ts'
import type { Frame } from '../../src/durable/watch/frame.ts'
import { Frames } from '../../src/durable/watch/frames.ts'
import {
  type Position,
  positionOf,
  subscriptionAt,
  type SubscriptionOptions,
} from '../../src/durable/watch/position.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import { portOf } from '../support/archive-port.ts'
import { histories, RandomRun } from '../support/random-run.ts'
import { STATUSES } from '../support/statuses.ts'
import { alice, TestRun } from '../support/test-run.ts'
import { Client } from '../support/test-watch.ts'

const PAGE_BYTES = 200
const seeded = { seed: 20_261_124, numRuns: 60 }

/** Checks runs at rest, when their archive is due. */
async function overRuns(check: (test: TestRun) => Promise<void> | void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(histories, async ({ groups, actions }) => {
      const run = new RandomRun(groups)
      for (const happening of actions) run.happen(happening)
      expect(run.comeToRest()).toBe(true)
      await check(run.test)
    }),
    seeded,
  )
}

const wants: SubscriptionOptions[] = [false, true].flatMap((lean) =>
  [false, true].flatMap((detail) => [false, true].map((log) => ({ lean, detail, log }))),
)

type Framing = (place: Position, wanted: SubscriptionOptions) => Frame | Promise<Frame>

/** Makes the frames of the object, and those of an archived run from the rows in Postgres. */
function framesOf(test: TestRun): { here: Framing; there: Framing } {
  const { store, run } = test
  const state = archiveRun(run, store)
  if (state === undefined) throw new Error('it is not to be archived')
  const here = new Frames(store, PAGE_BYTES)
  const there = archivedFrames(test, state)
  return {
    here: (place, wanted) => here.frame(run, subscriptionAt(place, wanted), false),
    there: (place, wanted) => there.frame(place, wanted),
  }
}

function archivedFrames(test: TestRun, state: ArchivedState): ArchivedFrames {
  const archive = portOf(test)
  const name = { owner: alice, run_id: test.run.run_id }
  return new ArchivedFrames({
    run: runOf(state, alice),
    groups: groupsOf(state, test.run.seq),
    page_bytes: PAGE_BYTES,
    pages: {
      jobs: (after, limit) => archive.readJobs(name, { after, limit }),
      lines: (after, limit) => archive.readLines(name, { after, limit }),
    },
  })
}

/** Reads all frames from a position up to the last one. Fails if the last one does not come. */
async function readAll(
  frame: (place: Position) => Frame | Promise<Frame>,
  from: Position,
): Promise<Frame[]> {
  const frames: Frame[] = []
  for (let place = from; frames.length < 1_000;) {
    const next = await frame(place)
    frames.push(next)
    if (next.final) return frames
    place = next.to
  }
  throw new Error('no frame was the last')
}

function eventsOf(frame: Frame): RunEvent[] {
  return frame.messages().map((text) => RunEvent.parse(JSON.parse(text)))
}

function fold(frames: readonly Frame[], before?: Client) {
  const client = new Client(before, { detail: true })
  for (const frame of frames) client.write(frame)
  return client.state
}

afterEach(() => {
  vi.useRealTimers()
})

describe('an archived run', () => {
  it('EV-1 to EV-7: gives a new watcher exactly the frames of its object', async () => {
    expect.hasAssertions()
    let paged = 0
    await overRuns(async (test) => {
      const { here, there } = framesOf(test)
      for (const wanted of wants) {
        const due = await readAll((place) => here(place, wanted), { kind: 'new' })
        const told = await readAll((place) => there(place, wanted), { kind: 'new' })
        expect(told.map(eventsOf)).toEqual(due.map(eventsOf))
        paged += Number(told.length > 1)
        const last = told.flatMap(eventsOf).filter(({ event }) => event === 'progress')
        const { counts } = viewRun(test.run, test.store)
        expect(last).toEqual([{ event: 'progress', data: { counts, groups_open: 0, rate: 0 } }])
      }
    })
    expect(paged).toBeGreaterThan(0)
  })

  it('W-4: gives everything to a watcher with an earlier cursor', async () => {
    expect.hasAssertions()
    await overRuns(async (test) => {
      const { here, there } = framesOf(test)
      for (const wanted of wants.filter(({ detail, log }) => detail && !log)) {
        const due = fold(await readAll((place) => here(place, wanted), { kind: 'new' }))
        for (let seq = 0; seq < test.run.seq; seq += 3) {
          const from = positionOf(test.run, `epoch.${seq}`)
          const before = new Client(undefined, wanted)
          const state = fold(await readAll((place) => there(place, wanted), from), before)
          expect(state).toEqual(due)
        }
      }
    })
  })

  it('EV-7: gives only the log lines after a cursor', async () => {
    expect.hasAssertions()
    await overRuns(async (test) => {
      const { here, there } = framesOf(test)
      const wanted = { lean: true, detail: false, log: true }
      const linesSince = async (frame: Framing, seq: number) => {
        const from = positionOf(test.run, `epoch.${seq}`)
        const frames = await readAll((place) => frame(place, wanted), from)
        return frames.flatMap(eventsOf).filter(({ event }) => event === 'log')
      }
      for (let seq = 0; seq < test.run.seq; seq += 5)
        expect(await linesSince(there, seq)).toEqual(await linesSince(here, seq))
    })
  })

  it('answers view, jobs and logs like its object', async () => {
    expect.hasAssertions()
    await overRuns(async (test) => {
      const { run, store } = test
      const archived = new ArchivedRun(run.run_id, {
        archive: portOf(test),
        settings: test.settings,
        host: () => expect.unreachable('no socket is asked for'),
        log: (_, message) => expect.unreachable(message),
      })
      expect(await archived.view({ owner: alice })).toEqual(viewRun(run, store))
      const filters = [
        {},
        { group: 'group 1' },
        { group: 'none' },
        ...STATUSES.map((status) => ({ status })),
      ]
      for (const filter of filters) {
        for (const cursor of [undefined, '0.1', '1.0', '9.9', 'no', '1.-1']) {
          const query = { owner: alice, limit: 2, ...filter, ...(cursor ? { cursor } : {}) }
          expect(await archived.jobs(query)).toEqual(pageJobs(store, query))
        }
      }
      for (const after of [0, 1, 4, 1_000]) {
        const query = { owner: alice, after, limit: 3 }
        expect(await archived.logs(query)).toEqual(pageLines(store, query))
      }
    })
  })
})

type Archive = ReturnType<typeof portOf>

/** Archives a run of so many jobs. `given` replaces some of its archive's calls. */
function toArchived(test: TestRun, jobs: number, given: (archive: Archive) => Partial<Archive>) {
  test.create('a')
  test.plan(0, jobs)
  test.call(abort, { by: 'alice' })
  test.call(confirmCheckpoint, test.run)
  test.pass(test.settings.archive_ms)
  const port = portOf(test)
  return new ArchivedRun(test.run.run_id, {
    archive: { ...port, ...given(port) },
    settings: test.settings,
    host: () => ({ open: () => expect.unreachable('no socket is asked for'), all: () => [] }),
    log: (_, message) => expect.unreachable(message),
  })
}

function ask(run: ArchivedRun, path: string, headers: Record<string, string> = {}) {
  const given = { 'x-runcast-owner': alice, ...headers }
  return run.fetch(new Request(`https://run${path}`, { headers: given }))
}

/** Opens the stream of a run with so many jobs that an unread stream cannot hold all of them. */
async function openUnread(
  headers: Record<string, string>,
  noteRows: (rows: number) => void = () => {},
) {
  const test = new TestRun({ settings: { page_bytes: PAGE_BYTES, buffer_bytes: 1 } })
  const run = toArchived(test, 40, (archive) => ({
    readJobs: async (...asked) => {
      const rows = await archive.readJobs(...asked)
      noteRows(rows.length)
      return rows
    },
  }))
  return ask(run, '/stream?lean=1', headers)
}

describe('the stream of an archived run', () => {
  it('W-12: ends with its token by a timer if it is read too slowly', async () => {
    vi.useFakeTimers()
    const answer = await openUnread({ 'x-runcast-until': String(Date.now() + 5_000) })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(vi.getTimerCount()).toBe(0)
    const text = await answer.text()
    expect(text).toMatch(/\nevent: token_expired\ndata: .*\n\n$/)
    expect(text).not.toContain('data: aborted')
  })

  it('W-7, W-10: sets no timer but one that cuts it after five minutes without a reader', async () => {
    vi.useFakeTimers()
    const answer = await openUnread({})
    await vi.advanceTimersByTimeAsync(299_999)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(vi.getTimerCount()).toBe(0)
    expect(await answer.text()).not.toContain('data: aborted')
  })

  it('W-10: comes to its end as fast as it is read, and leaves no timer', async () => {
    vi.useFakeTimers()
    const answer = await openUnread({})
    expect(await answer.text()).toContain('data: aborted')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('EV-4: has a page of jobs read when the page before is taken, and holds no other', async () => {
    const read: number[] = []
    const answer = await openUnread({}, (rows) => void read.push(rows))
    const reader = answer.body?.getReader()
    await reader?.read()
    await vi.waitFor(() => expect(read).toHaveLength(1))
    for (let page = 2; page < 10; page += 1) {
      await reader?.read()
      await vi.waitFor(() => expect(read).toHaveLength(page))
    }
    // A page holds four of the forty jobs, and as many are read as it could hold if they were shorter.
    expect(Math.max(...read)).toBeLessThanOrEqual(6)
    await reader?.cancel()
  })

  it('W-12: is not opened by an expired token', async () => {
    const answer = await openUnread({ 'x-runcast-until': String(Date.now()) })
    expect([answer.status, answer.headers.get('x-runcast-refused')]).toEqual([401, 'expired'])
  })
})

describe('an archived run whose jobs were removed', () => {
  const removed_at = '2026-11-29T10:00:00.000Z'

  function removedRun() {
    const test = new TestRun()
    const run = toArchived(test, 3, (archive) => ({
      readRun: async (name) => {
        const state = await archive.readRun(name)
        return state && { ...state, view: { ...state.view, removed_at } }
      },
      readJobs: () => expect.unreachable('no job is left'),
      readLines: () => expect.unreachable('no line is left'),
    }))
    return { run, cursor: `epoch.${test.run.seq}` }
  }

  it.each(['/stream', '/events', '/socket'])(
    'RUN-6: shows no watcher a listing without them, over %s',
    async (path) => {
      const { run } = removedRun()
      for (const cursor of ['', 'epoch.1', 'other.1']) {
        const asked = ask(run, path, { 'last-event-id': cursor, upgrade: 'websocket' })
        await expect(asked).rejects.toMatchObject({ name: 'RunRemoved', at: removed_at })
      }
    },
  )

  it('W-4: lets a watcher go that has seen the end', async () => {
    const { run, cursor } = removedRun()
    const headers = { 'last-event-id': cursor }
    expect((await ask(run, '/stream', headers)).status).toBe(204)
    expect(await (await ask(run, '/events', headers)).json()).toEqual({
      cursor,
      events: [],
      done: true,
    })
  })

  it('RUN-6: keeps its state', async () => {
    const { run } = removedRun()
    expect(await run.view({ owner: alice })).toMatchObject({ status: 'aborted', removed_at })
  })
})
