import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { RunObject } from '../../../src/index.ts'
import type { RunId } from '../../../src/protocol/ids.ts'
import { AbortReceipt, RunRetried } from '../../../src/protocol/run.ts'
import { settings, stubOf } from '../object.ts'
import { control, database, siteCompany } from '../parts.ts'
import { agree, follow, type TestUser, newUser } from '../test-user.ts'

const POSTINGS = 25
const BOARD = 50
const GROUP = `company-${BOARD}-site`
const POISON = String(4_000_000_000 + BOARD * 1_000_000 + 7)

afterEach(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  await control(BOARD, { fault: null, latency_ms: 0 })
})

async function retry(who: TestUser, run_id: RunId, choice: unknown): Promise<RunRetried> {
  const response = await who.client.post(`/api/runs/${run_id}/retry`, choice)
  expect(response.status).toBe(202)
  return RunRetried.parse(await response.json())
}

/** Waits until the run's row in Postgres has these values. */
function storedRun({ owner }: TestUser, run_id: string, due: Record<string, unknown>) {
  return vi.waitFor(
    async () => {
      const [row] = await database().query(
        'SELECT status, round, seq, ended_at, view FROM runs WHERE owner = $1 AND run_id = $2',
        [owner, run_id],
      )
      expect(row).toMatchObject(due)
      return row
    },
    { timeout: 60_000 },
  )
}

/** Reads all rows of the run's jobs except one, with the times of their last writes. */
async function othersStored({ owner }: TestUser, run_id: string, external_id: string) {
  return database().query(
    `SELECT * FROM run_jobs WHERE owner = $1 AND run_id = $2 AND external_id NOT LIKE '%' || $3
     ORDER BY external_id`,
    [owner, run_id, external_id],
  )
}

describe('a retry', () => {
  it('RUN-1, JOB-4: sends the failed jobs out again, and leaves the others alone', async () => {
    await control(BOARD, { fault: 'page-404', at: `/jobs/${POISON}` })
    const who = await newUser()
    const run_id = await who.start(siteCompany(BOARD))
    const first = await follow(who, run_id)
    const snapshot = { total: POSTINGS, ready: POSTINGS - 1, failed: 1, new: POSTINGS - 1 }
    expect(first).toMatchObject({ status: 'finished', round: 1, snapshot })
    const stored = await othersStored(who, run_id, POISON)
    expect(stored).toHaveLength(POSTINGS - 1)
    expect((await who.client.get(streamOf(run_id), at(first.cursor))).status).toBe(204)

    await control(BOARD, { fault: null })
    const claim = vi.spyOn(RunObject.prototype, 'claim')
    claim.mockImplementationOnce(() => Promise.resolve({ kind: 'refused' }))
    const round = { run_id, round: 2, jobs: 1, groups: 0 }
    expect(await retry(who, run_id, { status: 'failed' })).toEqual(round)
    const watcher = await who.watch(run_id, first.cursor)
    expect(await watcher.next()).toEqual({ event: 'status', data: 'ingesting' })
    await storedRun(who, run_id, { status: 'ingesting', round: 2, ended_at: null })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + settings.unclaimed_ms })
    expect(await runDurableObjectAlarm(stubOf(run_id))).toBe(true)
    const second = await follow(who, run_id)
    await watcher.drain()
    expect([watcher.state.status, watcher.cursor]).toEqual(['finished', second.cursor])

    const all = { ready: POSTINGS, failed: 0, new: POSTINGS, unchanged: 0 }
    expect(second).toMatchObject({ status: 'finished', round: 2, snapshot: all })
    await storedRun(who, run_id, { status: 'finished', round: 2, view: { cursor: second.cursor } })
    await agree(who, run_id, watcher)
    expect(await othersStored(who, run_id, POISON)).toEqual(stored)
    const retried = (await who.jobs(run_id)).filter((job) => job.external_id.endsWith(POISON))
    expect(retried).toMatchObject([{ status: 'ready', outcome: 'new', attempt: 2 }])
    const again = await who.client.post(`/api/runs/${run_id}/retry`, { status: 'failed' })
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ type: '/problems/nothing-to-retry' })
  })

  it('PLAN-3: plans a group again whose plan failed', async () => {
    await control(BOARD, { fault: '404' })
    const who = await newUser()
    const run_id = await who.start(siteCompany(BOARD))
    expect(await follow(who, run_id)).toMatchObject({ status: 'error', snapshot: { total: 0 } })
    await control(BOARD, { fault: null })
    expect(await retry(who, run_id, { groups: [GROUP] })).toMatchObject({ round: 2, groups: 1 })
    const view = await follow(who, run_id)
    expect(view).toMatchObject({
      status: 'finished',
      round: 2,
      groups: { [GROUP]: { status: 'closed', found: POSTINGS } },
      snapshot: { total: POSTINGS, ready: POSTINGS, groups_closed: 1, groups_failed: 0 },
    })
    expect(view.error).toBeUndefined()
    await storedRun(who, run_id, { status: 'finished', round: 2 })
  })

  it('RUN-2: goes on with an aborted run, which can be aborted again', async () => {
    // Nine pages come one byte at a time, so the run does not end by itself.
    await control(BOARD, { fault: 'page-drip', at: `/jobs/${POISON.slice(0, -1)}` })
    const who = await newUser()
    const run_id = await who.start(siteCompany(BOARD))
    const watcher = await who.watch(run_id)
    await watcher.until((one) => one.event === 'update')
    const abort = async () =>
      AbortReceipt.parse(await (await who.client.post(`/api/runs/${run_id}/abort`)).json())
    const receipts = [await abort()]
    await watcher.drain()
    const { jobs } = await retry(who, run_id, { groups: [GROUP] })
    expect(jobs).toBe((await who.view(run_id)).counts.by_status.pending)
    receipts.push(await abort())
    const [first, second] = receipts.map(({ seq }) => seq)
    expect(second).toBeGreaterThan(first ?? Infinity)
    expect(await who.view(run_id)).toMatchObject({ status: 'aborted', abort: receipts[1] })

    await control(BOARD, { fault: null })
    await retry(who, run_id, { groups: [GROUP] })
    const view = await follow(who, run_id)
    const done = { status: 'finished', round: 3, snapshot: { ready: POSTINGS, aborted: 0 } }
    expect(view).toMatchObject(done)
    expect(view.abort).toBeUndefined()
    await storedRun(who, run_id, { status: 'finished', round: 3, view: { cursor: view.cursor } })
    await agree(who, run_id, await (await who.watch(run_id)).drain())
  })
})

function streamOf(run_id: string): string {
  return `/api/runs/${run_id}/stream`
}

function at(cursor: string): Record<string, string> {
  return { 'last-event-id': cursor }
}
