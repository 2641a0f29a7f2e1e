import type { Reason } from '../../protocol/status.ts'
import type { Settings } from '../../settings.ts'

/**
 * Something the object owes: a group's plan, a flight, a checkpoint or the archive. It stands in storage from
 * the moment it is owed until its effect is confirmed, and its message may be sent again and
 * again. `due` is when the object acts on it next, in ms since 1970:
 * held — not to be sent before; sent — nobody claimed it; leased — its lease ran out.
 */
export type Entry = {
  readonly id: number
  readonly subject: Subject
  readonly state: 'held' | 'sent' | 'leased'
  readonly due: number
  /** How often it was sent without being claimed. */
  readonly sends: number
  /** The number of its last lease. */
  readonly grant: number
  /** What it is held for, where that is outside the run: a host's pace, its trouble. */
  readonly waits: Reason | null
}

export type Subject =
  | { readonly kind: 'plan'; readonly group: number }
  | { readonly kind: 'flight'; readonly group: number; readonly jobs: readonly number[] }
  | { readonly kind: 'checkpoint' }
  /** All of an ended run goes to Postgres, and then from here (RUN-1). */
  | { readonly kind: 'archive' }

type Times = Pick<
  Settings,
  'lease_ms' | 'unclaimed_ms' | 'unclaimed_max_ms' | 'backoff_ms' | 'backoff_max_ms'
>

type UnclaimedTimes = Pick<Times, 'unclaimed_ms' | 'unclaimed_max_ms'>

/** Sent, with a deadline of its own that costs nothing when it passes (JOB-3). */
export function send(entry: Entry, now: number, times: Times): Entry {
  const wait = unclaimedWait(entry.sends, times)
  return { ...entry, state: 'sent', due: now + wait, sends: entry.sends + 1, waits: null }
}

/**
 * When an entry that nobody has claimed was sent for the first time: before all the waits that led to
 * its deadline. It may have been a little earlier, since an alarm comes late.
 */
export function firstSent({ due, sends }: Entry, times: UnclaimedTimes): number {
  const waits = Array.from({ length: sends }, (_, sent) => unclaimedWait(sent, times))
  return due - waits.reduce((sum, wait) => sum + wait, 0)
}

function unclaimedWait(sends: number, times: UnclaimedTimes): number {
  return Math.min(times.unclaimed_ms * 2 ** sends, times.unclaimed_max_ms)
}

export function lease(entry: Entry, now: number, times: Times): Entry {
  return { ...entry, state: 'leased', due: now + times.lease_ms, sends: 0, grant: entry.grant + 1 }
}

export function renew(entry: Entry, now: number, times: Times): Entry {
  return { ...entry, state: 'leased', due: now + times.lease_ms }
}

export function hold(entry: Entry, until: number, waits: Reason | null = null): Entry {
  return { ...entry, state: 'held', due: until, sends: 0, waits }
}

/** For how long an entry is held from now, or until when (in ms since 1970) and for what outside of its object. */
export type Hold = { readonly wait_ms: number } | { readonly until: number; readonly waits: Reason }

export function holdFor(entry: Entry, wait: Hold, now: number): Entry {
  if ('until' in wait) return hold(entry, wait.until, wait.waits)
  return hold(entry, now + wait.wait_ms)
}

/**
 * Groups of which a job waits for something outside. They are given no further flights until it
 * has flown: its host has no room for them either, and each would come back to wait as well.
 */
export function restingGroups(entries: readonly Entry[]): ReadonlySet<number> {
  const resting = new Set<number>()
  for (const { subject, state, waits } of entries) {
    if (subject.kind === 'flight' && state === 'held' && waits !== null) resting.add(subject.group)
  }
  return resting
}

/** The wait before a failed thing is tried again: it doubles with every failure. */
export function backoff(failures: number, times: Times): number {
  return Math.min(times.backoff_ms * 2 ** Math.max(0, failures - 1), times.backoff_max_ms)
}

/** What the alarm does with an entry: nothing yet, send its message (again), or take its lease. */
export function dueAction(entry: Entry, now: number): 'wait' | 'send' | 'lose' {
  if (entry.due > now) return 'wait'
  return entry.state === 'leased' ? 'lose' : 'send'
}

/**
 * When the object must wake by itself. A held entry that is due already only waits for room, which
 * a report or a deadline of another entry makes.
 */
export function nextWake(entries: readonly Entry[], now: number): number | undefined {
  const dues = entries.filter((e) => e.state !== 'held' || e.due > now).map((e) => e.due)
  return dues.length === 0 ? undefined : Math.min(...dues)
}

/** How many jobs of each group are in flight, and in all. */
export function inFlight(entries: readonly Entry[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { subject, state } of entries) {
    if (subject.kind !== 'flight' || state === 'held') continue
    counts.set(subject.group, (counts.get(subject.group) ?? 0) + subject.jobs.length)
  }
  return counts
}

/** Jobs of one group that no flight has carried yet: numbers `from` to `from + count - 1`. */
export type Waiting = {
  readonly group: number
  readonly from: number
  readonly count: number
  /** As many as one flight of this group carries, where that is fewer than the run's. */
  readonly flight_jobs: number | null
}

/**
 * The next flights: as many as fit into the window, each of one group, always of the group with
 * the fewest jobs in flight, so that a large group does not starve a small one; of equal ones, of
 * the group that fewest were taken of, so that none waits for ever where few fit at a time.
 */
export function chooseFlights(
  waiting: readonly Waiting[],
  flying: ReadonlyMap<number, number>,
  limits: { readonly flight_jobs: number; readonly room: number },
): Waiting[] {
  const open = new Map(waiting.filter((w) => w.count > 0).map((w) => [w.group, w]))
  const load = new Map(flying)
  const chosen: Waiting[] = []
  let room = limits.room
  while (room > 0 && open.size > 0) {
    const next = lightest(open, load)
    if (next === undefined) break
    const count = Math.min(next.flight_jobs ?? limits.flight_jobs, next.count)
    chosen.push({ ...next, count })
    room -= count
    load.set(next.group, (load.get(next.group) ?? 0) + count)
    if (count === next.count) open.delete(next.group)
    else open.set(next.group, { ...next, from: next.from + count, count: next.count - count })
  }
  return chosen
}

function lightest(
  open: ReadonlyMap<number, Waiting>,
  load: ReadonlyMap<number, number>,
): Waiting | undefined {
  let best: Waiting | undefined
  let least = Infinity
  for (const candidate of open.values()) {
    const carried = load.get(candidate.group) ?? 0
    if (carried > least || (carried === least && candidate.from >= (best?.from ?? 0))) continue
    best = candidate
    least = carried
  }
  return best
}
