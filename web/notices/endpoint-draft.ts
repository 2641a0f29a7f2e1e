import { NoticeType, type WebhookView } from '../../src/protocol/webhook.ts'
import { labelsIn, labelText } from '../parts/label-text.ts'

/** What the fields of an endpoint's form hold. */
export type EndpointDraft = {
  readonly url: string
  readonly description: string
  readonly isSlack: boolean
  readonly events: readonly string[]
  /** Of the ends of runs only those that go well after one that did not. */
  readonly recovered: boolean
  /** None: all. */
  readonly pipelines: readonly string[]
  /** The ids of schedules. None: all runs. */
  readonly schedules: readonly string[]
  readonly labels: string
  /** Percent. Empty: every change. */
  readonly goneOver: string
}

/** Tells of everything. */
export const newEndpoint: EndpointDraft = {
  url: '',
  description: '',
  isSlack: false,
  events: NoticeType.options,
  recovered: false,
  pipelines: [],
  schedules: [],
  labels: '',
  goneOver: '',
}

export function draftOf({ url, description, form, events, rules }: WebhookView): EndpointDraft {
  const { recovered = false, pipelines = [], schedules = [], labels = {} } = rules
  return {
    url,
    description: description ?? '',
    isSlack: form === 'slack',
    events,
    recovered,
    pipelines,
    schedules,
    labels: labelText(labels),
    goneOver: rules.gone_over_percent === undefined ? '' : String(rules.gone_over_percent),
  }
}

/** The ends of runs that say nothing to an endpoint that wants recoveries: a run that goes well again has finished. */
const NOT_RECOVERED: ReadonlySet<string> = new Set<NoticeType>([
  'run.finished_with_problems',
  'run.error',
  'run.aborted',
])

/** The events that a person can choose. The rule of recoveries decides about the ends of runs by itself. */
export function offeredEvents({ recovered, events }: EndpointDraft): readonly string[] {
  // A later version of the server may have further events.
  const all = [...new Set<string>([...NoticeType.options, ...events])]
  return recovered ? all.filter((one) => !isEnd(one)) : all
}

function isEnd(event: string): boolean {
  return event === 'run.finished' || NOT_RECOVERED.has(event)
}

/** Whether the rule about gone postings can match a notice of this endpoint. */
export function tellsOfGone({ events }: EndpointDraft): boolean {
  return events.includes('postings.changed') || events.includes('expiry.held')
}

/** What the API is sent for a new endpoint. The API checks the members. */
export function newBody(draft: EndpointDraft) {
  const { description, ...members } = bodyOf(draft)
  return description === null ? members : { ...members, description }
}

/** The changed members alone: an absent one stays as it is, also where somebody else changed it meanwhile. */
export function changesBetween(before: EndpointDraft, after: EndpointDraft) {
  const old: Readonly<Record<string, unknown>> = bodyOf(before)
  const changed = Object.entries(bodyOf(after)).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(old[key]),
  )
  return Object.fromEntries(changed)
}

function bodyOf(draft: EndpointDraft) {
  const { url, description, isSlack } = draft
  return {
    url: url.trim(),
    description: description.trim() || null,
    events: eventsOf(draft),
    form: isSlack ? 'slack' : 'standard',
    rules: rulesOf(draft),
  }
}

/** The chosen events, in one order, so that a choice that was taken back is no change. */
function eventsOf(draft: EndpointDraft): readonly string[] {
  const chosen = offeredEvents(draft).filter((one) => draft.events.includes(one))
  return draft.recovered ? ['run.finished', ...chosen] : chosen
}

function rulesOf(draft: EndpointDraft) {
  const { recovered, pipelines, schedules, goneOver } = draft
  const labels = labelsIn(draft.labels)
  return {
    ...(pipelines.length > 0 && { pipelines: pipelines.toSorted() }),
    ...(schedules.length > 0 && { schedules: schedules.toSorted() }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(recovered && { recovered }),
    ...(goneOver.trim() !== '' && tellsOfGone(draft) && { gone_over_percent: Number(goneOver) }),
  }
}
