import { evictDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ExternalId, GroupKey, Owner } from '../../../src/protocol/ids.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { alice, claim, createRun, finish, go, newRunId, plan, stubOf } from '../object.ts'
import { Poller } from '../poller.ts'
import { connectSocket, SocketWatcher } from '../socket.ts'
import { connect, picture } from '../watch.ts'

let queues: ManualQueues

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

const failure = { code: 'x', message: 'It broke.', retryable: false }
const all = { owner: alice, status: 'failed' } as const

/** Makes a finished run with one ready job and one failed job. */
async function finished(): Promise<{ run: Stub; cursor: string }> {
  const { run } = await createRun()
  await plan(run, ['1', '2'])
  const [{ flight }] = await queues.take('flight')
  const { grant } = await claim(run, flight)
  const rows = [
    { n: 0, attempt: 1, kind: 'ready', outcome: 'new' } as const,
    { n: 1, attempt: 1, kind: 'failed', failure } as const,
  ]
  await run.report({ flight, grant, rows, last: true })
  const view = await run.view({ owner: alice })
  expect(view).toMatchObject({ status: 'finished', snapshot: { ready: 1, failed: 1 } })
  return { run, cursor: view?.cursor ?? '' }
}

describe('a retry', () => {
  it('RUN-1: begins the next round, also after its object was evicted', async () => {
    const { run } = await finished()
    await evictDurableObject(run)
    expect(await run.retry(all)).toEqual({ kind: 'retried', round: 2, jobs: 1, groups: 0 })
    await run.direct({ owner: alice, order: { ...go, round: 2 } })
    await evictDurableObject(run)
    const [{ flight }] = await queues.take('flight')
    const grant = await claim(run, flight)
    expect(grant.jobs).toMatchObject([{ external_id: '2', attempt: 2 }])
    await finish(run, flight, grant)
    const view = await run.view({ owner: alice })
    expect(view).toMatchObject({ status: 'finished', round: 2, snapshot: { ready: 2, failed: 0 } })
    expect(await run.retry(all)).toEqual({ kind: 'nothing' })
  })

  it('names the jobs that the run does not have, and opens the others', async () => {
    const { run } = await finished()
    const group = GroupKey.parse('acme')
    const jobs = ['2', '3'].map((id) => ({ group, external_id: ExternalId.parse(id) }))
    expect(await run.retry({ owner: alice, jobs })).toEqual({ kind: 'missing', at: [1] })
    expect(await run.retry({ owner: alice, jobs: jobs.slice(0, 1) })).toMatchObject({ jobs: 1 })
  })

  it('RUN-5: answers as for an unknown run if the run is missing or another owner’s', async () => {
    expect(await stubOf(newRunId()).retry(all)).toEqual({ kind: 'unknown' })
    const { run } = await finished()
    const owner = Owner.parse('mallory')
    expect(await run.retry({ ...all, owner })).toEqual({ kind: 'unknown' })
    expect(await run.view({ owner: alice })).toMatchObject({ round: 1 })
  })
})

describe('a watcher at the end of a round', () => {
  it('W-4: gets 204 until there is another round, and then its changes', async () => {
    const { run, cursor } = await finished()
    expect((await connect(run, { cursor })).status).toBe(204)
    await run.retry(all)
    const stream = await connect(run, { cursor })
    expect(stream.status).toBe(200)
    await stream.body?.cancel()
  })

  it('W-5: goes on over polls and sockets', async () => {
    const { run } = await finished()
    const poller = new Poller(run)
    expect(await poller.poll()).toMatchObject({ done: true })
    const due = { acme: { 1: 'ready', 2: 'pending' } }
    await run.retry(all)
    await run.direct({ owner: alice, order: { ...go, round: 2 } })
    const given = { query: '?lean=1', cursor: poller.cursor }
    const socket = new SocketWatcher(await connectSocket(run, given))
    socket.state = poller.state
    await socket.until(({ id }) => id !== undefined)
    expect(await poller.poll()).toMatchObject({ done: false })
    for (const { state } of [poller, socket]) {
      expect([state.status, picture(state)]).toEqual(['ingesting', due])
      expect(state.snapshot).toBeUndefined()
    }
  })
})
