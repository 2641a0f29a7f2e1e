import { z } from 'zod'

import { randomHex } from '../digest.ts'
import type { WebhookAnswer, WebhookCall } from '../durable/owner/notices/webhook-rpc.ts'
import type { Owner } from '../protocol/ids.ts'
import {
  DeliveryList,
  DeliveryView,
  GivenWebhook,
  WebhookChange,
  WebhookId,
  WebhookList,
  WEBHOOKS_MAX,
  WebhookView,
  WebhookWithSecret,
} from '../protocol/webhook.ts'
import { callRun } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import {
  type Contract,
  empty,
  emptyReply,
  json,
  jsonBody,
  optionalJsonBody,
  reply,
} from './contract/contract.ts'
import { DeliveryPath, WebhookPath } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { invalidInput, notFound, ProblemError } from './problem.ts'

const common = { tag: 'Webhooks', access: 'owner' } as const
const ofOne = { ...common, params: WebhookPath } as const

const created = {
  ...common,
  route: 'POST /api/webhooks',
  summary:
    'Makes an endpoint that is told how runs end, stall and change postings, and of missed slots.',
  description:
    'Notices are signed as Standard Webhooks says. The secret is in this answer alone. An endpoint that takes nothing for a day is switched off.',
  body: jsonBody(GivenWebhook, {
    url: 'https://hooks.example.com/runcast',
    description: 'Alarms of the data team',
    events: ['run.error', 'run.finished_with_problems', 'schedule.missed'],
    rules: { pipelines: ['ingestion'] },
  }),
  answers: { 201: json(WebhookWithSecret, 'The endpoint with its secret.', 'Location') },
  problems: ['too-many'],
} as const satisfies Contract

const listed = {
  ...common,
  route: 'GET /api/webhooks',
  summary: 'Lists the endpoints of the caller, the oldest first.',
  answers: { 200: json(WebhookList, 'All endpoints, without their secrets.') },
} as const satisfies Contract

const read = {
  ...ofOne,
  route: 'GET /api/webhooks/:webhook_id',
  summary: 'Reads an endpoint.',
  answers: { 200: json(WebhookView, 'The endpoint, without its secret.') },
} as const satisfies Contract

const changed = {
  ...ofOne,
  route: 'PATCH /api/webhooks/:webhook_id',
  summary: 'Changes an endpoint, switches it off, or on again.',
  description:
    'An absent member stays as it is. What was owed to an endpoint that is switched off is given up.',
  body: jsonBody(WebhookChange, { enabled: true }),
  answers: { 200: json(WebhookView, 'The endpoint as it is now.') },
} as const satisfies Contract

const removed = {
  ...ofOne,
  route: 'DELETE /api/webhooks/:webhook_id',
  summary: 'Deletes an endpoint with its log and with what is owed to it.',
  answers: { 204: empty('The endpoint is deleted.') },
} as const satisfies Contract

const rotated = {
  ...ofOne,
  route: 'POST /api/webhooks/:webhook_id/secret',
  summary: 'Replaces the secret of an endpoint. The one before signs for a day more.',
  body: optionalJsonBody(z.strictObject({}), {}),
  answers: { 200: json(WebhookWithSecret, 'The endpoint with its new secret.') },
} as const satisfies Contract

const tested = {
  ...ofOne,
  route: 'POST /api/webhooks/:webhook_id/test',
  summary: 'Sends an endpoint a notice of the type `webhook.test`, and tells how it answered.',
  body: optionalJsonBody(z.strictObject({}), {}),
  answers: { 200: json(DeliveryView, 'The delivery after its first try.') },
  problems: ['switched-off'],
} as const satisfies Contract

const logged = {
  ...ofOne,
  route: 'GET /api/webhooks/:webhook_id/deliveries',
  summary: 'Lists the last hundred deliveries of an endpoint with their tries, the newest first.',
  answers: { 200: json(DeliveryList, 'The deliveries.') },
} as const satisfies Contract

const redelivered = {
  ...common,
  params: DeliveryPath,
  route: 'POST /api/webhooks/:webhook_id/deliveries/:notice_id/redeliver',
  summary: 'Sends a notice again, at once and for another day if need be.',
  body: optionalJsonBody(z.strictObject({}), {}),
  answers: { 200: json(DeliveryView, 'The delivery after a try.') },
  problems: ['switched-off'],
} as const satisfies Contract

/** Adds the routes of the caller's webhooks. */
export function webhookRoutes(add: AddRoute, ports: ApiPorts): void {
  const call = (owner: Owner, request: WebhookCall) =>
    callRun(() => ports.owner(owner).webhooks(request))

  add(created, async ({ owner, body: given }) => {
    checkTarget(ports, given.url)
    const webhook_id = WebhookId.parse(randomHex(16))
    const secret = newSecret()
    const answer = await call(owner, { op: 'create', webhook_id, secret, given })
    if (answer.kind === 'full') throw tooMany()
    const location = `/api/webhooks/${webhook_id}`
    return reply(201, { ...webhookIn(answer), secret }, { location })
  })

  add(listed, async ({ owner }) => {
    const answer = await call(owner, { op: 'list' })
    if (answer.kind !== 'list') throw unexpected(answer)
    return reply(200, { webhooks: [...answer.webhooks] })
  })

  add(read, async ({ owner, params }) =>
    reply(200, webhookIn(await call(owner, { op: 'read', ...params }))),
  )

  add(changed, async ({ owner, params, body: change }) => {
    if (change.url !== undefined) checkTarget(ports, change.url)
    return reply(200, webhookIn(await call(owner, { op: 'change', ...params, change })))
  })

  add(removed, async ({ owner, params }) => {
    const { kind } = await call(owner, { op: 'remove', ...params })
    if (kind === 'unknown') throw notFound()
    return emptyReply(204)
  })

  add(rotated, async ({ owner, params }) => {
    const secret = newSecret()
    const webhook = webhookIn(await call(owner, { op: 'rotate', ...params, secret }))
    return reply(200, { ...webhook, secret })
  })

  add(tested, async ({ owner, params }) => {
    const notice_id = `test.${randomHex(16)}`
    return reply(200, deliveryIn(await call(owner, { op: 'test', ...params, notice_id })))
  })

  add(logged, async ({ owner, params }) => {
    const answer = await call(owner, { op: 'deliveries', ...params })
    return reply(200, { deliveries: deliveriesIn(answer) })
  })

  add(redelivered, async ({ owner, params }) =>
    reply(200, deliveryIn(await call(owner, { op: 'redeliver', ...params }))),
  )
}

function webhookIn(answer: WebhookAnswer): WebhookView {
  if (answer.kind === 'unknown') throw notFound()
  if (answer.kind !== 'webhook') throw unexpected(answer)
  return answer.webhook
}

function deliveriesIn(answer: WebhookAnswer): DeliveryView[] {
  if (answer.kind === 'unknown') throw notFound()
  if (answer.kind === 'off') throw switchedOff()
  if (answer.kind !== 'deliveries') throw unexpected(answer)
  return answer.deliveries.map((one) => ({ ...one, payload: JSON.parse(one.payload) }))
}

function deliveryIn(answer: WebhookAnswer): DeliveryView {
  const [delivery] = deliveriesIn(answer)
  if (delivery === undefined) throw notFound()
  return delivery
}

function unexpected({ kind }: WebhookAnswer): Error {
  return new Error(`the owner's object answered ${kind}`)
}

function checkTarget({ targetFault }: Pick<ApiPorts, 'targetFault'>, url: string): void {
  const message = targetFault(url)
  if (message !== undefined) throw invalidInput([{ path: 'url', message }])
}

/** 24 bytes in base64 after `whsec_`, as Standard Webhooks writes secrets. */
function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24))
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

function tooMany(): ProblemError {
  return new ProblemError('too-many', {
    detail: `You have ${WEBHOOKS_MAX} webhooks, which is the most. Delete one of them first.`,
  })
}

function switchedOff(): ProblemError {
  return new ProblemError('switched-off', {
    detail: 'The endpoint is switched off. Switch it on first: PATCH it with {"enabled": true}.',
  })
}
