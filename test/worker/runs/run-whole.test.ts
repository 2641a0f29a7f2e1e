import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { RunObject } from '../../../src/index.ts'
import type { RunId } from '../../../src/protocol/ids.ts'
import { LogPage } from '../../../src/protocol/log.ts'
import { AbortReceipt, RunStarted } from '../../../src/protocol/run.ts'
import { settings, stubOf } from '../object.ts'
import { control, database, listing, siteCompany, startBody } from '../parts.ts'
import { agree, follow, newUser } from '../test-user.ts'
import { picture, Watcher } from '../watch.ts'

const POSTINGS = 25

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Returns whether a watcher has seen all jobs of a board as ready. */
function isReady({ state }: Watcher, board: number): boolean {
  const statuses = Object.values(picture(state)[`company-${board}`] ?? {})
  return statuses.length === POSTINGS && statuses.every((status) => status === 'ready')
}

/** Counts the postings whose content a run's plans have stored. */
async function storedContents(run_id: RunId): Promise<number> {
  const { objects } = await env.BLOBS.list({ prefix: `runs/${run_id}/` })
  const blobs = await Promise.all(
    objects.map(async ({ key }) => (await env.BLOBS.get(key))?.json()),
  )
  return blobs.flat().length
}

describe('a run', () => {
  it('EV-1, EV-2, EV-3: finds all postings new, then unchanged, and then the changes of the boards', async () => {
    const boards = [1, 2, 3]
    const who = await newUser()
    const first = await who.start(...boards)
    const all = boards.length * POSTINGS
    expect(await follow(who, first)).toMatchObject({
      status: 'finished',
      snapshot: { total: all, ready: all, new: all, groups_closed: 3 },
    })
    expect(await storedContents(first)).toBe(all)
    const second = await who.start(...boards)
    expect(await follow(who, second)).toMatchObject({
      status: 'finished',
      snapshot: { total: all, ready: all, new: 0, changed: 0, unchanged: all },
    })
    expect(await storedContents(second)).toBe(0)
    const before = await listing(1)
    await control(1, { visit: 2 })
    const after = await listing(1)
    const fresh = [...after.keys()].filter((id) => !before.has(id)).length
    const kept = [...after].filter(([id]) => before.has(id))
    const changed = kept.filter(([id, text]) => before.get(id) !== text).length
    expect([fresh, changed]).toEqual([3, 3])
    const third = await who.start(1)
    expect(await follow(who, third)).toMatchObject({
      snapshot: { total: after.size, new: fresh, changed, unchanged: after.size - fresh - changed },
    })
    expect(await storedContents(third)).toBe(fresh + changed)
    const postings = await database().query('SELECT 1 FROM postings WHERE owner = $1', [who.owner])
    expect(postings).toHaveLength(all + fresh)
  })

  it('RUN-4: is finished with a failed group and failed jobs, and counts them', async () => {
    await control(5, { fault: '404' })
    await control(6, { fault: 'page-404' })
    const who = await newUser()
    const view = await follow(who, await who.start(4, 5, siteCompany(6)))
    expect(view).toMatchObject({
      status: 'finished',
      groups: {
        'company-4': { status: 'closed', found: POSTINGS },
        'company-5': { status: 'failed', found: 0, reason: { code: 'board_not_found' } },
        'company-6-site': { status: 'closed', counts: { by_status: { failed: POSTINGS } } },
      },
      snapshot: {
        total: 2 * POSTINGS,
        ready: POSTINGS,
        failed: POSTINGS,
        groups_closed: 2,
        groups_failed: 1,
        group_counts: { total: 3, by_status: { closed: 2, failed: 1 } },
        failed_groups: [{ group: 'company-5', code: 'board_not_found' }],
      },
      group_counts: { total: 3, by_status: { closed: 2, failed: 1 } },
      problems: { groups: 1, jobs: POSTINGS },
    })
    const logs = await who.client.get(`/api/runs/${view.run_id}/logs?limit=1000`)
    expect(LogPage.parse(await logs.json()).lines.at(-1)).toMatchObject({
      level: 'warn',
      message: `The run finished with problems: 1 of 3 companies could not be read, ${POSTINGS} of ${2 * POSTINGS} postings failed, ${POSTINGS} ready.`,
    })
  })

  it.each([
    ['404', 'no_group_planned', { total: 0, groups_failed: 1 }],
    ['page-404', 'no_job_ready', { total: POSTINGS, failed: POSTINGS, groups_closed: 1 }],
  ])('RUN-4: is an error if nothing is ready: %s', async (fault, code, snapshot) => {
    await control(7, { fault })
    const who = await newUser()
    const view = await follow(who, await who.start(siteCompany(7)))
    expect(view).toMatchObject({ status: 'error', error: { code }, snapshot })
  })

  it('EV-7: sends its log to a watcher that asks for it, with the lines of the logs route', async () => {
    const who = await newUser()
    const run_id = await who.start(4)
    const watcher = new Watcher(await who.client.get(`/api/runs/${run_id}/stream?with=log`))
    await watcher.drain()
    const told = watcher.events.flatMap((one) => (one.event === 'log' ? [one.data] : []))
    const logs = await (await who.client.get(`/api/runs/${run_id}/logs`)).json()
    expect(told).toEqual(LogPage.parse(logs).lines)
    expect(told.at(-1)).toMatchObject({ message: `The run is finished: ${POSTINGS} ready.` })
    expect(watcher.events.at(-1)).toMatchObject({ event: 'status', data: 'finished' })
  })

  it('crawls the pages of a listing without content', async () => {
    await control(6, { fault: 'no-content' })
    const who = await newUser()
    const view = await follow(who, await who.start(6))
    expect(view).toMatchObject({ status: 'finished', snapshot: { ready: POSTINGS, new: POSTINGS } })
  })

  it('RUN-4: is finished if an empty board has nothing', async () => {
    await control(8, { fault: 'empty' })
    const who = await newUser()
    expect(await follow(who, await who.start(8))).toMatchObject({ status: 'finished' })
  })

  it('PLAN-3: plans a board again after a failure that may pass', async () => {
    await control(9, { fault: '503', times: 2 })
    const who = await newUser()
    const view = await follow(who, await who.start(9))
    expect(view).toMatchObject({ status: 'finished', snapshot: { ready: POSTINGS } })
  })

  it('is one run for fifty equal starts under one key, and another body gets 422', async () => {
    const who = await newUser()
    const key = { 'idempotency-key': 'fifty' }
    const start = (board: number) => who.client.post('/api/runs', startBody(board), key)
    const answers = await Promise.all(Array.from({ length: 50 }, () => start(10)))
    const runs = await Promise.all(answers.map(async (a) => RunStarted.parse(await a.json())))
    expect(new Set(runs.map(({ run_id }) => run_id)).size).toBe(1)
    const run_id = runs[0]?.run_id ?? ''
    expect((await start(11)).status).toBe(422)
    expect(await follow(who, run_id)).toMatchObject({ snapshot: { new: POSTINGS } })
    expect((await start(10)).status).toBe(202)
    expect((await start(11)).status).toBe(422)
    const rows = await database().query('SELECT run_id FROM runs WHERE owner = $1', [who.owner])
    expect(rows).toEqual([{ run_id }])
  })
})

describe('an abort', () => {
  it('RUN-2: ends a run in the middle, for its watchers and in Postgres', async () => {
    await control(13, { fault: 'hang' })
    const who = await newUser()
    const run_id = await who.start(12, 13)
    const watcher = await who.watch(run_id)
    await watcher.until(() => isReady(watcher, 12))
    const path = `/api/runs/${run_id}/abort`
    const receipt = AbortReceipt.parse(await (await who.client.post(path)).json())
    await watcher.drain()
    expect(watcher.names.slice(-3)).toEqual(['all_jobs', 'complete', 'status'])
    expect(watcher.state.status).toBe('aborted')
    expect(receipt).toMatchObject({ by: who.owner, seq: Number(watcher.cursor?.split('.')[1]) })
    expect(AbortReceipt.parse(await (await who.client.post(path)).json())).toEqual(receipt)
    const by_status = { closed: 1, aborted: 1 }
    expect(await who.view(run_id)).toMatchObject({
      status: 'aborted',
      abort: receipt,
      groups: { 'company-13': { status: 'aborted', reason: { code: 'aborted' } } },
      group_counts: { total: 2, by_status },
      problems: { groups: 0, jobs: 0 },
      snapshot: { groups_failed: 0, group_counts: { total: 2, by_status }, failed_groups: [] },
    })
    expect(watcher.state.groups.get('company-13')?.status).toBe('aborted')
    await agree(who, run_id, watcher)
  })

  it('after the end gets 409', async () => {
    const who = await newUser()
    const run_id = await who.start(14)
    const { groups } = await follow(who, run_id)
    expect(groups).toMatchObject({ 'company-14': { status: 'closed' } })
    expect((await who.client.post(`/api/runs/${run_id}/abort`)).status).toBe(409)
    expect(await who.view(run_id)).toMatchObject({ status: 'finished' })
  })
})

describe('a restart in the middle of a run', () => {
  it.each([
    ['an eviction', 15, (run_id: RunId) => evictDurableObject(stubOf(run_id))],
    ['a reset', 17, () => abortAllDurableObjects()],
  ])('costs only time: %s', async (_, board, restart) => {
    vi.spyOn(console, 'error').mockReturnValue()
    await control(board + 1, { latency_ms: 500 })
    const who = await newUser()
    const run_id = await who.start(board, board + 1)
    const first = await who.watch(run_id)
    await first.until(() => isReady(first, board))
    await first.cancel()
    await restart(run_id)
    const second = await (await who.watch(run_id, first.cursor)).drain()
    expect(second.state.status).toBe('finished')
    expect(await who.view(run_id)).toMatchObject({
      snapshot: { total: 2 * POSTINGS, ready: 2 * POSTINGS, new: 2 * POSTINGS },
    })
    await agree(who, run_id, second)
  })

  it('JOB-4: repeats work whose report was lost, with the same outcome', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const who = await newUser()
    const report = vi.spyOn(RunObject.prototype, 'report')
    const lost = Promise.withResolvers<void>()
    report.mockImplementationOnce(() => {
      lost.resolve()
      return Promise.reject(new Error('the report was lost'))
    })
    const run_id = await who.start(19)
    await lost.promise
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + settings.lease_ms })
    expect(await runDurableObjectAlarm(stubOf(run_id))).toBe(true)
    expect(await follow(who, run_id)).toMatchObject({
      status: 'finished',
      snapshot: { total: POSTINGS, ready: POSTINGS, new: POSTINGS },
    })
    expect(new Set((await who.jobs(run_id)).map(({ attempt }) => attempt))).toEqual(new Set([2]))
  })
})
