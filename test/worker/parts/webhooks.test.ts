import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { beforeEach, expect, it, vi } from 'vitest'

import { clearFaults, setFault } from '../../../src/failpoint.ts'
import { GivenWebhook, WebhookId } from '../../../src/protocol/webhook.ts'
import { ManualQueues } from '../manual-queues.ts'
import { claim, claimPlan, finish, jobsOf, newRunId, startOf, stubOf } from '../object.ts'
import { newOwner } from '../parts.ts'

const webhook_id = WebhookId.parse('6'.repeat(32))
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

let queues: ManualQueues

// The simulated alarm uses the real clock. With the date ahead it fires only when a test fires it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 3_600_000)
  queues = new ManualQueues()
})

it('NOTE-2: a notice survives that the object is evicted, and is tried until the endpoint takes it', async () => {
  const owner = newOwner()
  const object = () => env.OWNERS.getByName(owner)
  const given = {
    url: 'https://hooks.example.com/runcast',
    events: ['run.aborted' as const],
    form: 'standard' as const,
    rules: {},
  }
  await object().webhooks({ op: 'create', webhook_id, secret, given })
  const posts: { readonly url: string; readonly headers: Headers; readonly body: string }[] = []
  let status = 503
  vi.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
    const { body } = init ?? {}
    if (typeof url === 'string' && typeof body === 'string')
      posts.push({ url, headers: new Headers(init?.headers), body })
    return Promise.resolve(new Response(null, { status }))
  })

  const run_id = newRunId()
  await stubOf(run_id).create({ ...startOf(run_id), owner, name: 'Nightly' })
  await stubOf(run_id).abort({ owner, by: 'a test' })
  const log = async () => {
    const answer = await object().webhooks({ op: 'deliveries', webhook_id })
    if (answer.kind !== 'deliveries') throw new Error(answer.kind)
    return answer.deliveries
  }
  await expect.poll(async () => (await log()).length).toBe(1)
  await evictDurableObject(object())
  await runDurableObjectAlarm(object())
  expect(await log()).toMatchObject([{ state: 'owed', tries: 1, last_tries: [{ status: 503 }] }])

  status = 204
  await evictDurableObject(object())
  vi.setSystemTime(Date.now() + 60_000)
  await runDurableObjectAlarm(object())
  expect(await log()).toMatchObject([{ state: 'delivered', tries: 2, next_try_at: null }])
  expect(posts.map(({ url }) => url)).toEqual([given.url, given.url])
  expect(new Set(posts.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1)
  for (const { headers, body } of posts) {
    const verified = new Webhook(secret).verify(body, Object.fromEntries(headers))
    expect(verified).toMatchObject({ type: 'run.aborted', data: { run_id, title: 'Nightly' } })
  }
  await runDurableObjectAlarm(object())
  expect(posts).toHaveLength(2)
})

it('NOTE-6, NOTE-7: what a plan found is owed before the run’s end, and a run without progress has stalled', async () => {
  const owner = newOwner()
  const object = () => env.OWNERS.getByName(owner)
  const events = ['run.stalled', 'expiry.held', 'postings.changed', 'run.finished']
  const given = GivenWebhook.parse({ url: 'https://h.example.com/', events, form: 'slack' })
  await object().webhooks({ op: 'create', webhook_id, secret, given })
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null, { status: 204 }))
  const run_id = newRunId()
  const run = stubOf(run_id)
  await run.create({ ...startOf(run_id), owner })
  await expect.poll(async () => (await object().admitted()).admitted).toBe(1)
  await run.direct({ owner, order: { kind: 'go', n: 1, round: 1 } })
  for (let look = 0; look < 4; look += 1) {
    await evictDurableObject(object())
    vi.setSystemTime(Date.now() + 4 * 60_000)
    await runDurableObjectAlarm(object())
  }
  const lease = { group: 0, attempt: (await claimPlan(run)).attempt }
  const notices = [{ kind: 'expiry.held', gone: 9, open: 10 } as const]
  await run.addJobs({ ...lease, jobs: jobsOf('one'), close: { gone: 3, notices } })
  const [{ flight }] = await queues.take('flight')
  await finish(run, flight, await claim(run, flight))
  const types = async () => {
    const answer = await object().webhooks({ op: 'deliveries', webhook_id })
    if (answer.kind !== 'deliveries') throw new Error(answer.kind)
    return answer.deliveries.map(({ type }) => type).toReversed()
  }
  await expect
    .poll(types)
    .toEqual(['run.stalled', 'expiry.held', 'run.finished', 'postings.changed'])
})

it.each(['notice.posting', 'notice.posted'] as const)(
  'NOTE-2: a notice that is cut off at %s is sent again under its id',
  async (point) => {
    const owner = newOwner()
    const object = () => env.OWNERS.getByName(owner)
    const given = GivenWebhook.parse({ url: 'https://h.example.com/', events: ['run.aborted'] })
    await object().webhooks({ op: 'create', webhook_id, secret, given })
    const ids: (string | null)[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
      ids.push(new Headers(init?.headers).get('webhook-id'))
      return new Response(null, { status: 204 })
    })
    vi.spyOn(console, 'error').mockReturnValue()
    const reached = Promise.withResolvers<void>()
    setFault(point, () => {
      reached.resolve()
      return Promise.reject(new Error('cut off'))
    })
    const run_id = newRunId()
    await stubOf(run_id).create({ ...startOf(run_id), owner })
    await stubOf(run_id).abort({ owner, by: 'a test' })
    const owed = async () => {
      const answer = await object().webhooks({ op: 'deliveries', webhook_id })
      return answer.kind === 'deliveries' ? answer.deliveries.length : 0
    }
    await expect.poll(owed).toBe(1)
    await runDurableObjectAlarm(object())
    await reached.promise
    clearFaults()
    await evictDurableObject(object())
    vi.setSystemTime(Date.now() + 2 * 60_000)
    await runDurableObjectAlarm(object())
    const answer = await object().webhooks({ op: 'deliveries', webhook_id })
    expect(answer).toMatchObject({ deliveries: [{ state: 'delivered', tries: 2 }] })
    expect(ids).toHaveLength(point === 'notice.posting' ? 1 : 2)
    expect(new Set(ids).size).toBe(1)
  },
)
