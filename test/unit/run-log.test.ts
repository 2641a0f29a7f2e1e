import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { report } from '../../src/durable/run/flights.ts'
import { addJobs, closeGroup, failPlan } from '../../src/durable/run/plans.ts'
import { pageLines, viewRun } from '../../src/durable/run/run-views.ts'
import { documents } from '../../src/pipelines/documents/documents.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import { failed, seeds, TestRun } from '../support/test-run.ts'

function messages(run: TestRun): string[] {
  return run.store.readLines(0, 1_000).map(({ message }) => message)
}

describe('a run’s log', () => {
  it('EV-7: describes a run from its plan to its end, by group and by job', () => {
    const run = new TestRun({ flight_jobs: 10 })
    run.create('a')
    const { attempt } = run.grantPlan(0)
    run.call(addJobs, { group: 0, attempt, jobs: seeds(0, 3) })
    const lines = [{ level: 'info', message: 'The listing holds 3 postings.' }] as const
    run.call(closeGroup, { group: 0, attempt, lines })
    run.report(run.claim(), {
      row: (n) =>
        n === 0 ? failed(false) : { kind: 'ready', outcome: n === 1 ? 'new' : 'unchanged' },
    })
    expect(messages(run)).toEqual([
      'The run is initializing.',
      'The listing holds 3 postings.',
      'The run is ingesting.',
      '“Title of 0-0” failed: It broke.',
      '“Title of 0-1” is new.',
      'Ready: 1 new, 1 unchanged.',
      'The run finished with problems: 1 of 3 jobs failed, 2 ready.',
    ])
    const [failure] = run.store.readLines(3, 1)
    expect(failure).toMatchObject({ level: 'error', group: 'a', external_id: '0-0', seq: 4 })
    expect(failure?.ts).toBe(new Date(run.now).toISOString())
  })

  it('EV-7: says of each attempt to read a list when the attempt began', () => {
    const run = new TestRun()
    run.create('a')
    const first = run.now
    const { attempt } = run.grantPlan(0)
    run.now += 2_000
    const failure = { code: 'broken', message: 'It broke.', retryable: true }
    run.call(failPlan, { group: 0, attempt, failure, took_ms: 1_500 })
    run.pass(60_000)
    const again = run.grantPlan(0)
    run.now += 400
    const lines = [
      { level: 'info', message: 'A page has 2 postings.' },
      { level: 'info', message: 'The listing holds 2 postings.' },
    ] as const
    run.call(closeGroup, { group: 0, attempt: again.attempt, lines, took_ms: 400 })
    const sinces = run.store.readLines(0, 9).map(({ message, since }) => [message, since])
    expect(sinces).toContainEqual([
      'Reading the list of jobs failed and is tried again: It broke.',
      new Date(first + 500).toISOString(),
    ])
    expect(sinces).toContainEqual(['A page has 2 postings.', undefined])
    expect(sinces).toContainEqual([
      'The listing holds 2 postings.',
      new Date(run.now - 400).toISOString(),
    ])
  })

  it('EV-7: lines raise the seq of a live run', () => {
    const run = new TestRun({ flight_jobs: 10 })
    run.create('a')
    run.plan(0, 1)
    const { flight, grant } = run.claim()
    const { seq } = run.run
    const lines = [{ level: 'warn', message: 'The page is slow.', group: 'a' }] as const
    run.call(report, { flight, grant, rows: [], last: false, lines })
    expect(run.run.seq).toBe(seq + 1)
    expect(messages(run).at(-1)).toBe('The page is slow.')
  })

  it('EV-7: lines from after the end are kept, and raise no seq', () => {
    const run = new TestRun({ flight_jobs: 10 })
    run.create('a', 'b')
    run.plan(0, 1)
    const { attempt } = run.grantPlan(1)
    const { flight, grant } = run.claim()
    run.call(abort, { by: 'alice' })
    const { seq } = run.run
    run.call(report, { flight, grant, rows: [], last: true, ...late('still here', 'a') })
    run.call(closeGroup, { group: 1, attempt, ...late('found 7', 'b') })
    const failure = { code: 'c', message: 'm', retryable: false }
    run.call(failPlan, { group: 1, attempt, failure, ...late('or not', 'b') })
    expect(run.run.seq).toBe(seq)
    expect(run.store.readLines(0, 100).slice(-3)).toMatchObject([
      { message: 'still here', group: 'a' },
      { message: 'found 7', group: 'b' },
      { message: 'or not', group: 'b' },
    ])
  })

  it('names three of many in one line, and counts them all', () => {
    const run = new TestRun({ flight_jobs: 100 })
    run.create('a')
    run.plan(0, 50)
    const before = messages(run).length
    run.flyAll()
    const told = messages(run).slice(before)
    const news = '“Title of 0-0”, “Title of 0-1”, “Title of 0-2” and 47 more are new or changed.'
    expect(told.filter((message) => message.includes('Title of'))).toEqual([news])
    expect(told).toContain('Ready: 50 new.')
  })

  it('describes a failure that is retried, and a lost worker', () => {
    const run = new TestRun({ flight_jobs: 10 })
    run.create('a')
    run.plan(0, 2)
    run.claim()
    run.pass(run.settings.lease_ms)
    expect(messages(run).at(-1)).toBe('The worker on 2 jobs was lost.')
    run.report(run.claim(), { row: () => failed() })
    expect(messages(run).slice(-2)).toEqual([
      '“Title of 0-0” is tried again: It broke.',
      '“Title of 0-1” is tried again: It broke.',
    ])
  })

  it('describes a failed plan, and whether it is retried', () => {
    const run = new TestRun({ settings: { failures_max: 2 } })
    run.create('a')
    const failure = { code: 'board_error', message: 'The board answered 500.', retryable: true }
    const fail = () => {
      const { attempt } = run.grantPlan(0)
      run.call(failPlan, { group: 0, attempt, failure })
    }
    fail()
    expect(messages(run).at(-1)).toBe(
      'Reading the list of jobs failed and is tried again: The board answered 500.',
    )
    run.pass(run.settings.backoff_ms)
    fail()
    expect(messages(run).slice(-2)).toEqual([
      'The list of jobs could not be read: The board answered 500.',
      'The run ended in error: 1 of 1 group could not be read.',
    ])
  })

  it.each([
    [{ nouns: ingestion.nouns }, 'job list', 'postings'],
    [{ nouns: documents.nouns }, 'list of documents', 'documents'],
    [{}, 'list of jobs', 'jobs'],
  ])('describes a run with its nouns: %j', (given, list, many) => {
    const run = new TestRun({ flight_jobs: 10 })
    run.engine.create({ ...run.start('a', 'b'), ...given }, 'epoch')
    const { attempt } = run.grantPlan(0)
    const failure = { code: 'broken', message: 'It broke.', retryable: false }
    run.call(failPlan, { group: 0, attempt, failure })
    expect(messages(run).at(-1)).toBe(`The ${list} could not be read: It broke.`)
    run.plan(1, 2)
    run.claim()
    run.pass(run.settings.lease_ms)
    expect(messages(run).at(-1)).toBe(`The worker on 2 ${many} was lost.`)
    run.report(run.claim(), { row: () => failed(false) })
    expect(viewRun(run.run, run.store).error?.message).toBe(
      `No ${many.slice(0, -1)} is ready, and some failed.`,
    )
  })

  it('keeps only its last lines', () => {
    const run = new TestRun({ flight_jobs: 100, settings: { log_lines: 5 } })
    run.create('a')
    run.plan(0, 50)
    run.flyAll()
    expect(messages(run)).toHaveLength(5)
    expect(messages(run).at(-1)).toBe('The run is finished: 50 ready.')
  })

  it('is read page by page', () => {
    const run = new TestRun({ flight_jobs: 10 })
    run.create('a')
    run.plan(0, 3)
    run.flyAll()
    const all = run.store.readLines(0, 100)
    const first = pageLines(run.store, { after: 0, limit: 2 })
    expect(first).toEqual({ lines: all.slice(0, 2), next_after: 2 })
    const rest = pageLines(run.store, { after: 2, limit: all.length - 2 })
    expect(rest).toEqual({ lines: all.slice(2), next_after: null })
  })
})

function late(message: string, group: string) {
  return { lines: [{ level: 'info', message, group }] } as const
}

it('counts results without an outcome by the noun of its pipeline', () => {
  const run = new TestRun({ flight_jobs: 10 })
  run.engine.create({ ...run.start('a'), nouns: documents.nouns }, 'epoch')
  run.plan(0, 2)
  run.report(run.claim(), { row: () => ({ kind: 'ready' }) })
  expect(messages(run)).toContain('Ready: 2 documents.')
  expect(run.run.life).toMatchObject({ snapshot: { ready: 2, new: 0, changed: 0, unchanged: 0 } })
})
