import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'

import { ownedTables } from '../../../src/db/erasure.ts'
import type { TaskObject } from '../../../src/durable/task/task-object.ts'
import { MatterPage } from '../../../src/protocol/matter.ts'
import { RunStarted } from '../../../src/protocol/run.ts'
import { TaskView } from '../../../src/protocol/task.ts'
import { archived, tablesOf } from '../archived.ts'
import { type Lawyer, lawyer } from '../documents.ts'
import { database, startBody } from '../parts.ts'
import { follow } from '../test-user.ts'

const taskStub = (task: TaskView) => env.TASKS.getByName(task.task_id)

async function begin(who: Lawyer, path: string): Promise<TaskView> {
  const answer = await who.call('DELETE', path)
  const body: unknown = await answer.json()
  expect([answer.status, body]).toMatchObject([202, { status: 'working' }])
  return TaskView.parse(body)
}

async function receiptOf(who: Lawyer, { task_id }: TaskView): Promise<TaskView> {
  return TaskView.parse(await (await who.call('GET', `/api/tasks/${task_id}`)).json())
}

async function done(who: Lawyer, task: TaskView): Promise<TaskView> {
  return vi.waitFor(async () => {
    const receipt = await receiptOf(who, task)
    expect(receipt).toMatchObject({ status: 'done' })
    return receipt
  }, 60_000)
}

/** Lets the hour pass after which no worker of the runs can be alive. */
async function anHourPasses(task: TaskView): Promise<void> {
  const stub = taskStub(task)
  for (let left = true; left;) {
    await runInDurableObject<TaskObject, void>(stub, async (object) => {
      const engine = object['engine']
      engine['current'] = { ...(engine.task ?? never()), due: 0 }
    })
    await runDurableObjectAlarm(stub)
    left = await runInDurableObject<TaskObject, boolean>(
      stub,
      (object) => object['engine'].task?.due !== undefined,
    )
  }
}

function never(): never {
  throw new Error('there is no task')
}

/** Everything of an owner that Postgres has, by table. The tables are those that Postgres has: none can be forgotten. */
async function rowsOf(owner: string): Promise<Record<string, number>> {
  const tables = [...(await ownedTables(database())), 'fences', 'removals']
  const counts = await Promise.all(
    tables.map(async (table) => {
      const rows = await database().query(`SELECT 1 FROM "${table}" WHERE owner = $1`, [owner])
      return [table, rows.length] as const
    }),
  )
  return Object.fromEntries(counts.filter(([, n]) => n > 0))
}

async function keysOf(bucket: R2Bucket, prefix = ''): Promise<string[]> {
  return (await bucket.list({ prefix })).objects.map(({ key }) => key)
}

/** A user with an archived run, one that has just ended, and documents. */
async function busyUser() {
  const who = await lawyer()
  const before = new Set(await keysOf(env.FILES))
  const key = { 'idempotency-key': 'once' }
  const started = await who.client.post('/api/runs', startBody(54), key)
  const { run_id: old } = RunStarted.parse(await started.json())
  await follow(who, old)
  await archived(old)
  const recent = await who.start(53)
  await follow(who, recent)
  const uploaded = await who.upload(['a.txt', 'The lease ends in May.'], ['b.txt', 'It is long.'])
  const { run_id: read } = uploaded
  if (read === null) throw new Error('nothing is read')
  await who.follow(read)
  const files = (await keysOf(env.FILES)).filter((one) => !before.has(one))
  return { who, old, recent, read, files }
}

describe('DEL-1: the deletion of everything', () => {
  it('leaves nothing in Postgres, the buckets and the objects, although its object is lost in the middle', async () => {
    const { who, old, recent, read, files } = await busyUser()
    const before = await rowsOf(who.owner)
    expect(files).toHaveLength(2)
    const task = await begin(who, '/api/owner?confirm=everything')
    // As by a kill -9: the step under way is lost, and so is the memory of every object.
    await abortAllDurableObjects()
    const broken = await receiptOf(who, task)
    expect(broken.status).toBe('working')
    expect(await runDurableObjectAlarm(taskStub(task))).toBe(true)
    const { counts } = await done(who, task)
    const { runs, run_jobs, documents, postings } = before
    expect(counts).toMatchObject({ runs, run_jobs, documents, postings, objects: 3, files: 2 })
    expect(await rowsOf(who.owner)).toEqual({ fences: 3, removals: expect.any(Number) })
    const gone = await who.client.get(`/api/runs/${old}`)
    expect([gone.status, await gone.json()]).toMatchObject([410, { type: '/problems/deleted' }])
    await anHourPasses(task)
    expect(await rowsOf(who.owner)).toEqual({})
    for (const run_id of [old, recent, read]) {
      expect(await tablesOf(run_id)).toEqual({})
      expect(await keysOf(env.BLOBS, `runs/${run_id}/`)).toEqual([])
      expect((await who.client.get(`/api/runs/${run_id}`)).status).toBe(404)
    }
    const left = new Set(await keysOf(env.FILES))
    expect(files.filter((key) => left.has(key))).toEqual([])
    const lists = await runInDurableObject(env.OWNERS.getByName(who.owner), (_, { storage }) => [
      ...storage.sql.exec(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'",
      ),
    ])
    expect(lists).toEqual([])
  })
})

describe('DEL-1: the deletion of a run', () => {
  it('takes the run out of lists, and DEL-3: its key starts another run only when late workers are gone', async () => {
    const { who, old, recent, read } = await busyUser()
    const refused = await who.call('DELETE', `/api/runs/${read}`)
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { type: '/problems/in-use', detail: expect.stringContaining('matter') },
    ])
    const task = await begin(who, `/api/runs/${old}`)
    expect((await who.client.get(`/api/runs/${old}/jobs`)).status).toBe(410)
    expect((await done(who, task)).counts).toMatchObject({ runs: 1, run_jobs: 25, objects: 1 })
    const listed: unknown = await (await who.client.get('/api/runs')).json()
    expect(JSON.stringify(listed)).not.toContain(old)
    expect(JSON.stringify(listed)).toContain(recent)
    expect(await env.OWNERS.getByName(who.owner).runs()).toEqual([recent, read])
    const again = () => who.client.post('/api/runs', startBody(54), { 'idempotency-key': 'once' })
    expect((await again()).status).toBe(410)
    await anHourPasses(task)
    const anew = RunStarted.parse(await (await again()).json())
    expect(anew.run_id).toBe(old)
    expect(await follow(who, old)).toMatchObject({ status: 'finished' })
  })
})

describe('DEL-5: the deletion of a matter', () => {
  it('takes its documents, their files and its runs along, and no others', async () => {
    const { who, read, files } = await busyUser()
    const matters = MatterPage.parse(await (await who.call('GET', '/api/matters')).json())
    const matter_id = matters.matters[0]?.matter_id ?? ''
    const other = await who.call('POST', '/api/documents?matter=Other', {
      body: formWith('c.txt', 'Something else.'),
    })
    expect(other.status).toBe(202)
    const task = await begin(who, `/api/matters/${matter_id}`)
    expect((await done(who, task)).counts).toMatchObject({ documents: 2, files: 2, matters: 1 })
    expect((await who.call('GET', `/api/matters/${matter_id}`)).status).toBe(404)
    expect((await who.call('DELETE', `/api/matters/${matter_id}`)).status).toBe(404)
    expect((await who.call('GET', `/api/runs/${read}`)).status).toBe(410)
    const left = new Set(await keysOf(env.FILES))
    expect(files.filter((key) => left.has(key))).toEqual([])
    expect(await rowsOf(who.owner)).toMatchObject({ documents: 1, matters: 1 })
  })
})

function formWith(name: string, text: string): FormData {
  const form = new FormData()
  form.append('files', new File([text], name))
  return form
}

describe('DEL-4: the deletion of a company', () => {
  it('takes its postings, visits and history along, and its runs stay', async () => {
    const { who, recent } = await busyUser()
    const task = await begin(who, '/api/companies/company-53')
    expect((await who.client.get('/api/companies/company-53')).status).toBe(404)
    const { counts } = await done(who, task)
    expect(counts).toMatchObject({ companies: 1, postings: expect.any(Number) })
    const postings: unknown = await (
      await who.client.get('/api/postings?company=company-53')
    ).json()
    expect(postings).toMatchObject({ postings: [] })
    expect((await who.view(recent)).status).toBe('finished')
    await anHourPasses(task)
    const visits = await database().query(
      `SELECT 1 FROM visits WHERE owner = $1 AND company = 'company-53'`,
      [who.owner],
    )
    expect(visits).toEqual([])
  })
})

describe('BULK-1: an action on many runs', () => {
  it('labels and aborts those of the filter, and none of another owner', async () => {
    const { who, recent, old } = await busyUser()
    const stranger = await lawyer()
    const theirs = await stranger.start(53)
    await follow(stranger, theirs)
    const act = async (filter: object, action: object) => {
      const answer = await who.client.post('/api/runs/bulk', { filter, action })
      return done(who, TaskView.parse(await answer.json()))
    }
    const labels = { team: 'growth' }
    const labelled = await act({ pipeline: 'ingestion' }, { kind: 'label', labels })
    expect(labelled).toMatchObject({ total: 2, counts: { labelled: 2 }, failures: [] })
    for (const run_id of [recent, old]) expect((await who.view(run_id)).labels).toEqual(labels)
    expect((await stranger.view(theirs)).labels).toBeUndefined()
    expect(await act({}, { kind: 'abort' })).toMatchObject({
      total: 3,
      counts: { already_ended: 3 },
    })
    const retried = await act({ pipeline: 'ingestion' }, { kind: 'retry' })
    expect(retried.counts).toEqual({ archived: 1, nothing_failed: 1 })
    expect(retried.failures).toEqual([{ run_id: old, code: 'archived' }])
  })
})
