import type { NoticeDelivery } from '../../src/durable/owner/notices/delivery.ts'
import type { NoticeStore } from '../../src/durable/owner/notices/notice-store.ts'
import type { Webhook } from '../../src/durable/owner/notices/webhook.ts'
import type { WebhookId } from '../../src/protocol/webhook.ts'

/** An owner's webhooks in memory. */
export function openMemoryNotices(): NoticeStore & { readonly rows: () => number } {
  const webhooks = new Map<WebhookId, Webhook>()
  let deliveries: NoticeDelivery[] = []
  let last = 0
  const owed = () => deliveries.filter(({ fate }) => fate === 'owed')
  const heads = () => {
    const all = owed()
    return all.filter((delivery) => !all.some((other) => isBefore(other, delivery)))
  }
  return {
    rows: () => webhooks.size + deliveries.length,
    transaction: (work) => work(),
    list: () => [...webhooks.values()].toSorted((a, b) => a.created_at - b.created_at),
    find: (webhook_id) => webhooks.get(webhook_id),
    put: (webhook) => void webhooks.set(webhook.webhook_id, webhook),
    remove(webhook_id) {
      webhooks.delete(webhook_id)
      deliveries = deliveries.filter((one) => one.webhook_id !== webhook_id)
    },
    add(delivery) {
      const { webhook_id, notice_id } = delivery
      const known = deliveries.some(
        (one) => one.webhook_id === webhook_id && one.notice_id === notice_id,
      )
      if (!known) deliveries.push({ ...delivery, n: (last += 1) })
    },
    putDelivery(delivery) {
      deliveries = deliveries.map((one) => (one.n === delivery.n ? delivery : one))
    },
    findDelivery: (webhook_id, notice_id) =>
      deliveries.find((one) => one.webhook_id === webhook_id && one.notice_id === notice_id),
    deliveries: (webhook_id, limit) =>
      deliveries
        .filter((one) => one.webhook_id === webhook_id)
        .toReversed()
        .slice(0, limit),
    owed: (webhook_id) => owed().filter((one) => one.webhook_id === webhook_id),
    due: (now, limit) =>
      heads()
        .filter(({ due }) => due <= now)
        .toSorted((a, b) => a.due - b.due || a.n - b.n)
        .slice(0, limit),
    firstDue() {
      const dues = heads().map(({ due }) => due)
      return dues.length === 0 ? undefined : Math.min(...dues)
    },
    dropEnded(webhook_id, keep) {
      const ended = deliveries.filter((one) => one.webhook_id === webhook_id && one.fate !== 'owed')
      const dropped = new Set(ended.toReversed().slice(keep))
      deliveries = deliveries.filter((one) => !dropped.has(one))
    },
  }
}

function isBefore(one: NoticeDelivery, other: NoticeDelivery): boolean {
  return one.webhook_id === other.webhook_id && one.order === other.order && one.n < other.n
}
