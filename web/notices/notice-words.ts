import {
  type DeliveryView,
  NoticeType,
  TEST_NOTICE,
  type WebhookView,
} from '../../src/protocol/webhook.ts'
import type { Tone } from '../parts/words.ts'

const words: Readonly<Record<string, string>> = {
  'run.finished': 'A run finished',
  'run.finished_with_problems': 'A run finished with problems',
  'run.error': 'A run failed',
  'run.aborted': 'A run was aborted',
  'schedule.missed': 'A schedule missed slots',
  'run.stalled': 'A run makes no progress',
  'expiry.held': 'Missing postings wait for your decision',
  'company.needs_attention': 'Fewer of a company’s postings have a field than usual',
  'postings.changed': 'A run found new, changed or gone postings',
  [TEST_NOTICE]: 'Test',
}

/** A person's words for an event. A later version of the server may have further events. */
export function eventWords(type: string): string {
  return words[type] ?? type.replaceAll(/[._]/g, ' ')
}

/** Says what an endpoint is told of. */
export function eventsWords({ events }: Pick<WebhookView, 'events'>): string {
  const all = NoticeType.options.every((type) => events.includes(type))
  return all ? 'All events' : events.map(eventWords).join(' · ')
}

const states = {
  owed: { tone: 'pending', words: 'not delivered yet' },
  delivered: { tone: 'ready', words: 'delivered' },
  given_up: { tone: 'failed', words: 'given up' },
} as const satisfies Record<DeliveryView['state'], { tone: Tone; words: string }>

export function deliveryWords({ state }: DeliveryView): {
  readonly tone: Tone
  readonly words: string
} {
  return states[state]
}

type DeliveryTry = DeliveryView['last_tries'][number]

/** Says how an endpoint answered a try. */
export function tryWords({ status, ms, error }: DeliveryTry): string {
  const answer = status === null ? (error?.replace(/\.$/, '') ?? 'no answer') : `HTTP ${status}`
  return `${answer}, after ${ms.toLocaleString()} ms`
}

/** The state of an endpoint, in a word. */
export function endpointWords(webhook: WebhookView): {
  readonly tone: Tone
  readonly words: string
} {
  const { enabled, switched_off, failing_since } = webhook
  if (!enabled) return { tone: switched_off === null ? 'pending' : 'failed', words: 'switched off' }
  return failing_since === null
    ? { tone: 'ready', words: 'on' }
    : { tone: 'problems', words: 'deliveries fail' }
}

/** Says which runs an endpoint is told of. Empty: all. */
export function ruleWords({ rules }: WebhookView): string {
  const { pipelines, schedules, labels, recovered, gone_over_percent: over } = rules
  return [
    pipelines && `only of ${pipelines.join(', ')}`,
    schedules &&
      `only of ${schedules.length === 1 ? 'one schedule' : `${schedules.length} schedules`}`,
    labels &&
      `only with ${Object.entries(labels)
        .map(([key, value]) => `${key}: ${value}`)
        .join(', ')}`,
    recovered && 'only when a run went well after one that did not',
    over !== undefined && `only when more than ${over} % of the open postings are gone`,
  ]
    .filter((part) => part !== undefined && part !== false)
    .join(', ')
}
