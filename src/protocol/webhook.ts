import { z } from 'zod'

import { Labels } from './naming.ts'
import { ScheduleId } from './schedule.ts'
import { givenName, givenText } from './text.ts'

/** The most endpoints of an owner: each event is looked at for each of them. */
export const WEBHOOKS_MAX = 10

export const WebhookId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a webhook’s id is 32 lower-case hex digits')
  .brand<'WebhookId'>()
export type WebhookId = z.infer<typeof WebhookId>

/** What an endpoint may be told of. */
export const NoticeType = z.enum([
  'run.finished',
  'run.finished_with_problems',
  'run.error',
  'run.aborted',
  'schedule.missed',
  'run.stalled',
  'expiry.held',
  'company.needs_attention',
  'postings.changed',
])
export type NoticeType = z.infer<typeof NoticeType>

/** A notice of the route that tries an endpoint. */
export const TEST_NOTICE = 'webhook.test'

/** `standard`: the payload of Standard Webhooks. `slack`: `{text}`, which Slack's incoming webhooks take. */
const NoticeForm = z.enum(['standard', 'slack'])

/** Which runs an endpoint is told of: all that match each given member. `recovered` narrows the ends of runs alone. */
const NoticeRules = z.strictObject({
  pipelines: z.array(givenText(64)).min(1).max(20).exactOptional(),
  schedules: z.array(ScheduleId).min(1).max(100).exactOptional(),
  labels: Labels.exactOptional(),
  /** Only of a run that went well after one that did not, of the same schedule, or of the same pipeline without a schedule. */
  recovered: z.literal(true).exactOptional(),
  /** Of `postings.changed` and `expiry.held`: only if more of the open postings are gone than so many percent. */
  gone_over_percent: z.number().min(0).max(100).exactOptional(),
})

const Types = z
  .array(NoticeType)
  .min(1)
  .max(NoticeType.options.length)
  .refine((types) => new Set(types).size === types.length, 'names an event twice')

/** An address is checked by the guard of all outgoing requests, too. */
const Target = givenText(2_000).meta({ examples: ['https://hooks.example.com/runcast'] })

export const GivenWebhook = z.strictObject({
  url: Target,
  description: givenName(200).exactOptional(),
  events: Types,
  form: NoticeForm.default('standard'),
  rules: NoticeRules.default({}),
})
export type GivenWebhook = z.infer<typeof GivenWebhook>

/** `enabled: true` also lets an endpoint go on that was switched off because it failed for a day. */
export const WebhookChange = z.strictObject({
  url: Target.exactOptional(),
  description: givenName(200).nullable().exactOptional(),
  events: Types.exactOptional(),
  form: NoticeForm.exactOptional(),
  rules: NoticeRules.exactOptional(),
  enabled: z.boolean().exactOptional(),
})
export type WebhookChange = z.infer<typeof WebhookChange>

export const WebhookView = z.object({
  webhook_id: WebhookId,
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(z.string()),
  form: NoticeForm,
  rules: NoticeRules,
  enabled: z.boolean(),
  /** Why the endpoint was switched off, if nobody did it by hand. */
  switched_off: z.string().nullable(),
  /** Since when each delivery failed. Null: the last one was taken, or there was none. */
  failing_since: z.string().nullable(),
  /** Until when the secret before this one signs, too. Null: there is none. */
  earlier_secret_until: z.string().nullable(),
  created_at: z.string(),
})
export type WebhookView = z.infer<typeof WebhookView>

/** The secret is in this answer alone. */
export const WebhookWithSecret = WebhookView.extend({ secret: z.string() })
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>

export const WebhookList = z.object({ webhooks: z.array(WebhookView) })

/** A try to deliver a notice. `status`: the HTTP status, null if no answer came. `ms`: how long the endpoint took. */
const DeliveryTry = z.object({
  at: z.string(),
  status: z.int().nullable(),
  ms: z.int(),
  error: z.string().exactOptional(),
})

export const DeliveryView = z.object({
  /** The `webhook-id` of the notice, the same in each try. */
  notice_id: z.string(),
  type: z.string(),
  state: z.enum(['owed', 'delivered', 'given_up']),
  created_at: z.string(),
  next_try_at: z.string().nullable(),
  tries: z.int(),
  /** The last ten tries, the oldest first. */
  last_tries: z.array(DeliveryTry),
  payload: z.json(),
})
export type DeliveryView = z.infer<typeof DeliveryView>

export const DeliveryList = z.object({ deliveries: z.array(DeliveryView) })
