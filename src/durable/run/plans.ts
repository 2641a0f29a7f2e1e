import type { Failure } from '../../protocol/status.ts'
import type { Entry } from '../outbox/entry.ts'
import { backoff, type Hold, hold, holdFor, lease, renew } from '../outbox/entry.ts'
import { isAway } from './database-outage.ts'
import { putOff } from './dispatch.ts'
import type { Group } from './group-state.ts'
import {
  closePlan,
  countGone,
  failPlan as planFailed,
  grantPlan,
  holdsPlan,
  isPlanned,
  losePlan as planLost,
} from './group-state.ts'
import { openJob } from './job-state.ts'
import { tellGroup } from './log-lines.ts'
import type { AddJobs, PlanAnswer, PlanGrant, PlanLease, PlanTold, Refused } from './run-rpc.ts'
import { leaseLost, planGranted } from './run-state.ts'
import type { RunChange } from './run-transaction.ts'

const refused: Refused = { kind: 'refused' }

/** Grants the lease over a group's plan (PLAN-1). A message that comes twice is refused. */
export function claimPlan(
  change: RunChange,
  { group: ord }: { group: number },
): PlanGrant | Refused {
  const entry = planEntry(change, ord)
  const group = change.store.readGroup(ord)
  if (entry === undefined || group === undefined || entry.state !== 'sent') return refused
  if (isAway(change.run)) {
    putOff(change, entry)
    return refused
  }
  const granted = grantPlan(group)
  change.store.writeEntry(lease(entry, change.now, change.settings))
  change.setGroup(group, granted)
  change.turn(planGranted)
  const { owner, pipeline } = change.run
  return {
    kind: 'granted',
    owner,
    pipeline,
    group: group.key,
    attempt: granted.attempt,
    input: change.store.readInput(ord),
    renew_ms: change.settings.renew_ms,
  }
}

/** Inserts what is absent and resets nothing (PLAN-2). */
export function addJobs(change: RunChange, request: AddJobs): PlanAnswer {
  const held = heldPlan(change, request)
  if (held.kind !== 'ok') return held
  const { group, entry } = held
  change.store.writeEntry(renew(entry, change.now, change.settings))
  const ids = request.jobs.map((job) => job.external_id)
  const known = change.store.knownJobs(group.ord, ids)
  const fresh = new Map(request.jobs.map((job) => [job.external_id, job]))
  for (const id of known) fresh.delete(id)
  const flight_jobs = fewest(group.flight_jobs, request.flight_jobs)
  if (fresh.size === 0) return { kind: 'ok' }
  const seq = change.seq()
  const jobs = [...fresh.values()].map((job, i) =>
    openJob({ ...job, url: job.url ?? null, group: group.ord, n: group.found + i }, seq),
  )
  change.addJobs({ ...group, flight_jobs }, jobs)
  return { kind: 'ok' }
}

export function renewPlan(change: RunChange, request: PlanLease): PlanAnswer {
  const held = heldPlan(change, request)
  if (held.kind !== 'ok') return held
  change.store.writeEntry(renew(held.entry, change.now, change.settings))
  return isAway(change.run) ? { kind: 'ok', away: true } : { kind: 'ok' }
}

/** Closing twice is closing once (PLAN-2). */
export function closeGroup(change: RunChange, request: PlanLease & PlanTold): PlanAnswer {
  const group = change.store.readGroup(request.group)
  if (group?.status === 'closed' && group.attempt === request.attempt) return { kind: 'ok' }
  const held = heldPlan(change, request)
  if (held.kind !== 'ok') return tooLate(change, request, held)
  change.store.dropEntry(held.entry.id)
  const closed = closePlan(countGone(held.group, request))
  change.setGroup(held.group, closed)
  change.say(closed.ord, [...(request.lines ?? []), ...tellGroup(closed, change.nouns)])
  return { kind: 'ok' }
}

/** A typed failure: the plan is tried again after a wait, or its group fails alone (PLAN-3). */
export function failPlan(
  change: RunChange,
  request: PlanLease & PlanTold & { failure: Failure },
): PlanAnswer {
  const held = heldPlan(change, request)
  if (held.kind !== 'ok') return tooLate(change, request, held)
  const counted = countGone(held.group, request)
  const failed = planFailed(counted, request.failure, change.settings)
  const wait = backoff(failed.failures, change.settings)
  if (isPlanned(failed)) change.store.dropEntry(held.entry.id)
  else change.store.writeEntry(hold(held.entry, change.now + wait))
  change.setGroup(held.group, failed)
  change.say(failed.ord, [...(request.lines ?? []), ...tellGroup(failed, change.nouns)])
  return { kind: 'ok' }
}

/** Given back without a fault of the plan's: no budget is used. */
export function releasePlan(change: RunChange, request: PlanLease & PlanTold & Hold): void {
  const held = heldPlan(change, request)
  if (held.kind !== 'ok') return change.sayLate(request.lines ?? [])
  change.store.writeEntry(holdFor(held.entry, request, change.now))
  change.setGroup(held.group, { ...countGone(held.group, request), status: 'waiting' })
  change.say(held.group.ord, request.lines ?? [])
}

function fewest(known: number | null, given: number | undefined): number | null {
  if (given === undefined) return known
  return known === null ? given : Math.min(known, given)
}

/** The lease ran out, or its message ended among the dead letters. */
export function losePlan(change: RunChange, entry: Entry): void {
  if (entry.subject.kind !== 'plan') return
  const group = change.store.readGroup(entry.subject.group)
  if (group === undefined) return
  const lost = planLost(group, change.settings)
  if (isPlanned(lost)) change.store.dropEntry(entry.id)
  else change.store.writeEntry(hold(entry, change.now))
  change.turn((run) => leaseLost(run, group.ord, change.now))
  change.setGroup(group, lost)
  change.say(lost.ord, tellGroup(lost, change.nouns))
}

/** What it has to say is kept, though it changes nothing any more. */
function tooLate(change: RunChange, { lines }: PlanTold, answer: PlanAnswer): PlanAnswer {
  change.sayLate(lines ?? [])
  return answer
}

type HeldPlan = { readonly kind: 'ok'; readonly group: Group; readonly entry: Entry }

/** The plan of this attempt, if its lease is still this attempt's. */
function heldPlan(change: RunChange, request: PlanLease): HeldPlan | { kind: 'stale' | 'aborted' } {
  if (change.run.life.status === 'aborted') return { kind: 'aborted' }
  const group = change.store.readGroup(request.group)
  const entry = planEntry(change, request.group)
  if (group === undefined || entry === undefined) return { kind: 'stale' }
  if (!holdsPlan(group, request.attempt)) return { kind: 'stale' }
  return { kind: 'ok', group: withTitle(change, group, request), entry }
}

/** The group with the title that its plan tells. */
function withTitle(change: RunChange, group: Group, { title }: PlanLease): Group {
  if (title === undefined || title === group.title) return group
  const titled = { ...group, title }
  change.setGroup(group, titled)
  return titled
}

function planEntry(change: RunChange, ord: number): Entry | undefined {
  return change.store
    .readEntries()
    .find(({ subject }) => subject.kind === 'plan' && subject.group === ord)
}
