import { failpoint } from '../../../failpoint.ts'
import { createGate } from '../../../gate.ts'
import { WEBHOOKS_MAX, TEST_NOTICE, type WebhookId } from '../../../protocol/webhook.ts'
import {
  beginTry,
  type NoticeDelivery,
  endTry,
  isTaken,
  payloadOf,
  redeliver,
  viewDelivery,
} from './delivery.ts'
import { type LedgerParts, NoticeLedger } from './notice-ledger.ts'
import type { PostNotice, WebhookAnswer, WebhookCall } from './webhook-rpc.ts'
import {
  changeWebhook,
  openWebhook,
  rotateSecret,
  signingSecrets,
  viewWebhook,
  type Webhook,
  webhookAfter,
} from './webhook.ts'

/** All requests of an object share six connections. */
const POSTS_AT_ONCE = 3
/** How many deliveries that are not owed any more an endpoint's log keeps. */
const LOG_KEPT = 100
/** How many deliveries are taken up at once. The others follow. */
const LOT = 20

type NoticeParts = LedgerParts & {
  readonly post: PostNotice
  readonly failed: (message: string, error: unknown) => void
}

/** An owner's webhooks behind their ports: the pure functions of this folder decide. */
export class NoticeDesk extends NoticeLedger {
  protected override readonly parts: NoticeParts
  private readonly gate = createGate(POSTS_AT_ONCE)
  private posting: Promise<void> | undefined

  constructor(parts: NoticeParts) {
    super(parts)
    this.parts = parts
  }

  async call(call: WebhookCall): Promise<WebhookAnswer> {
    const { store, now } = this.parts
    switch (call.op) {
      case 'list':
        return { kind: 'list', webhooks: store.list().map((one) => viewWebhook(one, now())) }
      case 'create':
        return this.create(call)
      case 'read':
        return this.change(call.webhook_id, (webhook) => webhook)
      case 'change':
        return this.change(call.webhook_id, (webhook) => changeWebhook(webhook, call.change))
      case 'rotate':
        return this.change(call.webhook_id, (webhook) => rotateSecret(webhook, call.secret, now()))
      case 'remove':
        return this.remove(call.webhook_id)
      case 'deliveries':
        return this.deliveries(call.webhook_id)
      case 'test':
        return this.test(call)
      case 'redeliver':
        return this.redeliver(call)
    }
  }

  wakeDue(): number | undefined {
    return this.parts.store.firstDue()
  }

  /** Tries the deliveries that are due. Never rejects. */
  work(): Promise<void> {
    this.posting ??= this.postAll()
      .catch((error: unknown) => this.parts.failed('notices were not sent, and will be', error))
      .finally(() => {
        this.posting = undefined
        this.parts.arm()
      })
    return this.posting
  }

  private async postAll(): Promise<void> {
    const { store, now } = this.parts
    for (;;) {
      const due = store.due(now(), LOT)
      if (due.length === 0) return
      await Promise.all(due.map((delivery) => this.tryOnce(delivery)))
    }
  }

  private async tryOnce(before: NoticeDelivery): Promise<void> {
    const { store, now, post } = this.parts
    const webhook = store.find(before.webhook_id)
    if (webhook === undefined) return
    const delivery = beginTry(before, now())
    store.transaction(() => store.putDelivery(delivery))
    const { url } = webhook
    const { notice_id } = delivery
    const body = bodyOf(webhook, delivery)
    const request = { url, secrets: signingSecrets(webhook, now()), notice_id, at: now(), body }
    const tried = await this.gate(async () => {
      const at = now()
      RUNCAST_FAILPOINTS && (await failpoint('notice.posting'))
      const answer = await post({ ...request, at })
      RUNCAST_FAILPOINTS && (await failpoint('notice.posted'))
      return { ...answer, at, ms: Math.max(0, now() - at) }
    })
    store.transaction(() => this.settle(delivery, tried))
  }

  /** The endpoint, or the delivery, may have been removed or owed anew while the request was under way. */
  private settle(delivery: NoticeDelivery, tried: Parameters<typeof endTry>[1]): void {
    const { store, now } = this.parts
    const { webhook_id, notice_id } = delivery
    const [webhook, known] = [store.find(webhook_id), store.findDelivery(webhook_id, notice_id)]
    if (webhook === undefined || known?.tries !== delivery.tries) return
    store.putDelivery(endTry(known, tried))
    const outcome = isTaken(tried) ? 'taken' : tried.status === 410 ? 'gone' : 'refused'
    const after = webhookAfter(webhook, outcome, now())
    store.put(after)
    if (!after.enabled) this.giveUpAll(webhook_id)
    store.dropEnded(webhook_id, LOG_KEPT)
  }

  private create({
    webhook_id,
    secret,
    given,
  }: Extract<WebhookCall, { op: 'create' }>): WebhookAnswer {
    const { store, now } = this.parts
    const known = store.find(webhook_id)
    if (known !== undefined) return { kind: 'webhook', webhook: viewWebhook(known, now()) }
    if (store.list().length >= WEBHOOKS_MAX) return { kind: 'full' }
    const webhook = openWebhook(given, { webhook_id, secret, now: now() })
    store.transaction(() => store.put(webhook))
    return { kind: 'webhook', webhook: viewWebhook(webhook, now()) }
  }

  private change(webhook_id: WebhookId, change: (webhook: Webhook) => Webhook): WebhookAnswer {
    const { store, now } = this.parts
    const before = store.find(webhook_id)
    if (before === undefined) return { kind: 'unknown' }
    const after = change(before)
    store.transaction(() => {
      if (after !== before) store.put(after)
      if (!after.enabled) this.giveUpAll(webhook_id)
    })
    return { kind: 'webhook', webhook: viewWebhook(after, now()) }
  }

  private remove(webhook_id: WebhookId): WebhookAnswer {
    const { store } = this.parts
    if (store.find(webhook_id) === undefined) return { kind: 'unknown' }
    store.transaction(() => store.remove(webhook_id))
    return { kind: 'removed' }
  }

  private deliveries(webhook_id: WebhookId): WebhookAnswer {
    const { store } = this.parts
    if (store.find(webhook_id) === undefined) return { kind: 'unknown' }
    const deliveries = store.deliveries(webhook_id, LOG_KEPT).map(viewDelivery)
    return { kind: 'deliveries', deliveries }
  }

  /** Owes a notice of its own, tries it at once, and answers how that went. */
  private async test({
    webhook_id,
    notice_id,
  }: Extract<WebhookCall, { op: 'test' | 'redeliver' }>): Promise<WebhookAnswer> {
    const { store, now } = this.parts
    const webhook = store.find(webhook_id)
    if (webhook === undefined) return { kind: 'unknown' }
    if (!webhook.enabled) return { kind: 'off' }
    const data = JSON.stringify({ webhook_id })
    const text = 'This is a test by Runcast.'
    const notice = { notice_id, type: TEST_NOTICE, order: notice_id, at: now(), data, text }
    store.transaction(() => this.owe(webhook, notice))
    return this.tryNow(webhook_id, notice_id)
  }

  private async redeliver({
    webhook_id,
    notice_id,
  }: Extract<WebhookCall, { op: 'test' | 'redeliver' }>): Promise<WebhookAnswer> {
    const { store, now } = this.parts
    const [webhook, known] = [store.find(webhook_id), store.findDelivery(webhook_id, notice_id)]
    if (webhook === undefined || known === undefined) return { kind: 'unknown' }
    if (!webhook.enabled) return { kind: 'off' }
    store.transaction(() => store.putDelivery(redeliver(known, now())))
    return this.tryNow(webhook_id, notice_id)
  }

  private async tryNow(webhook_id: WebhookId, notice_id: string): Promise<WebhookAnswer> {
    const { store } = this.parts
    await this.work()
    const delivery = store.findDelivery(webhook_id, notice_id)
    if (delivery?.tries === 0) await this.work()
    const now = store.findDelivery(webhook_id, notice_id)
    if (now === undefined) return { kind: 'unknown' }
    return { kind: 'deliveries', deliveries: [viewDelivery(now)] }
  }
}

function bodyOf({ form }: Webhook, delivery: NoticeDelivery): string {
  return form === 'slack' ? JSON.stringify({ text: delivery.text }) : payloadOf(delivery)
}
