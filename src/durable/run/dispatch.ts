import type { Settings } from '../../settings.ts'
import type { Entry, Subject } from '../outbox/entry.ts'
import { chooseFlights, hold, inFlight, restingGroups, send } from '../outbox/entry.ts'
import { isAway } from './database-outage.ts'
import { isEnded } from './run-state.ts'
import type { RunChange } from './run-transaction.ts'
import { suspectsGate } from './suspects.ts'
import { totalGroups } from './tally.ts'

/** Plans that wait for something outside at once: more would only crowd the outbox. */
const WAITING_PLANS = 1_000

/** Groups looked at for their next flight: more would not make the sharing any fairer. */
const GROUPS_CONSIDERED = 200

/** Sends what is due and what the windows have room for; while Postgres is away, its probe alone. */
export function dispatch(change: RunChange): void {
  const entries = change.store.readEntries()
  if (!isAway(change.run)) {
    dispatchPlans(change, entries)
    dispatchFlights(change, entries)
  }
  for (const entry of entries) {
    if (!('group' in entry.subject) && isReady(entry, change.now)) post(change, entry)
  }
}

/** Its message was sent before Postgres went away: it waits with all others, and that costs nothing. */
export function putOff({ store, now }: RunChange, entry: Entry): void {
  store.writeEntry(hold(entry, now))
}

function dispatchPlans(change: RunChange, entries: readonly Entry[]): void {
  const plans = entries.filter((e) => e.subject.kind === 'plan')
  const away = plans.filter((e) => e.state === 'held' && e.waits !== null).length
  const active = plans.filter((e) => e.state !== 'held').length
  let room = Math.min(change.settings.window_plans - active, WAITING_PLANS - away)
  for (const entry of plans.filter((e) => isReady(e, change.now)).slice(0, Math.max(0, room))) {
    post(change, entry)
    room -= 1
  }
  const { tally, plans_sent } = change.run
  const groups = totalGroups(tally)
  if (isEnded(change.run) || room <= 0 || plans_sent >= groups) return
  const end = Math.min(groups, plans_sent + room)
  for (let group = plans_sent; group < end; group += 1) postNew(change, { kind: 'plan', group })
  change.turn((run) => ({ ...run, plans_sent: end }))
}

function dispatchFlights(change: RunChange, entries: readonly Entry[]): void {
  const flying = inFlight(entries)
  let room = change.settings.window_jobs
  for (const count of flying.values()) room -= count
  const mayFly = suspectsGate(change, entries)
  for (const entry of entries) {
    if (entry.subject.kind !== 'flight' || !isReady(entry, change.now) || room <= 0) continue
    if (!mayFly(entry)) continue
    post(change, entry)
    room -= entry.subject.jobs.length
  }
  if (isEnded(change.run) || room <= 0) return
  const resting = restingGroups(entries)
  const waiting = change.store
    .waitingJobs(GROUPS_CONSIDERED + resting.size)
    .filter(({ group }) => !resting.has(group))
  const { flight_jobs } = change.run
  for (const { group, from, count } of chooseFlights(waiting, flying, { flight_jobs, room })) {
    const jobs = Array.from({ length: count }, (_, i) => from + i)
    postNew(change, { kind: 'flight', group, jobs })
    change.pass(group, from + count)
  }
}

function isReady(entry: Entry, now: number): boolean {
  return entry.state === 'held' && entry.due <= now
}

function post(change: RunChange, entry: Entry): void {
  const sent = send(entry, change.now, timesOf(entry, change))
  change.store.writeEntry(sent)
  change.messages.push(sent)
}

/** While Postgres is away, a second probe does not go while the first one's statement may hang. */
function timesOf({ subject }: Entry, { run, settings }: RunChange): Settings {
  if (!isAway(run) || 'group' in subject) return settings
  return { ...settings, unclaimed_ms: settings.unclaimed_ms + settings.statement_ms }
}

/** Owed and sent at once: one row is written rather than two. */
function postNew(change: RunChange, subject: Subject): void {
  const { now, settings } = change
  const fresh: Entry = { id: 0, subject, state: 'held', due: now, sends: 0, grant: 0, waits: null }
  change.messages.push(change.store.addEntry(send(fresh, now, settings)))
}
