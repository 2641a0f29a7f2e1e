import { randomBytes } from 'node:crypto'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { readArchivedJobs } from '../../src/archive/postgres-archive.ts'
import { archiveJobs } from '../../src/db/archived-jobs.ts'
import { writeRunJobs } from '../../src/db/run-jobs.ts'
import { isUpTo } from '../../src/durable/run/job-page.ts'
import { PlacedJob } from '../../src/protocol/archive.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'

const db = openDatabase()

/** The job number `n` of a group. A later job has an earlier name, so that names do not give the order. */
function job(group_ord: number, n: number, given: Partial<PlacedJob> = {}): PlacedJob {
  return PlacedJob.parse({
    group: `group ${9 - group_ord}`,
    external_id: `${99 - n}`,
    title: `Engineer “${n}” \u2028`,
    url: `https://example.test/${n}`,
    status: 'ready',
    outcome: 'new',
    attempt: 1,
    error: null,
    group_ord,
    n,
    ...given,
  })
}

const all = { after: null, limit: 100 }

test('an archived job comes back unchanged, in the order of its run', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const error = { code: 'robots', message: 'Forbidden.' }
  const rows = [
    job(0, 0),
    job(0, 1, { status: 'skipped', outcome: null, error }),
    job(0, 2, { url: null }),
    job(1, 0, { status: 'aborted', outcome: null, attempt: 7 }),
    job(1, 1, { external_id: PlacedJob.shape.external_id.parse('__proto__') }),
  ]
  await recorder(db, scope.owner, scope.run_id)(readyRow('98', { group: 'group 9' }))
  expect(await archiveJobs(db, scope, rows)).toEqual([])
  expect(await archiveJobs(db, scope, rows)).toEqual([])
  expect(await readArchivedJobs(db, scope, all)).toEqual(rows)
  expect(await readArchivedJobs(db, { ...scope, owner: newOwner() }, all)).toEqual([])
})

test('archived jobs are read by pages, by group and by status', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const rows = [0, 1, 2].flatMap((group) => [0, 1, 2, 3].map((n) => job(group, n)))
  const mixed = rows.map((row, i) =>
    i % 3 === 0 ? { ...row, status: 'failed' as const, outcome: null } : row,
  )
  await archiveJobs(db, scope, mixed.toReversed())
  const read = (query: Partial<Parameters<typeof readArchivedJobs>[2]>) =>
    readArchivedJobs(db, scope, { ...all, ...query })
  expect(await read({ after: { group: 0, n: 2 }, limit: 3 })).toEqual(mixed.slice(3, 6))
  expect(await read({ after: { group: 2, n: 3 } })).toEqual([])
  expect(await read({ group: 'group 8' })).toEqual(mixed.slice(4, 8))
  expect(await read({ group: 'group 8\0' })).toEqual(mixed.slice(4, 8))
  expect(await read({ group: 'another' })).toEqual([])
  expect(await read({ status: 'failed' })).toEqual(mixed.filter((one) => one.status === 'failed'))
  const both = await read({ status: 'failed', group: 'group 8', after: { group: 1, n: 2 } })
  expect(both).toEqual([])
})

test('archived jobs are those of the filter, for any filter, place and limit', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const statuses = ['ready', 'failed', 'skipped', 'aborted'] as const
  const rows = [0, 1, 2].flatMap((group) =>
    Array.from({ length: 7 }, (_, n) => {
      const status = statuses[(group + n * n) % 4] ?? 'ready'
      return job(group, n, { status, outcome: status === 'ready' ? 'new' : null })
    }),
  )
  await archiveJobs(db, scope, rows)
  const place = fc.record({
    group: fc.integer({ min: 0, max: 3 }),
    n: fc.integer({ min: 0, max: 7 }),
  })
  const query = fc.record({
    after: fc.option(place),
    group: fc.option(fc.constantFrom('group 9', 'group 8', 'group 7', 'another'), {
      nil: undefined,
    }),
    status: fc.option(fc.constantFrom(...statuses), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 9 }),
  })
  await fc.assert(
    fc.asyncProperty(query, async ({ after, limit, group, status }) => {
      const wanted = rows.filter(
        (row) =>
          (after === null || !isUpTo(row, after)) &&
          (group === undefined || row.group === group) &&
          (status === undefined || row.status === status),
      )
      const read = await readArchivedJobs(db, scope, { after, limit, group, status })
      expect(read).toEqual(wanted.slice(0, limit))
    }),
    { numRuns: 100 },
  )
})

test('a job without a place does not belong to the archive', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  await writeRunJobs(db, scope, [job(0, 0)])
  expect(await readArchivedJobs(db, scope, all)).toEqual([])
})

test('a job that Postgres refuses is returned as missing, with the reason', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const tooLong: PlacedJob = JSON.parse(
    JSON.stringify({ ...job(0, 1), external_id: randomBytes(3_000).toString('base64') }),
  )
  const { group, external_id } = tooLong
  const lacking = await archiveJobs(db, scope, [job(0, 0), tooLong, job(0, 2)])
  const why = expect.stringContaining('index row')
  expect(lacking).toEqual([{ group, external_id, why }])
  expect(await readArchivedJobs(db, scope, all)).toEqual([job(0, 0), job(0, 2)])
})

test("JOB-2: the archive does not replace a later attempt's row, and returns its job as missing", async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const row = job(0, 0, { attempt: 2 })
  const { group, external_id } = row
  await recorder(db, scope.owner, scope.run_id)(readyRow(external_id, { group, attempt: 3 }))
  expect(await archiveJobs(db, scope, [row])).toEqual([{ group, external_id }])
})

test('two jobs with the same key in Postgres are returned as missing', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const twice = [job(0, 0), job(0, 1, { external_id: job(0, 0).external_id })]
  expect(await archiveJobs(db, scope, twice)).toHaveLength(1)
})
