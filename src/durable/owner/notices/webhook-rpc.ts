import type {
  GivenWebhook,
  WebhookChange,
  WebhookId,
  WebhookView,
} from '../../../protocol/webhook.ts'
import type { ShownDelivery } from './delivery.ts'

/** The calls on an owner's webhooks. An object of an earlier version lacks them. */
export type WebhookRpc = { webhooks(call: WebhookCall): Promise<WebhookAnswer> }

/** The caller makes ids and secrets, so that a repeated call makes no second one. */
export type WebhookCall =
  | { readonly op: 'list' }
  | { readonly op: 'read' | 'remove' | 'deliveries'; readonly webhook_id: WebhookId }
  | {
      readonly op: 'create'
      readonly webhook_id: WebhookId
      readonly secret: string
      readonly given: GivenWebhook
    }
  | { readonly op: 'change'; readonly webhook_id: WebhookId; readonly change: WebhookChange }
  | { readonly op: 'rotate'; readonly webhook_id: WebhookId; readonly secret: string }
  | {
      readonly op: 'test' | 'redeliver'
      readonly webhook_id: WebhookId
      readonly notice_id: string
    }

export type WebhookAnswer =
  | { readonly kind: 'list'; readonly webhooks: readonly WebhookView[] }
  | { readonly kind: 'webhook'; readonly webhook: WebhookView }
  | { readonly kind: 'deliveries'; readonly deliveries: readonly ShownDelivery[] }
  | { readonly kind: 'removed' | 'unknown' | 'full' | 'off' }

/** A notice on its way: the request to make. */
export type NoticePost = {
  readonly url: string
  readonly secrets: readonly string[]
  readonly notice_id: string
  readonly at: number
  readonly body: string
}

/** `error`: why no answer came, for the log. */
export type PostAnswer = { readonly status: number | null; readonly error?: string }

/** Signs and sends a notice. Never rejects. */
export type PostNotice = (post: NoticePost) => Promise<PostAnswer>
