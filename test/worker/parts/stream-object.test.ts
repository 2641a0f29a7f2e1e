import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort, atWork } from '../at-work.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { alice, changeSettings, claim, claimPlan, createRun, jobsOf, plan } from '../object.ts'
import { connect, picture, Watcher } from '../watch.ts'

let queues: ManualQueues
const open: Watcher[] = []

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((watcher) => watcher.cancel()))
})

async function watch(run: Stub, cursor?: string): Promise<Watcher> {
  const watcher = new Watcher(await connect(run, { cursor }))
  open.push(watcher)
  return watcher
}

describe('the events of a stream', () => {
  it('EV-1, EV-2, EV-3: the status comes first, then all jobs and the changes, and the end last', async () => {
    const { run } = await createRun()
    const watcher = await watch(run)
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'pending' })
    expect(await watcher.next()).toMatchObject({ data: { acme: { status: 'waiting', found: 0 } } })
    expect(await watcher.next()).toMatchObject({ event: 'all_jobs', data: {} })
    const { attempt } = await claimPlan(run)
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'initializing' })
    expect(await watcher.next()).toMatchObject({ data: { acme: { status: 'planning', found: 0 } } })
    await run.addJobs({ group: 0, attempt, jobs: jobsOf('1', '2') })
    expect(await watcher.next()).toMatchObject({ data: { acme: { status: 'planning', found: 2 } } })
    expect(await watcher.next()).toMatchObject({
      event: 'all_jobs',
      data: { acme: [{ external_id: '1', title: 'Title of 1', status: 'pending' }, {}] },
    })
    await run.closeGroup({ group: 0, attempt })
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'ingesting' })
    expect(await watcher.next()).toMatchObject({ data: { acme: { status: 'closed', found: 2 } } })
    expect(await watcher.next()).toMatchObject({ event: 'all_jobs' })
    const [{ flight }] = await queues.take('flight')
    const { grant } = await claim(run, flight)
    const step = { n: 0, attempt: 1, kind: 'step', step: 'extracting' } as const
    await run.report({ flight, grant, rows: [step], last: false })
    expect(await watcher.next()).toMatchObject({
      event: 'update',
      data: { acme: { 1: 'extracting' } },
    })
    const rows = [0, 1].map((n) => ({ n, attempt: 1, kind: 'ready', outcome: 'new' }) as const)
    await run.report({ flight, grant, rows, last: true })
    expect(await watcher.next()).toMatchObject({ event: 'all_jobs' })
    expect(await watcher.next()).toMatchObject({ event: 'complete', data: { total: 2, new: 2 } })
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'finished' })
    expect(await watcher.next()).toBeUndefined()
    expect(picture(watcher.state)).toEqual({ acme: { 1: 'ready', 2: 'ready' } })
  })

  it('EV-1: a watcher after the end gets all jobs and the terminal status, and the stream closes', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    await ready(0)
    await abort(run)
    const watcher = await (await watch(run)).drain()
    expect(watcher.names).toEqual(['groups', 'all_jobs', 'complete', 'status'])
    expect(watcher.state.status).toBe('aborted')
    expect(picture(watcher.state)).toEqual({ acme: { 1: 'ready', 2: 'aborted' } })
  })

  it('EV-2: added jobs are listed at most every two seconds, and the last ones are not missed', async () => {
    const { run } = await createRun()
    await changeSettings(run, { relist_ms: 300 })
    const watcher = await watch(run)
    const { attempt } = await claimPlan(run)
    const began = Date.now()
    for (let n = 0; n < 20; n += 1) {
      await run.addJobs({ group: 0, attempt, jobs: jobsOf(`${n}`) })
    }
    await watcher.until(({ event, data }) => event === 'all_jobs' && data['acme']?.length === 20)
    const lists = watcher.names.filter((name) => name === 'all_jobs').length
    expect(lists).toBeLessThanOrEqual(3 + (Date.now() - began) / 300)
  })

  it("EV-3: many changes within a tick are one update with each job's latest status", async () => {
    const names = Array.from({ length: 30 }, (_, n) => `${n}`)
    const { run, ready } = await atWork(queues, ...names)
    const watcher = await watch(run)
    await watcher.until(({ event }) => event === 'all_jobs')
    await Promise.all(names.slice(0, 29).map((_, n) => ready(n)))
    await watcher.until(
      () =>
        Object.values(picture(watcher.state)['acme'] ?? {}).filter((s) => s === 'ready').length ===
        29,
    )
    expect(watcher.names.filter((name) => name === 'update').length).toBeLessThanOrEqual(3)
  })

  it('EV-9: only the last event of a frame carries an id, and the ids rise', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const watcher = await watch(run)
    await watcher.until(({ event }) => event === 'all_jobs')
    await ready(0)
    await watcher.until(({ event }) => event === 'update')
    await abort(run)
    await watcher.drain()
    const ids = watcher.events.map(({ event, id }) => [event, Number(id?.split('.')[1])])
    const [first, second, last] = [4, 5, 6]
    expect(ids).toEqual([
      ['status', NaN],
      ['groups', NaN],
      ['all_jobs', first],
      ['update', second],
      ['all_jobs', NaN],
      ['complete', NaN],
      ['status', last],
    ])
  })

  it('EV-10: no title can forge an event', async () => {
    const { run } = await createRun()
    const { attempt } = await claimPlan(run)
    const title = 'x\r\n\r\nevent: status\ndata: finished\n\n\u2028event: y\u0000\rid: 1'
    const jobs = jobsOf('1\n\ndata: x').map((job) => ({ ...job, title }))
    await run.addJobs({ group: 0, attempt, jobs })
    await run.closeGroup({ group: 0, attempt })
    await abort(run)
    const watcher = await (await watch(run)).drain()
    expect(watcher.names).toEqual(['groups', 'all_jobs', 'complete', 'status'])
    expect(watcher.state.jobs.get('acme')?.get('1\n\ndata: x')?.title).toBe(title)
  })
})

describe('resuming', () => {
  it('W-4: a cursor of this run gets only the changes since then', async () => {
    const { run, ready } = await atWork(queues, '1', '2', '3')
    const first = await watch(run)
    await first.until(({ event }) => event === 'all_jobs')
    await ready(0)
    await first.until(({ event }) => event === 'update')
    await first.cancel()
    await ready(1)
    const second = await watch(run, first.cursor)
    expect(await second.next()).toMatchObject({ event: 'status', data: 'ingesting' })
    expect(await second.next()).toMatchObject({ event: 'update', data: { acme: { 2: 'ready' } } })
    await ready(2)
    await second.drain()
    expect(second.names.filter((name) => name === 'all_jobs')).toHaveLength(1)
    expect(second.state.status).toBe('finished')
  })

  it('EV-1, W-4: a cursor at the end of a live run gets the status, and then waits for changes', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const first = await watch(run)
    await first.until(({ event }) => event === 'all_jobs')
    const second = await watch(run, first.cursor)
    expect(await second.next()).toMatchObject({ event: 'status', data: 'ingesting' })
    await ready(0)
    expect(await second.next()).toMatchObject({ event: 'update', data: { acme: { 1: 'ready' } } })
  })

  it('EV-2: a cursor from before jobs were added gets all jobs', async () => {
    const { run } = await createRun()
    const first = await watch(run)
    await first.until(({ event }) => event === 'all_jobs')
    await plan(run, ['1', '2'])
    const second = await watch(run, first.cursor)
    await second.until(({ event }) => event === 'all_jobs')
    expect(second.names).toEqual(['status', 'groups', 'all_jobs'])
    expect(picture(second.state)).toEqual({ acme: { 1: 'pending', 2: 'pending' } })
  })

  it.each([
    ['of another epoch', 'zzzzzzzz.1'],
    ['of the future', 'EPOCH.999999'],
    ['without a seq', 'EPOCH.'],
    ['with more after it', 'EPOCH.1 '],
    ['without sense', '\u007f{}'],
    ['of 12 KB', 'x'.repeat(12_288)],
    ['that is empty', ''],
  ])('W-4: a cursor %s gets the full state', async (_, form) => {
    const { run } = await atWork(queues, '1')
    const epoch = (await run.view({ owner: alice }))?.cursor.split('.')[0] ?? ''
    const watcher = await watch(run, form.replace('EPOCH', epoch))
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'ingesting' })
    expect(await watcher.next()).toMatchObject({ event: 'groups' })
    expect(await watcher.next()).toMatchObject({ event: 'all_jobs' })
  })

  it('W-4: a cursor at the end gets 204, and one before the end gets the end', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    const first = await watch(run)
    await first.until(({ event }) => event === 'all_jobs')
    const before = first.cursor
    await ready(0)
    await ready(1)
    await first.drain()
    const answer = await connect(run, { cursor: first.cursor })
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    const late = await (await watch(run, before)).drain()
    expect(late.names).toEqual(['all_jobs', 'complete', 'status'])
    expect(late.cursor).toBe(first.cursor)
  })
})
