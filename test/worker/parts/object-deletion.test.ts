import { evictDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { Owner } from '../../../src/protocol/ids.ts'
import { tablesOf } from '../archived.ts'
import { ManualQueues } from '../manual-queues.ts'
import { alice, claim, createRun, finish, plan, startOf, stubOf } from '../object.ts'
import { connectSocket, SocketWatcher } from '../socket.ts'

let queues: ManualQueues

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

describe('DEL-1: a run’s object', () => {
  it('keeps a run that goes on if it shall, and one of another owner', async () => {
    const { run_id, run } = await createRun()
    const bob = { owner: Owner.parse('bob'), run_id }
    expect(await run.erase(bob)).toEqual({ kind: 'unknown' })
    const ended_only = true
    expect(await run.erase({ owner: alice, run_id, ended_only })).toEqual({ kind: 'goes_on' })
    await run.vanish(bob)
    await run.vanish({ owner: alice, run_id })
    expect(await run.view({ owner: alice })).toMatchObject({ status: 'pending' })
  })
})

describe('DEL-3: those who watch a run that is deleted', () => {
  it('are told so, over each transport, and DEL-2: late workers change nothing', async () => {
    const { run_id, run } = await createRun()
    await plan(run, ['a', 'b'])
    const [{ flight }] = await queues.take('flight')
    const grant = await claim(run, flight)
    const headers = { 'x-runcast-owner': alice }
    const { cursor = '' } = (await run.view({ owner: alice })) ?? {}
    const stream = await run.fetch('https://run/stream', { headers })
    const socket = new SocketWatcher(await connectSocket(run))
    const at = { ...headers, 'last-event-id': cursor }
    const waiting = run.fetch('https://run/events?wait=20', { headers: at })
    await expect.poll(async () => (await run.view({ owner: alice }))?.watchers).toBe(3)
    expect(await run.erase({ owner: alice, run_id })).toEqual({ kind: 'erased' })
    expect(await stream.text()).toMatch(/event: deleted\ndata: .*\/problems\/deleted.*\n\n$/)
    expect(await socket.closed).toBe(4410)
    expect((await waiting).status).toBe(404)
    expect(await finish(run, flight, grant)).toEqual({ kind: 'gone' })
    expect(await run.claim({ flight })).toEqual({ kind: 'refused' })
    expect(await run.claimPlan({ group: 0 })).toEqual({ kind: 'refused' })
    expect(await run.checkpoint()).toBeUndefined()
    await evictDurableObject(run)
    const late = stubOf(run_id)
    expect(await late.admits({ owner: alice, token_id: '' })).toBe('deleted')
    expect(await late.create(startOf(run_id))).toEqual({ kind: 'key_reused', deleted: true })
    expect(await tablesOf(run_id)).toEqual({ erased: 1 })
    expect(await late.erase({ owner: alice, run_id })).toEqual({ kind: 'erased' })
  })

  it('and later the object is as if it had never been called', async () => {
    const { run_id, run } = await createRun()
    await plan(run, ['a', 'b'])
    await run.erase({ owner: alice, run_id })
    await run.vanish({ owner: alice, run_id })
    expect(await tablesOf(run_id)).toEqual({})
    expect(await run.admits({ owner: alice, token_id: '' })).toBe('unknown')
    expect(await run.create(startOf(run_id))).toMatchObject({ kind: 'created' })
    expect(await run.jobs({ owner: alice, limit: 9 })).toMatchObject({ jobs: [] })
    await plan(run, ['c'])
    expect(await run.jobs({ owner: alice, limit: 9 })).toMatchObject({
      jobs: [{ external_id: 'c' }],
    })
  })
})
