import { describe, expect, it } from 'vitest'

import { archiveJobs } from '../../src/db/archived-jobs.ts'
import { documentTail } from '../../src/db/document-result.ts'
import { readJobResults } from '../../src/db/job-results.ts'
import { plainTail, recordResults, type ResultRow } from '../../src/db/results.ts'
import { writeRunJobs } from '../../src/db/run-jobs.ts'
import { ExternalId, GroupKey } from '../../src/protocol/ids.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'

const db = openDatabase()

const group = 'acme'

function row(external_id: string, given: Partial<ResultRow> = {}): ResultRow {
  const job = { group, external_id, title: `Job ${external_id}`, attempt: 1 }
  return { ...job, status: 'ready', result: { of: external_id }, error: null, ...given }
}

/** A run whose pipeline has no tables of its own. */
function plainRun() {
  const run = { owner: newOwner(), run_id: newRunId() }
  const record = (...rows: ResultRow[]) => recordResults(db, { ...run, tail: plainTail }, rows)
  const read = (ids: readonly string[], most_bytes = 1_000_000) =>
    readJobResults(db, {
      ...run,
      jobs: ids.map((external_id) => ({ group, external_id })),
      most_bytes,
    })
  const results = async (...ids: string[]) => (await read(ids)).results
  return { run, record, read, results }
}

describe('a result without an outcome', () => {
  it('is stored with its job, which is simply ready', async () => {
    const { record, results } = plainRun()
    const { won, failed } = await record(row('1'), row('2', { result: ['x', 1, null] }))
    expect(won).toEqual([
      { group, external_id: '1', attempt: 1, outcome: null },
      { group, external_id: '2', attempt: 1, outcome: null },
    ])
    expect(failed).toEqual([])
    expect(await results('2', '1', '3')).toEqual([['x', 1, null], { of: '1' }, undefined])
  })

  it('may be empty', async () => {
    const { record, results } = plainRun()
    await record(row('1', { result: null }), row('2', { result: false }), row('3', { result: 0 }))
    expect(await results('1', '2', '3')).toEqual([undefined, false, 0])
  })

  it('JOB-4: is fenced by its attempt, and a repeat has the same outcome', async () => {
    const { record, results } = plainRun()
    await record(row('1', { attempt: 2, result: 'second' }))
    expect((await record(row('1', { attempt: 1, result: 'first' }))).won).toEqual([])
    expect(await results('1')).toEqual(['second'])
    expect((await record(row('1', { attempt: 2, result: 'second' }))).won).toHaveLength(1)
    await record(row('1', { attempt: 3, result: 'third' }))
    expect(await results('1')).toEqual(['third'])
  })

  it('JOB-4: is stored without text that Postgres cannot store', async () => {
    const { record, results } = plainRun()
    await record(row('1', { result: { 'a\0': 'b\ud800' } }))
    expect(await results('1')).toEqual([{ a: 'b\ufffd' }])
  })

  it('is hidden from other owners', async () => {
    const { run, record } = plainRun()
    await record(row('1'))
    const jobs = [{ group, external_id: '1' }]
    const others = [
      { ...run, owner: newOwner() },
      { ...run, run_id: newRunId() },
    ]
    for (const other of others) {
      const read = await readJobResults(db, { ...other, jobs, most_bytes: 1_000 })
      expect(read.results).toEqual([undefined])
    }
  })
})

describe('the decisions of the object', () => {
  const decided = { group, external_id: '1', title: 'Job 1', outcome: null, error: null }

  it('RUN-2: remove the result of a job that was aborted after its commit', async () => {
    const { run, record, results } = plainRun()
    await record(row('1'))
    await writeRunJobs(db, run, [{ ...decided, status: 'aborted', attempt: 2 }])
    expect(await results('1')).toEqual([undefined])
  })

  it('RUN-1: keep the result of a ready job, also in the archive', async () => {
    const { run, record, results } = plainRun()
    await record(row('1'))
    await writeRunJobs(db, run, [{ ...decided, status: 'ready', attempt: 1 }])
    const names = { group: GroupKey.parse(group), external_id: ExternalId.parse('1') }
    const placed = { ...decided, ...names, status: 'ready', attempt: 1 } as const
    const lacking = await archiveJobs(db, run, [{ ...placed, url: null, group_ord: 0, n: 0 }])
    expect(lacking).toEqual([])
    expect(await results('1')).toEqual([{ of: '1' }])
  })
})

describe('pipelines with tables of their own', () => {
  it('store the read fields with a posting’s job, and no posting', async () => {
    const owner = newOwner()
    const run_id = newRunId()
    await recorder(db, owner, run_id)(readyRow('1', { visit: 3 }))
    const jobs = [{ group, external_id: '1' }]
    const { results } = await readJobResults(db, { owner, run_id, jobs, most_bytes: 1_000 })
    expect(results).toEqual([{ visit: 3, characters: expect.any(Number) }])
  })

  it('store only the counts with a document’s job', async () => {
    const { run, read } = plainRun()
    const counts = { language: 'en', pages: 1, characters: 20, chunks: 1, model: 'm' }
    const result = { stage: 's', title: 'T'.repeat(100_000), ...counts }
    await recordResults(db, { ...run, tail: documentTail }, [row('1', { result })])
    expect((await read(['1'])).results).toEqual([counts])
  })
})

it('results are read up to a total size, and at least one', async () => {
  const { record, read } = plainRun()
  const text = 'x'.repeat(1_000)
  await record(row('1', { result: text }), row('2', { result: text }), row('3', { result: text }))
  expect(await read(['1', '0', '2', '3'], 2_500)).toEqual({
    results: [text, undefined, text],
    left_out: 1,
  })
  expect(await read(['0', '1', '2'], 10)).toEqual({ results: [undefined], left_out: 2 })
  expect(await read(['1', '2'], 10)).toEqual({ results: [text], left_out: 1 })
  expect(await read([], 10)).toEqual({ results: [], left_out: 0 })
})
