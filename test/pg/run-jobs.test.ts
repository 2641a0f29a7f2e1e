import { randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { writeRunJobs } from '../../src/db/run-jobs.ts'
import type { StoredJob } from '../../src/protocol/run.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'

const db = openDatabase()

function job(external_id: string, given: Partial<StoredJob> = {}): StoredJob {
  return {
    group: 'acme',
    external_id,
    title: 'Engineer',
    status: 'ready',
    outcome: 'new',
    attempt: 1,
    error: null,
    ...given,
  }
}

function stored(owner: string) {
  return db.query(
    `SELECT "group", external_id, title, status, outcome, attempt, error FROM run_jobs
      WHERE owner = $1 ORDER BY "group", external_id`,
    [owner],
  )
}

test("RUN-2: the final checkpoint overwrites a late writer's row", async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const record = recorder(db, scope.owner, scope.run_id)
  await record(readyRow('early', { attempt: 3 }))
  const aborted = [
    job('early', { status: 'aborted', outcome: null, attempt: 4 }),
    job('late', { status: 'aborted', outcome: null, attempt: 4 }),
  ]
  await writeRunJobs(db, scope, aborted)
  const { won } = await record(readyRow('early', { attempt: 3 }), readyRow('late', { attempt: 3 }))
  expect(won).toEqual([])
  expect(await stored(scope.owner)).toEqual(aborted)
})

test('the object’s row replaces a worker’s with the same attempt, but not one with a higher attempt', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  await recorder(db, scope.owner, scope.run_id)(readyRow('1'), readyRow('2', { attempt: 7 }))
  const error = { code: 'timeout', message: 'too slow' }
  const failed = { status: 'failed', outcome: null, error } as const
  await writeRunJobs(db, scope, [job('1', failed), job('2', { ...failed, attempt: 6 })])
  expect(await stored(scope.owner)).toEqual([job('1', failed), job('2', { attempt: 7 })])
})

test('an equal row is not written again', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const versions = () =>
    db.query(
      'SELECT external_id, xmin::text AS version FROM run_jobs WHERE owner = $1 ORDER BY 1',
      [scope.owner],
    )
  const error = { code: 'gone', message: 'the page is gone' }
  const rows = [job('1'), job('2', { status: 'failed', outcome: null, error }), job('3')]
  await writeRunJobs(db, scope, rows)
  const before = await versions()
  await writeRunJobs(db, scope, [...rows.slice(0, 2), job('3', { outcome: 'changed' })])
  const after = await versions()
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2))
  expect(after[2]).not.toEqual(before[2])
})

test('the same job of another owner or another run is another row', async () => {
  const [one, other] = [newOwner(), newOwner()]
  const run_id = newRunId()
  await writeRunJobs(db, { owner: one, run_id }, [job('1')])
  await writeRunJobs(db, { owner: one, run_id: newRunId() }, [job('1', { attempt: 5 })])
  await writeRunJobs(db, { owner: other, run_id }, [job('1', { attempt: 9 })])
  expect(await stored(one)).toEqual(expect.arrayContaining([job('1'), job('1', { attempt: 5 })]))
  expect(await stored(other)).toEqual([job('1', { attempt: 9 })])
})

test('a page is stored except for the rows that Postgres refuses, which are returned', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const impossible = job(randomBytes(3_000).toString('base64'))
  const rows = Array.from({ length: 10 }, (_, n) => job(`${n}\0`))
  const failed = await writeRunJobs(db, scope, [...rows, impossible])
  expect(failed).toMatchObject([{ row: impossible, code: '54000' }])
  expect(await stored(scope.owner)).toEqual(rows.map((_, n) => job(`${n}`)))
  expect(await writeRunJobs(db, scope, [])).toEqual([])
})

test('JOB-4: a job that was aborted after its commit is `new` when it is tried again', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const record = recorder(db, scope.owner, scope.run_id)
  expect((await record(readyRow('1'))).won).toMatchObject([{ outcome: 'new' }])
  const aborted = job('1', { status: 'aborted', outcome: null, attempt: 2 })
  await writeRunJobs(db, scope, [aborted])
  expect(await stored(scope.owner)).toEqual([aborted])
  for (const attempt of [3, 4])
    expect((await record(readyRow('1', { attempt }))).won).toMatchObject([{ outcome: 'new' }])
  expect(await stored(scope.owner)).toEqual([job('1', { attempt: 4 })])
})

test('JOB-4: the same is true if the commit is older than the column of first outcomes', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const record = recorder(db, scope.owner, scope.run_id)
  await record(readyRow('1'))
  await db.query('UPDATE run_jobs SET first_outcome = NULL WHERE owner = $1', [scope.owner])
  await writeRunJobs(db, scope, [job('1', { status: 'aborted', outcome: null, attempt: 2 })])
  expect((await record(readyRow('1', { attempt: 3 }))).won).toMatchObject([{ outcome: 'new' }])
})

test('JOB-4: another run compares the same posting with its own result', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  await recorder(db, scope.owner, scope.run_id)(readyRow('1'))
  const next = recorder(db, scope.owner)
  expect((await next(readyRow('1', { visit: 2 }))).won).toMatchObject([{ outcome: 'unchanged' }])
})
