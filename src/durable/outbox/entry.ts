import type { Reason } from '../../protocol/status.ts'
import type { Settings } from '../../settings.ts'

/**
 * An entry of an object's outbox: something that the object has to send, such as a message to a queue. `subject`
 * names it. The object stores the entry until its effect is confirmed, and may send its message again and again
 * . `due` is when the object acts on the entry next, in ms since 1970:
 * - held: the object sends the message at `due`, not before.
 * - sent: the object sends the message again if nobody has claimed it by `due`.
 * - leased: the lease ends at `due`.
 */
export type Entry<Subject> = {
  readonly id: number
  readonly subject: Subject
  readonly state: 'held' | 'sent' | 'leased'
  readonly due: number
  /** How often the message was sent since somebody last claimed it. */
  readonly sends: number
  /** The number of the entry's last lease. */
  readonly grant: number
  /** When its first lease was granted, in ms since 1970. Absent before, and in entries of an earlier version. */
  readonly since?: number
  /**
   * Why the entry is held, if the reason lies outside the object: a host's pace, or a host in trouble. Else null.
   */
  readonly waits: Reason | null
}

/** An entry before storage has given it an id. */
export type NewEntry<Subject> = Omit<Entry<Subject>, 'id'>

type Times = Pick<
  Settings,
  'lease_ms' | 'unclaimed_ms' | 'unclaimed_max_ms' | 'backoff_ms' | 'backoff_max_ms'
>

type UnclaimedTimes = Pick<Times, 'unclaimed_ms' | 'unclaimed_max_ms'>

/** How long an entry is held; or until when (in ms since 1970), and the reason outside the object. */
export type Hold = { readonly wait_ms: number } | { readonly until: number; readonly waits: Reason }

export function openEntry<Subject>(
  subject: Subject,
  due: number,
  waits: Reason | null = null,
): NewEntry<Subject> {
  return { subject, state: 'held', due, sends: 0, grant: 0, waits }
}

/**
 * Marks the entry as sent, and sets the deadline by which somebody has to claim the message. A missed deadline
 * spends no budget (JOB-3).
 */
export function send<E extends NewEntry<unknown>>(entry: E, now: number, times: Times): E {
  const wait = unclaimedWait(entry.sends, times)
  return { ...entry, state: 'sent', due: now + wait, sends: entry.sends + 1, waits: null }
}

/**
 * Returns when the message of an unclaimed entry was sent for the first time: the entry's deadline less all the
 * waits that led to it. The real time may be a little earlier, since an alarm comes late.
 */
export function firstSent({ due, sends }: Entry<unknown>, times: UnclaimedTimes): number {
  const waits = Array.from({ length: sends }, (_, sent) => unclaimedWait(sent, times))
  return due - waits.reduce((sum, wait) => sum + wait, 0)
}

function unclaimedWait(sends: number, times: UnclaimedTimes): number {
  return Math.min(times.unclaimed_ms * 2 ** sends, times.unclaimed_max_ms)
}

export function lease<E extends Entry<unknown>>(entry: E, now: number, times: Times): E {
  const grant = entry.grant + 1
  const { since = now } = entry
  return { ...entry, state: 'leased', due: now + times.lease_ms, sends: 0, grant, since }
}

export function renew<E extends Entry<unknown>>(entry: E, now: number, times: Times): E {
  return { ...entry, state: 'leased', due: now + times.lease_ms }
}

export function hold<E extends Entry<unknown>>(
  entry: E,
  until: number,
  waits: Reason | null = null,
): E {
  return { ...entry, state: 'held', due: until, sends: 0, waits }
}

export function holdFor<E extends Entry<unknown>>(entry: E, request: Hold, now: number): E {
  if ('until' in request) return hold(entry, request.until, request.waits)
  return hold(entry, now + request.wait_ms)
}

/** The wait before a failed thing is tried again: it doubles with every failure. */
export function backoff(failures: number, times: Times): number {
  return Math.min(times.backoff_ms * 2 ** Math.max(0, failures - 1), times.backoff_max_ms)
}

/** Decides what the alarm does with an entry: nothing yet, send its message (again), or end its lease. */
export function dueAction(entry: Entry<unknown>, now: number): 'wait' | 'send' | 'lose' {
  if (entry.due > now) return 'wait'
  return entry.state === 'leased' ? 'lose' : 'send'
}

export function isReady({ state, due }: Entry<unknown>, now: number): boolean {
  return state === 'held' && due <= now
}

/**
 * Returns when the object must wake by itself. A held entry that is already due needs no alarm: the window had no
 * room for it, and a report or the deadline of another entry makes room.
 */
export function nextWake(entries: readonly Entry<unknown>[], now: number): number | undefined {
  const dues = entries.filter((e) => e.state !== 'held' || e.due > now).map((e) => e.due)
  return dues.length === 0 ? undefined : Math.min(...dues)
}
