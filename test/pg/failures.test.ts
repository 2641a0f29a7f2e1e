import { expect, test } from 'vitest'

import { listFailures } from '../../src/db/failures.ts'
import { writeRunJobs } from '../../src/db/run-jobs.ts'
import { writeRun } from '../../src/db/runs.ts'
import { ExternalId, GroupKey, type RunName } from '../../src/protocol/ids.ts'
import type { StoredJob } from '../../src/protocol/run.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { archiveOldRun } from '../support/old-run.ts'

const db = openDatabase()
const since = '2020-01-01T00:00:00.000Z'

function failed(group: string, external_id: string, code: string): StoredJob {
  return {
    group: GroupKey.parse(group),
    external_id: ExternalId.parse(external_id),
    title: external_id,
    status: 'failed',
    outcome: null,
    attempt: 1,
    error: { code, message: `It is ${code}.` },
  }
}

/** A run whose jobs failed so, and whose groups `lost` could not be planned. */
async function failedRun(run: RunName, jobs: readonly StoredJob[], lost: readonly string[] = []) {
  await writeRunJobs(db, run, jobs)
  const reason = { code: 'site_not_found', message: 'There is no such site.' }
  const counts = { total: 0, by_status: {} }
  const groups = Object.fromEntries(
    lost.map((key) => [key, { status: 'failed' as const, found: 0, counts, reason }]),
  )
  const old = await archiveOldRun(db, {
    ...run,
    run_id: newRunId(),
    ended_at: '2026-05-01T00:00:00.000Z',
  })
  const view = { ...old.view, run_id: run.run_id, status: 'error' as const, groups }
  await writeRun(db, { owner: run.owner, seq: 1, view })
}

async function pages(owner: string, limit: number, from = since) {
  const found = []
  for (let cursor: string | undefined; ;) {
    const answer = await listFailures(db, { owner, since: from, limit, cursor })
    if (answer.kind === 'bad_cursor') throw new Error('the cursor was refused')
    found.push(answer.page.failures)
    cursor = answer.page.next_cursor ?? undefined
    if (cursor === undefined) return found
  }
}

test('FAIL-1: failures are grouped by code over all runs of an owner, in pages, and no other owner’s', async () => {
  const owner = newOwner()
  const [first, second] = [newRunId(), newRunId()]
  await failedRun({ owner, run_id: first }, [
    failed('acme', '1', 'timeout'),
    failed('beta', '2', 'timeout'),
    failed('acme', '3', 'gone'),
  ])
  await failedRun({ owner, run_id: second }, [failed('acme', '1', 'timeout')], ['acme', 'zeta'])
  await failedRun({ owner: newOwner(), run_id: newRunId() }, [failed('acme', '1', 'timeout')])
  const [all = []] = await pages(owner, 9)
  expect(all).toMatchObject([
    {
      code: 'gone',
      count: 1,
      jobs: 1,
      runs: 1,
      last_run_id: first,
      groups: { total: 1, sample: ['acme'] },
    },
    {
      code: 'site_not_found',
      message: 'There is no such site.',
      count: 2,
      jobs: 0,
      runs: 1,
      last_run_id: second,
      groups: { total: 2, sample: ['acme', 'zeta'] },
    },
    {
      code: 'timeout',
      message: 'It is timeout.',
      count: 3,
      jobs: 3,
      runs: 2,
      last_run_id: second,
      groups: { total: 2, sample: ['acme', 'beta'] },
    },
  ])
  const timeout = all.find(({ code }) => code === 'timeout')
  expect(timeout?.first_seen_at).not.toBe(timeout?.last_seen_at)
  expect(await pages(owner, 1)).toEqual(all.map((one) => [one]))
  expect(await pages(owner, 9, '2990-01-01T00:00:00.000Z')).toEqual([[]])
  expect(await listFailures(db, { owner, since, limit: 1, cursor: 'x' })).toEqual({
    kind: 'bad_cursor',
  })
})

test('FAIL-1: a job keeps the time of its failure when its run is archived', async () => {
  const owner = newOwner()
  const run = { owner, run_id: newRunId() }
  await failedRun(run, [failed('acme', '1', 'timeout')])
  const before = await pages(owner, 9)
  await writeRunJobs(db, run, [{ ...failed('acme', '1', 'timeout'), title: 'Another title' }])
  expect(await pages(owner, 9)).toEqual(before)
})
