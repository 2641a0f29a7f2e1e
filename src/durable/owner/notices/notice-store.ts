import type { WebhookId } from '../../../protocol/webhook.ts'
import type { NoticeDelivery } from './delivery.ts'
import type { Webhook } from './webhook.ts'

/** An owner's webhooks, and what is owed to them. Every call is synchronous. */
export type NoticeStore = {
  transaction<T>(work: () => T): T
  /** The oldest first. */
  list(): Webhook[]
  find(webhook_id: WebhookId): Webhook | undefined
  put(webhook: Webhook): void
  /** Removes an endpoint with all its deliveries. */
  remove(webhook_id: WebhookId): void
  /** Enters a delivery, unless the endpoint has one of this notice. */
  add(delivery: Omit<NoticeDelivery, 'n'>): void
  putDelivery(delivery: NoticeDelivery): void
  findDelivery(webhook_id: WebhookId, notice_id: string): NoticeDelivery | undefined
  /** An endpoint's deliveries, the newest first. */
  deliveries(webhook_id: WebhookId, limit: number): NoticeDelivery[]
  owed(webhook_id: WebhookId): NoticeDelivery[]
  /** The deliveries to try now: of each order of each endpoint the first that is owed, if it is due. */
  due(now: number, limit: number): NoticeDelivery[]
  /** When the next delivery is to be tried. */
  firstDue(): number | undefined
  /** Drops the oldest deliveries of an endpoint that are not owed, beyond so many. */
  dropEnded(webhook_id: WebhookId, keep: number): void
}
