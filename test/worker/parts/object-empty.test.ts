import { beforeEach, expect, it } from 'vitest'

import { Owner } from '../../../src/protocol/ids.ts'
import { ManualQueues } from '../manual-queues.ts'
import { alice, createRun, jobsOf, newRunId, startOf, stubOf, within } from '../object.ts'
import { connect } from '../watch.ts'

beforeEach(() => void new ManualQueues())

const lease = { group: 0, attempt: 1 }
const reason = { code: 'x', message: 'x' }

it('RUN-5: an object without a run answers nothing, and stores nothing', async () => {
  const run = stubOf(newRunId())
  expect(await run.view({ owner: alice })).toBeUndefined()
  expect(await run.jobs({ owner: alice, limit: 10 })).toBeUndefined()
  expect(await run.abort({ owner: alice, by: alice })).toEqual({ kind: 'unknown' })
  expect(await run.claimPlan({ group: 0 })).toEqual({ kind: 'refused' })
  expect(await run.addJobs({ ...lease, jobs: jobsOf('1') })).toEqual({ kind: 'stale' })
  expect(await run.renewPlan(lease)).toEqual({ kind: 'stale' })
  expect(await run.closeGroup(lease)).toEqual({ kind: 'stale' })
  const failure = { ...reason, retryable: true }
  expect(await run.failPlan({ ...lease, failure })).toEqual({ kind: 'stale' })
  await run.releasePlan({ ...lease, wait_ms: 1 })
  expect(await run.claim({ flight: 1 })).toEqual({ kind: 'refused' })
  const rows = [{ n: 0, attempt: 1, kind: 'ready', outcome: 'new' }] as const
  expect(await run.report({ flight: 1, grant: 1, rows, last: true })).toEqual({ kind: 'gone' })
  await run.release({ flight: 1, grant: 1, wait_ms: 1 })
  expect(await run.checkpoint()).toBeUndefined()
  const page = await run.checkpointPage({ after: null, limit: 10 })
  expect(page).toEqual({ rows: [], next: null })
  await run.checkpointed({ seq: 1 })
  await run.releaseCheckpoint({ wait_ms: 1 })
  await run.lost({ kind: 'plan', group: 0 })
  await run.lost({ kind: 'flight', flight: 1 })
  await run.lost({ kind: 'checkpoint' })
  expect(await run.archive()).toBeUndefined()
  expect(await run.archiveJobs({ seq: 1, after: null, limit: 1 })).toBeUndefined()
  expect(await run.archiveLines({ seq: 1, after: 0, limit: 1 })).toBeUndefined()
  await run.archived({ seq: 1, last_line: 1 })
  await run.releaseArchive({ wait_ms: 1 })
  await run.lost({ kind: 'archive' })
  expect(await run.admits({ owner: alice, token_id: '' })).toBe('unknown')
  expect(await run.retry({ owner: alice, status: 'failed' })).toEqual({ kind: 'unknown' })
  const stream = await connect(run)
  expect([stream.status, await stream.text()]).toEqual([404, ''])

  await within(run, async (object, { storage }) => {
    await object.alarm()
    const tables = storage.sql.exec(
      "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'",
    )
    expect(tables.toArray()).toEqual([])
    expect(await storage.list()).toEqual(new Map())
    expect(await storage.getAlarm()).toBeNull()
  })
})

it('RUN-5: a start that could not be carried out is refused, and stores nothing', async () => {
  const run_id = newRunId()
  const run = stubOf(run_id)
  const start = { ...startOf(run_id), pipeline: 'laundry' }
  expect(await run.create(start)).toEqual({ kind: 'not_wired' })
  await within(run, async (_, { storage }) => {
    expect(await storage.list()).toEqual(new Map())
    expect(await storage.getAlarm()).toBeNull()
  })
})

it("RUN-5: another owner's run looks like no run", async () => {
  const { run } = await createRun()
  const mallory = Owner.parse('mallory')
  expect(await run.view({ owner: mallory })).toBeUndefined()
  expect(await run.jobs({ owner: mallory, limit: 10 })).toBeUndefined()
  expect(await run.abort({ owner: mallory, by: mallory })).toEqual({ kind: 'unknown' })
  const headers = { 'x-runcast-owner': mallory }
  const stream = await run.fetch('https://run/stream', { headers })
  expect([stream.status, await stream.text()]).toEqual([404, ''])
  expect(await run.view({ owner: alice })).toMatchObject({ status: 'pending' })
})
