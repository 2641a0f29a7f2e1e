import type { Settings } from '../../settings.ts'
import { hold, isReady, openEntry, send } from '../outbox/entry.ts'
import { isHeldBack } from './admission.ts'
import { isDatabaseAway } from './database-outage.ts'
import { chooseFlights, jobsInFlight, restingGroups, suspectsGate } from './flight-choice.ts'
import type { RunTransaction } from './run-engine.ts'
import type { RunEntry, Subject } from './run-outbox.ts'
import { grantsNothing, type Run } from './run-state.ts'
import { totalGroups } from './tally.ts'
import { dispatchTelling } from './telling.ts'

/** At most this many plans wait for something outside at once: more would only crowd the outbox. */
const WAITING_PLANS = 1_000

/** Groups that are considered for their next flight: more would not make the sharing any fairer. */
const GROUPS_CONSIDERED = 200

/**
 * Ends each transaction: sends the entries that are due, and further plans and flights while the windows have
 * room. While Postgres is away, sends only the checkpoint, as a probe. A run that is held back (RUN-8, ADM-1) sends no
 * work.
 */
export function dispatch(tx: RunTransaction): void {
  const entries = tx.store.readEntries()
  if (maySendWork(tx.run)) {
    dispatchPlans(tx, entries)
    dispatchFlights(tx, entries)
  }
  for (const entry of entries) {
    if (!('group' in entry.subject) && isReady(entry, tx.now)) post(tx, entry)
  }
  dispatchTelling(tx)
}

function dispatchPlans(tx: RunTransaction, entries: readonly RunEntry[]): void {
  const plans = entries.filter((e) => e.subject.kind === 'plan')
  const waiting = plans.filter((e) => e.state === 'held' && e.waits !== null).length
  const active = plans.filter((e) => e.state !== 'held').length
  let room = Math.min(tx.settings.window_plans - active, WAITING_PLANS - waiting)
  for (const entry of plans.filter((e) => isReady(e, tx.now)).slice(0, Math.max(0, room))) {
    post(tx, entry)
    room -= 1
  }
  const { tally, plans_sent } = tx.run
  const groups = totalGroups(tally)
  if (grantsNothing(tx.run) || room <= 0 || plans_sent >= groups) return
  const end = Math.min(groups, plans_sent + room)
  for (let group = plans_sent; group < end; group += 1) postNew(tx, { kind: 'plan', group })
  tx.updateRun((run) => ({ ...run, plans_sent: end }))
}

function dispatchFlights(tx: RunTransaction, entries: readonly RunEntry[]): void {
  const flying = jobsInFlight(entries)
  let room = tx.settings.window_jobs
  for (const count of flying.values()) room -= count
  const mayFly = suspectsGate(tx, entries)
  for (const entry of entries) {
    if (entry.subject.kind !== 'flight' || !isReady(entry, tx.now) || room <= 0) continue
    if (!mayFly(entry)) continue
    post(tx, entry)
    room -= entry.subject.jobs.length
  }
  if (grantsNothing(tx.run) || room <= 0) return
  const resting = restingGroups(entries)
  const undispatched = tx.store
    .undispatchedJobs(GROUPS_CONSIDERED + resting.size)
    .filter(({ group }) => !resting.has(group))
  const { flight_jobs } = tx.run
  for (const { group, from, count } of chooseFlights(undispatched, flying, { flight_jobs, room })) {
    const jobs = Array.from({ length: count }, (_, i) => from + i)
    postNew(tx, { kind: 'flight', group, jobs })
    tx.markDispatched(group, from + count)
  }
}

/** Whether the object sends and grants work now. */
export function maySendWork(run: Run): boolean {
  return !isDatabaseAway(run) && !isHeldBack(run)
}

/**
 * Refuses a claim while Postgres is away, or the run is held back: the entry waits with all others, and no budget is
 * spent.
 */
export function postponeClaim({ store, now }: RunTransaction, entry: RunEntry): void {
  store.writeEntry(hold(entry, now))
}

function post(tx: RunTransaction, entry: RunEntry): void {
  const sent = send(entry, tx.now, timesOf(entry, tx))
  tx.store.writeEntry(sent)
  tx.messages.push(sent)
}

/**
 * Gives a probe more time while Postgres is away, so that no second probe is sent while the first one's statement
 * may still hang.
 */
function timesOf({ subject }: RunEntry, { run, settings }: RunTransaction): Settings {
  if (!isDatabaseAway(run) || 'group' in subject) return settings
  return { ...settings, unclaimed_ms: settings.unclaimed_ms + settings.statement_ms }
}

/** Enqueues and sends at once: one row is written rather than two. */
function postNew(tx: RunTransaction, subject: Subject): void {
  const { now, settings } = tx
  tx.messages.push(tx.store.addEntry(send(openEntry(subject, now), now, settings)))
}
