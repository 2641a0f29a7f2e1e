import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/ending.ts'
import { addJobs, closeGroup } from '../../src/durable/planning.ts'
import type { Standing } from '../../src/durable/watch/frames.ts'
import { resume, RunFrames, standAt } from '../../src/durable/watch/frames.ts'
import { ready, seed, step, TestRun } from '../support/test-run.ts'
import { Client } from '../support/test-watch.ts'

const plain = { relist: false, log: false }

/** What a frame from a standing to now says, read as a client reads it. */
function read(test: TestRun, standing: Standing | null, { relist = false, log = false } = {}) {
  const frame = new RunFrames(test.store).frame(test.run, standing, { relist, log })
  const client = new Client()
  client.write(frame.bytes)
  return { ...frame, events: client.events, names: client.names(), cursor: client.cursor }
}

function here(test: TestRun): Standing {
  return standAt(test.run.seq, test.run.seq)
}

function resumed(test: TestRun, cursor: string): Standing {
  const standing = resume(test.run, cursor)
  if (standing === null) throw new Error(`${cursor} stands nowhere`)
  return standing
}

/** Group `a` is being planned and has so many jobs. */
function begin(count: number): TestRun {
  const test = new TestRun()
  test.create('a', 'b')
  test.grantPlan(0)
  test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('', count) })
  return test
}

function jobs(prefix: string, count: number) {
  return Array.from({ length: count }, (_, n) => seed(`${prefix}${n}`, `Title ${n}`))
}

describe('the first frame', () => {
  it('EV-1, EV-2, EV-9: is the status, then the full state, with the cursor on the last', () => {
    const test = begin(2)
    const { events, to, listed, unlisted } = read(test, null)
    const status = 'pending'
    expect(events).toEqual([
      { event: 'status', data: 'initializing' },
      {
        event: 'all_jobs',
        data: {
          a: [
            { external_id: '0', title: 'Title 0', status },
            { external_id: '1', title: 'Title 1', status },
          ],
        },
        id: `epoch.${test.run.seq}`,
      },
    ])
    expect({ to, listed, unlisted }).toEqual({ to: here(test), listed: true, unlisted: false })
  })

  it('EV-2: holds all there is, also when that is nothing', () => {
    const test = new TestRun()
    test.create('a')
    expect(read(test, null).events).toEqual([
      { event: 'status', data: 'pending' },
      { event: 'all_jobs', data: {}, id: 'epoch.1' },
    ])
  })

  it('EV-1, W-8: of an ended run has its one status last of all', () => {
    const test = begin(2)
    test.call(abort, { by: 'alice' })
    const { events, names } = read(test, null)
    expect(names).toEqual(['all_jobs', 'status'])
    expect(events.at(-1)).toEqual({ event: 'status', data: 'aborted', id: `epoch.${test.run.seq}` })
  })
})

describe('a later frame', () => {
  it('EV-3: says only what changed since, each job once, as it is now', () => {
    const test = begin(4)
    const before = here(test)
    test.report(test.claim(), { last: false, row: step })
    const between = here(test)
    const second = test.claim()
    test.report(second, { last: false, row: (n) => (n === 2 ? step() : undefined) })
    test.report(second, { last: false, row: (n) => (n === 2 ? ready() : undefined) })
    const id = `epoch.${test.run.seq}`
    expect(read(test, before).events).toEqual([
      { event: 'update', data: { a: { 0: 'crawling', 1: 'crawling', 2: 'ready' } }, id },
    ])
    expect(read(test, between).events).toEqual([
      { event: 'update', data: { a: { 2: 'ready' } }, id },
    ])
  })

  it('EV-3: folds what was noted since the last tick like what is read from storage', () => {
    const test = begin(2)
    const frames = new RunFrames(test.store)
    const before = here(test)
    frames.ticked(before.shown)
    const flight = test.claim()
    const told = test.changes.length
    test.report(flight, { last: false, row: step })
    test.report(flight, { last: false, row: (n) => (n === 0 ? ready() : undefined) })
    for (const changed of test.changes.slice(told)) frames.note(changed)
    const scanned = new RunFrames(test.store).frame(test.run, before, plain)
    expect(frames.frame(test.run, before, plain).bytes).toEqual(scanned.bytes)
    test.call(abort, { by: 'alice' })
    for (const changed of test.changes.slice(-1)) frames.note(changed)
    const ended = new RunFrames(test.store).frame(test.run, before, plain)
    expect(frames.frame(test.run, before, plain).bytes).toEqual(ended.bytes)
  })

  it('W-1: is read from storage where nothing was noted, since nobody watched', () => {
    const test = begin(2)
    const frames = new RunFrames(test.store)
    const before = here(test)
    frames.ticked(before.shown)
    frames.forget()
    test.report(test.claim())
    for (const changed of test.changes.slice(-1)) frames.note(changed)
    const scanned = new RunFrames(test.store).frame(test.run, before, plain)
    expect(scanned.bytes.length).toBeGreaterThan(0)
    expect(frames.frame(test.run, before, plain).bytes).toEqual(scanned.bytes)
  })

  it('EV-1: has each new status, and no status where it is the same', () => {
    const test = new TestRun()
    test.create('a', 'b')
    const pending = here(test)
    test.grantPlan(0)
    expect(read(test, pending).events).toEqual([
      { event: 'status', data: 'initializing', id: `epoch.${test.run.seq}` },
    ])
    const initializing = here(test)
    test.call(addJobs, { group: 0, attempt: 1, jobs: [] })
    expect(read(test, initializing).events).toEqual([])
  })

  it('EV-2: has the full state when the run turned ingesting', () => {
    const test = begin(1)
    const before = here(test)
    test.call(closeGroup, { group: 0, attempt: 1 })
    const frame = read(test, before)
    expect(frame.names).toEqual(['status', 'all_jobs'])
    expect(frame.events[0]).toEqual({ event: 'status', data: 'ingesting' })
    expect(frame.listed).toBe(true)
    expect(read(test, here(test)).events).toEqual([])
  })

  it('EV-2, EV-9: leaves added jobs for later, without a cursor, until it may list them', () => {
    const test = begin(1)
    const before = here(test)
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('x', 2) })
    test.report(test.claim(), { row: step })
    test.report(test.claim(), { row: ready })
    const later = read(test, before)
    expect(later.events).toEqual([{ event: 'update', data: { a: { 0: 'crawling' } } }])
    expect(later).toMatchObject({ listed: false, unlisted: true })
    const listed = read(test, later.to, { relist: true })
    expect(listed.names).toEqual(['all_jobs'])
    expect(listed.cursor).toBe(`epoch.${test.run.seq}`)
    expect(listed.to).toEqual(here(test))
    expect(read(test, listed.to, { relist: true }).events).toEqual([])
  })

  it('EV-1, EV-2: of the end has the full state, then the terminal status, last of all', () => {
    const test = begin(2)
    const before = here(test)
    test.call(abort, { by: 'alice' })
    expect(read(test, before).names).toEqual(['all_jobs', 'status'])
  })

  it('has no bytes where nothing that shows has changed, and moves on', () => {
    const test = begin(1)
    const before = here(test)
    test.grantPlan(1)
    expect(test.run.seq).toBeGreaterThan(before.shown)
    const frame = read(test, before)
    expect(frame.bytes).toHaveLength(0)
    expect(frame.to).toEqual(here(test))
  })
})

describe('a cursor', () => {
  it('W-4: of this epoch, up to now, stands where it says', () => {
    const test = begin(1)
    const { seq } = test.run
    expect(resume(test.run, `epoch.${seq}`)).toMatchObject({ shown: seq, listed: seq })
    expect(resume(test.run, 'epoch.0')).toMatchObject({ shown: 0, listed: 0 })
  })

  it.each([
    ['another epoch', 'other.1'],
    ['the future', 'epoch.999'],
    ['nonsense', 'nonsense'],
    ['12 KB', 'e'.repeat(12_288)],
    ['nothing', ''],
  ])('W-4: of %s stands nowhere: the full state', (_, cursor) => {
    const test = begin(1)
    expect(resume(test.run, cursor)).toBeNull()
    expect(resume(test.run, null)).toBeNull()
  })

  it('W-4: is resumed from with the diff since it', () => {
    const test = begin(3)
    const cursor = `epoch.${test.run.seq}`
    test.report(test.claim())
    expect(read(test, resumed(test, cursor)).events).toEqual([
      { event: 'status', data: 'initializing' },
      { event: 'update', data: { a: { 0: 'ready', 1: 'ready' } }, id: `epoch.${test.run.seq}` },
    ])
  })

  it('EV-2, W-4: is resumed from across added jobs with the full state', () => {
    const test = begin(1)
    const cursor = `epoch.${test.run.seq}`
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('x', 1) })
    expect(read(test, resumed(test, cursor)).names).toEqual(['status', 'all_jobs'])
  })
})

describe('whatever a job is called', () => {
  const awkward = ['__proto__', 'constructor', '7', 'a\r\ndata: x\n\nid: 9', '\u2028']

  it('EV-8, EV-10: its picture is right, listed and updated', () => {
    const test = new TestRun({ flight_jobs: 100 })
    test.create('__proto__', 'b\nevent: status')
    test.grantPlan(0)
    const listed = awkward.map((text) => seed(text, text))
    test.call(addJobs, { group: 0, attempt: 1, jobs: listed })
    test.call(closeGroup, { group: 0, attempt: 1 })
    const client = new Client()
    const first = new RunFrames(test.store).frame(test.run, null, plain)
    client.write(first.bytes)
    expect(client.names()).toEqual(['status', 'all_jobs'])
    const known = () => [...(client.state.jobs.get('__proto__')?.values() ?? [])]
    expect(known().map(({ external_id }) => external_id)).toEqual(awkward)
    expect(known().map(({ title }) => title)).toEqual(awkward)
    test.report(test.claim())
    client.write(new RunFrames(test.store).frame(test.run, first.to, plain).bytes)
    expect(client.names()).toEqual(['status', 'all_jobs', 'update'])
    expect(known().map(({ status }) => status)).toEqual(awkward.map(() => 'ready'))
    expect(known().map(({ title }) => title)).toEqual(awkward)
  })
})

describe('a watcher that asked for the log', () => {
  it('EV-7: gets the lines since its cursor', () => {
    const test = begin(1)
    const before = here(test)
    const known = test.store.readLines(0, 100).length
    test.call(closeGroup, {
      group: 0,
      attempt: 1,
      lines: [{ level: 'info', message: 'Found one.' }],
    })
    test.flyAll()
    const { events } = read(test, before, { log: true })
    const lines = events.flatMap((one) => (one.event === 'log' ? [one.data] : []))
    expect(lines).toEqual(test.store.readLines(known, 100))
    expect(lines[0]).toMatchObject({ message: 'Found one.', group: 'a' })
    expect(read(test, before).names).not.toContain('log')
  })

  it('EV-7: gets at most 200 in a catch-up, and is told where the others are', () => {
    const test = begin(1)
    const lines = Array.from({ length: 250 }, (_, n) => ({
      level: 'info' as const,
      message: `line ${n}`,
    }))
    test.call(closeGroup, { group: 0, attempt: 1, lines })
    const { events } = read(test, null, { log: true })
    const data = events.flatMap((one) => (one.event === 'log' ? [one.data] : []))
    const { length } = test.store.readLines(0, 1_000)
    expect(data).toHaveLength(201)
    expect(data.at(-1)).toEqual({ dropped: length - 200, after: 200 })
  })

  it('EV-7: gets no line that came after the end', () => {
    const test = begin(1)
    const before = here(test)
    test.call(abort, { by: 'alice' })
    const late = { lines: [{ level: 'info' as const, message: 'too late' }] }
    test.call(closeGroup, { group: 0, attempt: 1, ...late })
    const { events, names } = read(test, before, { log: true })
    expect(names.slice(-2)).toEqual(['log', 'status'])
    expect(JSON.stringify(events)).not.toContain('too late')
    expect(JSON.stringify(test.store.readLines(0, 100))).toContain('too late')
  })
})
