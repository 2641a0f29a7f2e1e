import type { DeliveryView, WebhookId } from '../../../protocol/webhook.ts'

const SECOND = 1_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How long a notice is tried. */
const TRY_MS = DAY

/** A try whose answer never came, because the object was reset, is made again after so long: twice what a request may take. */
const UNANSWERED_MS = 60 * SECOND

/** The first wait after a failure, how much longer each further one is, and the longest. */
const WAIT_MS = 5 * SECOND
const LONGER = 3
const LONGEST_WAIT_MS = 4 * HOUR

/** How many tries a delivery keeps. */
const TRIES_KEPT = 10

/** A notice before it is entered for an endpoint. Notices with the same `order` are delivered one after the other. */
export type Notice = {
  /** The same for each repetition of the same event, so that a receiver can drop it. */
  readonly notice_id: string
  readonly type: string
  readonly order: string
  readonly at: number
  /** What the receiver gets beside type and time, as JSON text. */
  readonly data: string
  /** One line for a person. */
  readonly text: string
}

/** A notice that is owed to an endpoint, or was. `n` is its number in storage, in the order of entry. */
export type NoticeDelivery = Notice & {
  readonly n: number
  readonly webhook_id: WebhookId
  readonly fate: 'owed' | 'delivered' | 'given_up'
  /** From when on it is tried, in ms since 1970. */
  readonly due: number
  /** Since when it is tried: it is given up a day later. */
  readonly since: number
  readonly tries: number
  readonly last_tries: readonly Try[]
}

type Try = {
  readonly at: number
  readonly status: number | null
  readonly ms: number
  readonly error?: string
}

export function openDelivery(
  notice: Notice,
  webhook_id: WebhookId,
  now: number,
): Omit<NoticeDelivery, 'n'> {
  return { ...notice, webhook_id, fate: 'owed', due: now, since: now, tries: 0, last_tries: [] }
}

/** Notes that a try begins, so that it is made again if its answer never comes. */
export function beginTry(delivery: NoticeDelivery, now: number): NoticeDelivery {
  return { ...delivery, tries: delivery.tries + 1, due: now + UNANSWERED_MS }
}

/** Takes over how a try ended. A 2xx is the only answer that counts; a redirect is not followed. */
export function endTry(delivery: NoticeDelivery, tried: Try): NoticeDelivery {
  const last_tries = [...delivery.last_tries, tried].slice(-TRIES_KEPT)
  const after = { ...delivery, last_tries }
  if (isTaken(tried)) return { ...after, fate: 'delivered' }
  const due = tried.at + tried.ms + waitAfter(delivery.tries)
  return due - delivery.since > TRY_MS ? { ...after, fate: 'given_up' } : { ...after, due }
}

export function isTaken({ status }: Pick<Try, 'status'>): boolean {
  return status !== null && status >= 200 && status < 300
}

/** 5 s, 15 s, 45 s … up to 4 h: twelve tries in a day. */
function waitAfter(tries: number): number {
  return Math.min(WAIT_MS * LONGER ** Math.max(0, tries - 1), LONGEST_WAIT_MS)
}

/** Owes a notice again, with a day of its own. */
export function redeliver(delivery: NoticeDelivery, now: number): NoticeDelivery {
  return { ...delivery, fate: 'owed', due: now, since: now, tries: 0 }
}

export function giveUp(delivery: NoticeDelivery): NoticeDelivery {
  return { ...delivery, fate: 'given_up' }
}

export function payloadOf({ type, at, data }: Notice): string {
  return `{"type":${JSON.stringify(type)},"timestamp":"${iso(at)}","data":${data}}`
}

/** `payload` is JSON text, for the caller to parse. */
export type ShownDelivery = Omit<DeliveryView, 'payload'> & { readonly payload: string }

export function viewDelivery(delivery: NoticeDelivery): ShownDelivery {
  const { notice_id, type, fate, due, since, tries, last_tries } = delivery
  return {
    notice_id,
    type,
    state: fate,
    created_at: iso(since),
    next_try_at: fate === 'owed' ? iso(due) : null,
    tries,
    last_tries: last_tries.map(({ at, ...tried }) => ({ ...tried, at: iso(at) })),
    payload: payloadOf(delivery),
  }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
