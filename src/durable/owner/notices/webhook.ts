import type { RunFacts } from '../../../protocol/events.ts'
import { SCHEDULE_LABEL } from '../../../protocol/schedule.ts'
import type {
  GivenWebhook,
  NoticeType,
  WebhookChange,
  WebhookId,
  WebhookView,
} from '../../../protocol/webhook.ts'

const DAY = 86_400_000

/** A secret that was replaced signs for so long beside the new one: time to bring the new one to the receiver. */
const EARLIER_SECRET_MS = DAY

/** An endpoint that takes nothing for so long is switched off. */
export const FAILING_MS = DAY

/** An endpoint as its owner's object stores it. Times in ms since 1970. */
export type Webhook = Omit<GivenWebhook, 'events'> & {
  readonly webhook_id: WebhookId
  readonly events: readonly NoticeType[]
  readonly enabled: boolean
  readonly switched_off?: string
  readonly failing_since?: number
  readonly secret: string
  readonly earlier_secret?: { readonly secret: string; readonly until: number }
  /** How the last run of each line went, where the rules ask for that. */
  readonly lines?: Readonly<Record<string, 'well' | 'badly'>>
  readonly created_at: number
}

type NewWebhook = { readonly webhook_id: WebhookId; readonly secret: string; readonly now: number }

export function openWebhook(given: GivenWebhook, { now, ...named }: NewWebhook): Webhook {
  return { ...given, ...named, enabled: true, created_at: now }
}

export function changeWebhook(before: Webhook, change: WebhookChange): Webhook {
  const { description, ...others } = change
  const { switched_off, failing_since, ...rest } = before
  const on = change.enabled === undefined
  const reasons = {
    ...(on && switched_off !== undefined ? { switched_off } : {}),
    ...(on && failing_since !== undefined ? { failing_since } : {}),
  }
  const after = { ...rest, ...reasons, ...others }
  if (description === undefined) return after
  const { description: _, ...bare } = after
  return description === null ? bare : { ...bare, description }
}

/** Replaces the secret. The one before signs for a day more; an earlier one no longer. */
export function rotateSecret(webhook: Webhook, secret: string, now: number): Webhook {
  const earlier_secret = { secret: webhook.secret, until: now + EARLIER_SECRET_MS }
  return { ...webhook, secret, earlier_secret }
}

/** The secrets that sign now, the newest first. */
export function signingSecrets({ secret, earlier_secret }: Webhook, now: number): string[] {
  const earlier = earlier_secret !== undefined && earlier_secret.until > now
  return earlier ? [secret, earlier_secret.secret] : [secret]
}

/** Takes over how a try ended. `gone`: the endpoint says that it wants no more (410). */
export function webhookAfter(
  webhook: Webhook,
  outcome: 'taken' | 'refused' | 'gone',
  now: number,
): Webhook {
  const { failing_since, ...calm } = webhook
  if (outcome === 'taken') return failing_since === undefined ? webhook : calm
  if (outcome === 'gone') return { ...webhook, enabled: false, switched_off: GONE }
  const since = failing_since ?? now
  const failing = { ...webhook, failing_since: since }
  if (now - since < FAILING_MS) return failing
  return { ...failing, enabled: false, switched_off: FAILED }
}

const GONE = 'The endpoint answered 410: it wants no more notices.'
const FAILED = 'The endpoint took no notice for a day.'

/** The facts of a run that rules look at. */
export type Matched = Pick<RunFacts, 'pipeline' | 'labels'>

/** What the rules look at of a notice. `gone_percent`: absent if the notice is on no postings. */
type WantedNotice = { readonly type: NoticeType; readonly gone_percent?: number }

/** Whether an endpoint is told of a notice. */
export function wants(
  webhook: Webhook,
  { type, gone_percent }: WantedNotice,
  about: Matched,
): boolean {
  const { enabled, events, rules } = webhook
  const { pipelines, schedules, labels = {}, gone_over_percent: over } = rules
  if (!enabled || !events.includes(type)) return false
  if (over !== undefined && gone_percent !== undefined && gone_percent <= over) return false
  if (pipelines !== undefined && !pipelines.includes(about.pipeline)) return false
  const schedule = about.labels?.[SCHEDULE_LABEL]
  if (schedules !== undefined && !schedules.some((one) => one === schedule)) return false
  return Object.entries(labels).every(([key, value]) => about.labels?.[key] === value)
}

/** The most lines of runs that an endpoint remembers: the one that had a run last stays longest. */
const LINES_MAX = 200

/**
 * Whether a run is news to an endpoint that wants only recoveries: it went well, and the one before it in its line did
 * not. A line is a schedule, or the runs of a pipeline without one. An aborted run says nothing.
 */
export function hearEnd(
  webhook: Webhook,
  type: NoticeType,
  { pipeline, labels }: Matched,
): { readonly webhook: Webhook; readonly isNews: boolean } {
  if (webhook.rules.recovered !== true || type === 'run.aborted')
    return { webhook, isNews: webhook.rules.recovered !== true }
  const line = labels?.[SCHEDULE_LABEL] ?? `pipeline ${pipeline}`
  const { [line]: before, ...others } = webhook.lines ?? {}
  const now = type === 'run.finished' ? 'well' : 'badly'
  const lines = Object.fromEntries([...Object.entries(others), [line, now]].slice(-LINES_MAX))
  return { webhook: { ...webhook, lines }, isNews: before === 'badly' && now === 'well' }
}

export function viewWebhook(webhook: Webhook, now: number): WebhookView {
  const { webhook_id, url, events, form, rules, enabled, created_at } = webhook
  const { description = null, switched_off = null, failing_since, earlier_secret } = webhook
  const until = earlier_secret !== undefined && earlier_secret.until > now
  return {
    webhook_id,
    url,
    description,
    events: [...events],
    form,
    rules,
    enabled,
    switched_off,
    failing_since: failing_since === undefined ? null : iso(failing_since),
    earlier_secret_until: until ? iso(earlier_secret.until) : null,
    created_at: iso(created_at),
  }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
