import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { RunObject } from '../../../src/index.ts'
import type { RunId } from '../../../src/protocol/ids.ts'
import { AbortReceipt, RunStarted, WatchToken } from '../../../src/protocol/run.ts'
import { send } from '../api-client.ts'
import { aDayPasses, archived, isBuried, tablesOf } from '../archived.ts'
import { stubOf, within } from '../object.ts'
import { control, database, siteCompany, startBody } from '../parts.ts'
import { readAnswers } from '../route-answers.ts'
import { follow, type TestUser, newUser } from '../test-user.ts'
import { watchThrough } from '../watch-library.ts'
import { picture, Watcher } from '../watch.ts'

const POSTINGS = 25
const SITE = 55
const POISON = String(4_000_000_000 + SITE * 1_000_000 + 7)

beforeEach(async () => {
  await control(SITE, { fault: 'page-404', at: `/jobs/${POISON}` })
  await control(56, { fault: '404' })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

function sizeOf(run_id: RunId): Promise<number> {
  return within(stubOf(run_id), (_, { storage }) => storage.sql.databaseSize)
}

/** Makes a run with closed and failed groups, ready jobs and a failed job. */
async function mixedRun() {
  const who = await newUser()
  const run_id = await who.start(54, siteCompany(SITE), 56)
  const view = await follow(who, run_id)
  expect(view).toMatchObject({ status: 'finished', snapshot: { failed: 1, groups_failed: 1 } })
  return { who, run_id, view }
}

async function abortedRun() {
  await control(57, { fault: 'hang' })
  const who = await newUser()
  const run_id = await who.start(54, 57)
  const watcher = await who.watch(run_id)
  await watcher.until(() => picture(watcher.state)['company-54'] !== undefined)
  // The log lines at the end of a plan must come before the abort.
  await vi.waitFor(
    async () =>
      expect((await who.view(run_id)).groups).toMatchObject({ 'company-54': { status: 'closed' } }),
    60_000,
  )
  const receipt = await abort(who, run_id)
  await watcher.drain()
  await control(57, { fault: null })
  return { who, run_id, receipt: AbortReceipt.parse(await receipt.json()) }
}

function abort({ client }: TestUser, run_id: string): Promise<Response> {
  return client.post(`/api/runs/${run_id}/abort`)
}

function retry({ client }: TestUser, run_id: string, choice: unknown = { status: 'failed' }) {
  return client.post(`/api/runs/${run_id}/retry`, choice)
}

describe('an archived run', () => {
  it('RUN-1, EV-1, EV-7, W-4, W-5: is shown from Postgres as it was shown by its object, on every route', async () => {
    const { who, run_id, view } = await mixedRun()
    const before = await readAnswers(who.client, run_id, view.cursor)
    await archived(run_id)
    expect(await readAnswers(who.client, run_id, view.cursor)).toEqual(before)
    const { jobs, watched } = before
    expect(jobs).toHaveLength(Math.ceil((2 * POSTINGS) / 10))
    expect(JSON.stringify(watched)).toContain('"finished"')
  })

  it('RUN-2: is shown as it was if it was aborted, and gives the same receipt', async () => {
    const { who, run_id, receipt } = await abortedRun()
    const { cursor } = await who.view(run_id)
    const before = await readAnswers(who.client, run_id, cursor)
    await archived(run_id)
    expect(await readAnswers(who.client, run_id, cursor)).toEqual(before)
    const again = await abort(who, run_id)
    expect([again.status, await again.json()]).toEqual([200, receipt])
  })

  it('W-4: shows everything to a watcher with an earlier cursor', async () => {
    const { who, run_id, view } = await mixedRun()
    const epoch = view.cursor.split('.')[0]
    const full = await (await who.watch(run_id)).drain()
    await archived(run_id)
    for (const variant of ['', '?lean=1']) {
      const path = `/api/runs/${run_id}/stream${variant}`
      const headers = { 'last-event-id': `${epoch}.3` }
      const watcher = await new Watcher(await who.client.get(path, headers)).drain()
      expect(picture(watcher.state)).toEqual(picture(full.state))
      expect([watcher.state.status, watcher.cursor]).toEqual(['finished', view.cursor])
    }
    const other = await (await who.watch(run_id, 'other.3')).drain()
    expect(picture(other.state)).toEqual(picture(full.state))
  })

  it('answers the same start with the same run, and refuses another body, a retry and an abort', async () => {
    const who = await newUser()
    const key = { 'idempotency-key': 'once' }
    const start = (board: number) => who.client.post('/api/runs', startBody(board), key)
    const first = RunStarted.parse(await (await start(54)).json())
    await follow(who, first.run_id)
    const ended = RunStarted.parse(await (await start(54)).json())
    await archived(first.run_id)
    const again = await start(54)
    expect(again.status).toBe(202)
    const { watch: _, ...same } = ended
    expect(RunStarted.parse(await again.json())).toMatchObject(same)
    expect((await start(53)).status).toBe(422)
    const refused = await retry(who, first.run_id)
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { type: '/problems/archived' },
    ])
    expect((await abort(who, first.run_id)).status).toBe(409)
  })

  it('RUN-5: has no alarm and little storage, and late messages change nothing', async () => {
    const { who, run_id } = await mixedRun()
    const before = await sizeOf(run_id)
    await archived(run_id)
    expect(await sizeOf(run_id)).toBeLessThan(before / 2)
    const run = stubOf(run_id)
    const { owner } = who
    const lease = { group: 0, attempt: 1 }
    expect(await run.claimPlan({ group: 0 })).toEqual({ kind: 'refused' })
    expect(await run.addJobs({ ...lease, jobs: [] })).toEqual({ kind: 'stale' })
    expect(await run.closeGroup(lease)).toEqual({ kind: 'stale' })
    expect(await run.claim({ flight: 1 })).toEqual({ kind: 'refused' })
    const lines = [{ level: 'info', message: 'late' }] as const
    const report = { flight: 1, grant: 1, rows: [], lines, last: true }
    expect(await run.report(report)).toEqual({ kind: 'gone' })
    await run.releasePlan({ ...lease, wait_ms: 1 })
    await run.release({ flight: 1, grant: 1, wait_ms: 1 })
    expect(await run.checkpoint()).toBeUndefined()
    await run.checkpointed({ seq: 1 })
    expect(await run.archive()).toBeUndefined()
    await run.archived({ seq: 1, last_line: 1 })
    await run.releaseArchive({ wait_ms: 1 })
    await run.lost({ kind: 'archive' })
    expect(await run.view({ owner })).toBeUndefined()
    await within(run, async (object, { storage }) => {
      await object.alarm()
      expect(await storage.getAlarm()).toBeNull()
    })
    expect(await tablesOf(run_id)).toEqual({ revoked_tokens: 0, tombstone: 1 })
  })

  it('W-12: can be read with a watch token until the token is revoked, and is hidden from all others', async () => {
    const { who, run_id } = await mixedRun()
    await archived(run_id)
    const path = `/api/runs/${run_id}`
    const made = await who.client.post(`${path}/watch-tokens`)
    const { token, token_id } = WatchToken.parse(await made.json())
    const headers = { authorization: `Bearer ${token}` }
    const paths = [path, `${path}/jobs`, `${path}/logs`, `${path}/events`, `${path}/stream`]
    const asGuest = () =>
      Promise.all(paths.map(async (one) => statusOf(await send(one, { headers }))))
    expect(await asGuest()).toEqual(paths.map(() => 200))
    const owner = { authorization: `Bearer ${who.client.token}` }
    const revoked = await send(`${path}/watch-tokens/${token_id}`, {
      method: 'DELETE',
      headers: owner,
    })
    expect(revoked.status).toBe(204)
    expect(await asGuest()).toEqual(paths.map(() => 401))
    const stranger = await newUser()
    const asStranger = paths.map(async (one) => statusOf(await stranger.client.get(one)))
    expect(await Promise.all(asStranger)).toEqual(paths.map(() => 404))
    const tried = [await retry(stranger, run_id), await abort(stranger, run_id)]
    expect(tried.map(statusOf)).toEqual([404, 404])
  })

  it.each(['sse', 'socket', 'poll'] as const)(
    'W-5, EV-6: is shown to its end by the client library, over %s',
    async (transport) => {
      const { who, run_id, view } = await mixedRun()
      await archived(run_id)
      const { run, cursor } = await watchThrough(run_id, transport, who.client).ended
      expect([run.status, cursor, run.snapshot]).toEqual(['finished', view.cursor, view.snapshot])
      expect(run.progress).toEqual({ counts: view.counts, groups_open: 0, rate: 0 })
      const jobs = [...run.jobs.values()].flatMap((group) => [...group.values()])
      expect(jobs).toHaveLength(2 * POSTINGS)
    },
  )
})

describe('the archive', () => {
  it('RUN-1: gives way to a retry that comes in the middle, and loses nothing of it', async () => {
    const { who, run_id, view } = await mixedRun()
    await control(SITE, { fault: null })
    await control(56, { fault: null })
    const bury = vi.spyOn(RunObject.prototype, 'archived')
    const pages = vi.spyOn(RunObject.prototype, 'archiveLines')
    pages.mockImplementationOnce(async function retryFirst(this: RunObject, query) {
      const page = await this.archiveLines(query)
      await this.retry({ owner: who.owner, status: 'failed' })
      return page
    })
    await aDayPasses(run_id)
    await expect.poll(() => bury).toHaveBeenCalledOnce()
    const second = await follow(who, run_id)
    const { snapshot, cursor } = second
    expect(second).toMatchObject({ status: 'finished', round: 2 })
    expect(snapshot).toMatchObject({ failed: 0, groups_failed: 0, ready: 3 * POSTINGS })
    expect(cursor).not.toBe(view.cursor)
    const before = await readAnswers(who.client, run_id, cursor)
    await archived(run_id)
    expect(await readAnswers(who.client, run_id, cursor)).toEqual(before)
  })

  it('deletes nothing that Postgres has differently, says so, and is done when Postgres has everything', async () => {
    const { who, run_id, view } = await mixedRun()
    const said = vi.spyOn(console, 'error').mockReturnValue()
    const released = vi.spyOn(RunObject.prototype, 'releaseArchive')
    const before = await readAnswers(who.client, run_id, view.cursor)
    const rows = await tablesOf(run_id)
    await raiseAttempt(who, run_id, 5)
    await aDayPasses(run_id)
    await vi.waitFor(() => expect(released.mock.calls.length).toBeGreaterThan(1), {
      timeout: 60_000,
    })
    expect(said.mock.calls.flat().join()).toContain('Postgres lacks a part of it')
    expect(await tablesOf(run_id)).toEqual(rows)
    expect(await readAnswers(who.client, run_id, view.cursor)).toEqual(before)
    await raiseAttempt(who, run_id, -5)
    await isBuried(run_id)
    expect(await readAnswers(who.client, run_id, view.cursor)).toEqual(before)
  })
})

/** Raises the attempt of one job's row in Postgres above the object's. */
function raiseAttempt({ owner }: TestUser, run_id: RunId, by: number) {
  return database().query(
    `UPDATE run_jobs SET attempt = attempt + $3::integer WHERE owner = $1 AND run_id = $2
      AND external_id = (SELECT max(external_id) FROM run_jobs WHERE owner = $1)`,
    [owner, run_id, by],
  )
}

function statusOf({ status, body }: Response): number {
  void body?.cancel()
  return status
}
