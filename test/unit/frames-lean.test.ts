import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { addJobs, closeGroup } from '../../src/durable/run/plans.ts'
import type { Position } from '../../src/durable/watch/position.ts'
import { begin, frameOf, fresh, here, jobs, read } from '../support/frame-reader.ts'
import { ready, step, type TestRun } from '../support/test-run.ts'
import { Client } from '../support/test-watch.ts'
import { pictureIn } from '../support/watched-picture.ts'

const lean = { lean: true }

/** A lean client that reads frame after frame. `next` returns the size of its largest event. */
class LeanReader extends Client {
  place: Position = fresh
  private readonly test: TestRun
  private readonly asked: { readonly page_bytes?: number; readonly detail?: boolean }

  constructor(
    test: TestRun,
    asked: { readonly page_bytes?: number; readonly detail?: boolean } = {},
  ) {
    super(undefined, lean)
    this.test = test
    this.asked = asked
  }

  next(): number {
    const frame = frameOf(this.test, this.place, { ...lean, ...this.asked })
    this.write(frame)
    this.place = frame.to
    const sizes = frame.events.map(({ data }) => new TextEncoder().encode(data).length)
    return Math.max(0, ...sizes)
  }
}

function names(reader: LeanReader): string[] {
  return reader.names().filter((name) => name !== 'status' && name !== 'groups')
}

describe('a lean watcher', () => {
  it('EV-4: gets added jobs at once, and only those', () => {
    const test = begin(2)
    const before = here(test)
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('x', 1) })
    const id = `epoch.${test.run.seq}`
    const entry = { external_id: 'x0', title: 'Title 0', status: 'pending' }
    expect(read(test, before, lean).events).toEqual([
      { event: 'groups', data: { a: { status: 'planning', found: 3 } } },
      { event: 'added', data: { a: [entry] }, id },
    ])
  })

  it('EV-4: does not get the full state when the run turns ingesting, nor at its end', () => {
    const test = begin(2)
    const before = here(test)
    test.call(closeGroup, { group: 0, attempt: 1 })
    expect(read(test, before, lean).names).toEqual(['status', 'groups'])
    const ingesting = here(test)
    test.call(abort, { by: 'alice' })
    expect(read(test, ingesting, lean).names).toEqual(['groups', 'update', 'complete', 'status'])
  })

  it('EV-4, EV-9: gets 20,000 jobs in pages below 256 KB, with an id only on the last page', () => {
    const test = begin(0)
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('posting-', 20_000) })
    const reader = new LeanReader(test)
    let pages = 0
    while (reader.place.kind === 'new' || reader.place.kind === 'paging') {
      expect(reader.cursor).toBeUndefined()
      const largest = reader.next()
      expect(largest).toBeLessThan(256_000)
      pages += 1
    }
    expect(pages).toBeGreaterThan(5)
    expect(new Set(names(reader))).toEqual(new Set(['all_jobs', 'added']))
    expect(names(reader).filter((name) => name === 'all_jobs')).toHaveLength(1)
    expect(reader.cursor).toBe(`epoch.${test.run.seq}`)
    expect(reader.picture()).toEqual({ ...pictureIn(test), details: [] })
  })

  it('EV-4: gets long titles of any script in pages of that size too', () => {
    const test = begin(0)
    const long = jobs('x', 2_000).map((job) => ({ ...job, title: '求人'.repeat(200) }))
    test.call(addJobs, { group: 0, attempt: 1, jobs: long })
    const reader = new LeanReader(test, { detail: true })
    while (reader.place.kind === 'new' || reader.place.kind === 'paging')
      expect(reader.next()).toBeLessThan(256_000)
    expect(reader.picture()).toEqual(pictureIn(test))
  })

  it('EV-4: has the right state after the pages, whatever changed between them', () => {
    const test = begin(20)
    const reader = new LeanReader(test, { page_bytes: 300, detail: true })
    reader.next()
    // The changes hit jobs that were listed, jobs that are not listed yet, and jobs added in both
    // places.
    test.report(test.claim(), { last: false, row: step })
    reader.next()
    test.report(test.claim(), { row: () => ({ ...ready(), title: 'Renamed' }) })
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('late', 30) })
    test.plan(1, 3)
    while (reader.place.kind === 'paging') reader.next()
    test.flyAll()
    while (reader.cursor !== `epoch.${test.run.seq}`) reader.next()
    expect(reader.picture()).toEqual(pictureIn(test))
  })

  it('EV-4: resumes across many added jobs with pages that only add', () => {
    const test = begin(2)
    const place: Position = { kind: 'resumed', shown: test.run.seq }
    const reader = new LeanReader(test, { page_bytes: 300 })
    reader.next()
    reader.place = place
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('late', 30) })
    const { length } = reader.events
    let pages = 0
    while (reader.cursor !== `epoch.${test.run.seq}`) {
      reader.next()
      pages += 1
    }
    expect(pages).toBeGreaterThan(3)
    const told = new Set(reader.events.slice(length).map(({ event }) => event))
    expect(told).toEqual(new Set(['status', 'groups', 'added']))
    expect(reader.picture()).toEqual({ ...pictureIn(test), details: [] })
  })
})

describe('a watcher that requested details', () => {
  it.each([{}, lean])(
    'EV-5: gets each job’s step, percent, message, attempt and outcome: %j',
    (wanted) => {
      const test = begin(2)
      const first = read(test, fresh, { ...wanted, detail: true })
      expect(first.events.find(({ event }) => event === 'detail')?.data).toEqual({
        a: { 0: { attempt: 0 }, 1: { attempt: 0 } },
      })
      const claimed = test.claim()
      const before = here(test)
      const saying = { ...step(), progress: 40, message: 'Page 2 of 5' }
      test.report(claimed, { last: false, row: (n) => (n === 0 ? saying : ready()) })
      const between = here(test)
      expect(read(test, before, { ...wanted, detail: true }).events.at(-1)?.data).toEqual({
        a: {
          0: { attempt: 1, step: 'crawling', progress: 40, message: 'Page 2 of 5' },
          1: { attempt: 1, outcome: 'new' },
        },
      })
      test.report(claimed, { last: false, row: () => ({ ...saying, progress: 60 }) })
      expect(read(test, between, wanted).events).toEqual([])
      expect(read(test, between, { ...wanted, detail: true }).events).toMatchObject([
        { event: 'detail', data: { a: { 0: { progress: 60 } } } },
      ])
    },
  )
})
