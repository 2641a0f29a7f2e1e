import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { clearFaults, setFault } from '../../../src/failpoint.ts'
import type { Owner, RunId } from '../../../src/protocol/ids.ts'
import { agree } from '../agreement.ts'
import { deliver } from '../manual-queues.ts'
import { ManualRun } from '../manual-run.ts'
import { settings } from '../object.ts'
import { database } from '../parts.ts'
import { connect, Watcher } from '../watch.ts'

const BOARDS = [41, 42]
const POSTINGS = 25

// The simulated alarm uses the real clock. With the date an hour ahead it fires only when a test fires
// it.
beforeEach(() => {
  vi.restoreAllMocks()
  clearFaults()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
})

/** Delivers a flight to a worker that stops before its commit. `goOn` lets the worker go on. */
async function stopped(run: ManualRun) {
  const [stop, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  setFault('work.recording', () => {
    clearFaults()
    stop.resolve()
    return go.promise
  })
  const worker = deliver(await run.queues.take('flight'))
  await stop.promise
  return async () => {
    go.resolve()
    await worker
  }
}

/** Makes a run of two groups. The worker of the first group's flight is late, and its lease expires. */
async function withZombie() {
  const run = new ManualRun()
  const { owner, run_id } = run
  await run.start(BOARDS, POSTINGS)
  const [first, second] = await run.queues.take('plan')
  await deliver([first])
  const zombie = await stopped(run)
  vi.setSystemTime(Date.now() + settings.lease_ms)
  await runDurableObjectAlarm(run.run)
  await rename(run_id)
  const watcher = new Watcher(await connect(run.run, { owner }))
  await watcher.until(({ id }) => id !== undefined)
  /** Plans the other group, and checks that this is the next event: the zombie has caused none. */
  const expectNothingSaid = async (): Promise<void> => {
    if (second === undefined) throw new Error('there is no second group')
    const planned = deliver([second])
    const told = await watcher.next()
    expect(told).toMatchObject({ event: 'groups', data: { 'company-42': expect.anything() } })
    expect(Object.keys(told?.data ?? {})).toHaveLength(1)
    await planned
  }
  return { run, zombie, watcher, expectNothingSaid }
}

/** Changes the titles in the stored blobs, so that a row shows whether the zombie or its successor wrote it. */
async function rename(run_id: RunId): Promise<void> {
  const { objects } = await env.BLOBS.list()
  for (const { key } of objects.filter((object) => object.key.includes(run_id))) {
    const text = await (await env.BLOBS.get(key))?.text()
    await env.BLOBS.put(key, text?.replaceAll('"title":"', '"title":"Later: ') ?? '')
  }
}

/** Reads rows with their `xmin`, which changes when a row is written again. */
async function rows(owner: Owner) {
  const read = (table: string) =>
    database().query(
      `SELECT xmin::text, ctid::text, t.* FROM ${table} t WHERE owner = $1 ORDER BY external_id`,
      [owner],
    )
  return [await read('run_jobs'), await read('postings')]
}

/** Checks that every job is the successor's, and that the run ends. */
async function expectSuccessor(run: ManualRun, watcher: Watcher): Promise<void> {
  await run.rest()
  await watcher.drain()
  await agree(run, watcher.state)
  const sql = `SELECT count(*)::integer AS count FROM run_jobs j JOIN postings p USING (owner, external_id)
    WHERE owner = $1 AND j.group = 'company-41' AND attempt = 2 AND outcome = 'new'
      AND p.title LIKE 'Later: %'`
  expect(await database().query(sql, [run.owner])).toEqual([{ count: POSTINGS }])
}

describe('JOB-1, JOB-4: a worker whose lease expired', () => {
  it('changes no row after its successor committed, and its report has no effect', async () => {
    const { run, zombie, watcher, expectNothingSaid } = await withZombie()
    const { owner } = run
    await deliver(await run.queues.take('flight'))
    const view = await run.run.view({ owner })
    await watcher.until(({ id }) => id === view?.cursor)
    const before = await rows(owner)
    expect(before).toMatchObject([{ length: POSTINGS }, { length: POSTINGS }])
    await zombie()
    expect(await rows(owner)).toEqual(before)
    expect(await run.run.view({ owner })).toEqual(view)
    await expectNothingSaid()
    await expectSuccessor(run, watcher)
  })

  it('is overwritten if it committed first, and its report has no effect', async () => {
    const { run, zombie, watcher, expectNothingSaid } = await withZombie()
    const { owner } = run
    const successor = await stopped(run)
    const view = await run.run.view({ owner })
    await zombie()
    expect(await rows(owner)).toMatchObject([
      Array.from({ length: POSTINGS }, () => ({ attempt: 1, status: 'ready' })),
      { length: POSTINGS },
    ])
    expect(await run.run.view({ owner })).toEqual(view)
    await expectNothingSaid()
    await successor()
    await expectSuccessor(run, watcher)
  })
})
