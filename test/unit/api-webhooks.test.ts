import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { DeliveryView, WebhookWithSecret } from '../../src/protocol/webhook.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

const hook = { url: 'https://hooks.example.com/runcast', events: ['run.error'] }

async function made(api: TestApi, change: object = {}) {
  const answer = await api.post('/api/webhooks', { ...hook, ...change })
  expect(answer.status).toBe(201)
  return WebhookWithSecret.parse(await answer.json())
}

it('NOTE-1: an endpoint is made, changed and deleted; its secret is shown once, and to nobody else', async () => {
  const api = createTestApi()
  const { secret, ...webhook } = await made(api)
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
  const path = `/api/webhooks/${webhook.webhook_id}`
  expect(await (await api.call(path)).json()).toEqual(webhook)
  expect(await (await api.call('/api/webhooks')).json()).toEqual({ webhooks: [webhook] })
  const off = await api.send('PATCH', path, { enabled: false, description: 'Alarms' })
  expect(await off.json()).toEqual({ ...webhook, enabled: false, description: 'Alarms' })
  expect((await api.call(`${path}/test`, { method: 'POST' })).status).toBe(409)

  const bob = { authorization: `Bearer ${await tokenOf('bob')}` }
  for (const [method, below] of [
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/deliveries'],
    ['POST', '/test'],
    ['POST', '/secret'],
    ['POST', '/deliveries/a/redeliver'],
  ] as const)
    expect((await api.call(`${path}${below}`, { method, headers: bob })).status).toBe(404)
  expect((await api.call(path, { method: 'DELETE' })).status).toBe(204)
  expect((await api.call(path)).status).toBe(404)
})

it('NOTE-4: a new secret is shown once, and the one before is valid for a day', async () => {
  const api = createTestApi()
  const webhook = await made(api)
  const path = `/api/webhooks/${webhook.webhook_id}`
  const answer = await api.call(`${path}/secret`, { method: 'POST' })
  const rotated = WebhookWithSecret.parse(await answer.json())
  expect(rotated.secret).not.toBe(webhook.secret)
  const until = Date.parse(rotated.earlier_secret_until ?? '')
  expect(until - Date.now()).toBeGreaterThan(23 * 3_600_000)
})

it('NOTE-3: a test is sent at once, is in the log, and can be sent again', async () => {
  const api = createTestApi()
  const path = `/api/webhooks/${(await made(api)).webhook_id}`
  const sent = await api.call(`${path}/test`, { method: 'POST' })
  const delivery = DeliveryView.parse(await sent.json())
  expect(delivery).toMatchObject({
    type: 'webhook.test',
    state: 'delivered',
    last_tries: [{ status: 204 }],
  })
  const log = z.object({ deliveries: z.array(DeliveryView) })
  const { deliveries } = log.parse(await (await api.call(`${path}/deliveries`)).json())
  expect(deliveries).toEqual([delivery])
  const again = `${path}/deliveries/${delivery.notice_id}/redeliver`
  const redelivered = DeliveryView.parse(await (await api.call(again, { method: 'POST' })).json())
  expect(redelivered.last_tries).toHaveLength(2)
})

describe('an endpoint is 422', () => {
  it.each([
    ['url', { url: 'https://127.0.0.1/' }],
    ['url', { url: 'http://hooks.example.com/' }],
    ['events.0', { events: ['run.started'] }],
    ['events', { events: [] }],
    ['events', { events: ['run.error', 'run.error'] }],
    ['form', { form: 'xml' }],
    ['rules.color', { rules: { color: 'red' } }],
  ])('for %s %j', async (path, change) => {
    const answer = await createTestApi().post('/api/webhooks', { ...hook, ...change })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ path }] })
  })
})

it('an owner has at most ten endpoints', async () => {
  const api = createTestApi()
  for (let n = 0; n < 10; n += 1) await made(api)
  expect((await api.post('/api/webhooks', hook)).status).toBe(409)
})
