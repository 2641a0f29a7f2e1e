import type { Failure } from '../../protocol/status.ts'
import { backoff, type Hold, hold, holdFor, lease, renew } from '../outbox/entry.ts'
import { isDatabaseAway } from './database-outage.ts'
import { maySendWork, postponeClaim } from './dispatch.ts'
import type { Group } from './group-state.ts'
import {
  closePlan,
  takeReport,
  failPlan as planFailed,
  grantPlan,
  holdsPlan,
  isPlanned,
  losePlan as planLost,
} from './group-state.ts'
import { openJob } from './job-state.ts'
import { logGroup } from './log-lines.ts'
import type { RunTransaction } from './run-engine.ts'
import type { RunEntry } from './run-outbox.ts'
import { abortReceipt, leaseLost, planGranted } from './run-state.ts'
import type {
  AddJobs,
  LineDraft,
  PlanAnswer,
  PlanGrant,
  PlanLease,
  PlanReport,
  Refused,
} from './work-rpc.ts'

const refused: Refused = { kind: 'refused' }

/** Grants the lease over a group's plan (PLAN-1). The second of two equal messages is refused. */
export function claimPlan(
  tx: RunTransaction,
  { group: ord }: { group: number },
): PlanGrant | Refused {
  const entry = planEntry(tx, ord)
  const group = tx.store.readGroup(ord)
  if (entry === undefined || group === undefined || entry.state !== 'sent') return refused
  if (!maySendWork(tx.run)) {
    postponeClaim(tx, entry)
    return refused
  }
  const granted = grantPlan(group)
  tx.store.writeEntry(lease(entry, tx.now, tx.settings))
  tx.setGroup(group, granted)
  tx.updateRun(planGranted)
  const { owner, pipeline } = tx.run
  return {
    kind: 'granted',
    owner,
    pipeline,
    group: group.key,
    attempt: granted.attempt,
    input: tx.store.readInput(ord),
    renew_ms: tx.settings.renew_ms,
  }
}

/** Inserts the jobs that the group does not have yet, and resets none (PLAN-2). The last ones may close the group. */
export function addJobs(tx: RunTransaction, request: AddJobs): PlanAnswer {
  const held = heldPlan(tx, request)
  if (held.kind !== 'ok') return held
  const group = insertFresh(tx, held.group, request)
  if (request.close !== undefined) {
    endPlan(tx, { ...held, group }, request.close)
    return { kind: 'ok', closed: true }
  }
  tx.store.writeEntry(renew(held.entry, tx.now, tx.settings))
  return { kind: 'ok' }
}

/** Adds the jobs that are new to the group. Returns the group as it is afterwards. */
function insertFresh(tx: RunTransaction, group: Group, request: AddJobs): Group {
  const ids = request.jobs.map((job) => job.external_id)
  const known = tx.store.knownJobs(group.ord, ids)
  const fresh = new Map(request.jobs.map((job) => [job.external_id, job]))
  for (const id of known) fresh.delete(id)
  const flight_jobs = fewest(group.flight_jobs, request.flight_jobs)
  if (fresh.size === 0) return group
  const seq = tx.seq()
  const jobs = [...fresh.values()].map((job, i) =>
    openJob({ ...job, url: job.url ?? null, group: group.ord, n: group.found + i }, seq),
  )
  return tx.addJobs({ ...group, flight_jobs }, jobs)
}

export function renewPlan(tx: RunTransaction, request: PlanLease): PlanAnswer {
  const held = heldPlan(tx, request)
  if (held.kind !== 'ok') return held
  tx.store.writeEntry(renew(held.entry, tx.now, tx.settings))
  return isDatabaseAway(tx.run) ? { kind: 'ok', away: true } : { kind: 'ok' }
}

/** Closes the group. Closing it a second time changes nothing (PLAN-2). */
export function closeGroup(tx: RunTransaction, request: PlanLease & PlanReport): PlanAnswer {
  const group = tx.store.readGroup(request.group)
  if (group?.status === 'closed' && group.attempt === request.attempt) return { kind: 'ok' }
  const held = heldPlan(tx, request)
  if (held.kind !== 'ok') return tooLate(tx, request, held)
  endPlan(tx, held, request)
  return { kind: 'ok' }
}

function endPlan(tx: RunTransaction, { group, entry }: HeldPlan, report: PlanReport): void {
  tx.store.dropEntry(entry.id)
  const closed = closePlan(takeReport(group, report))
  tx.setGroup(group, closed)
  appendPlanLog(tx, closed, report)
}

/**
 * Counts a typed failure of a plan: the plan is tried again after a wait, or its group fails, and no other group
 * (PLAN-3).
 */
export function failPlan(
  tx: RunTransaction,
  request: PlanLease & PlanReport & { failure: Failure },
): PlanAnswer {
  const held = heldPlan(tx, request)
  if (held.kind !== 'ok') return tooLate(tx, request, held)
  const counted = takeReport(held.group, request)
  const failed = planFailed(counted, request.failure, tx.settings)
  const wait = backoff(failed.failures, tx.settings)
  if (isPlanned(failed)) tx.store.dropEntry(held.entry.id)
  else tx.store.writeEntry(hold(held.entry, tx.now + wait))
  tx.setGroup(held.group, failed)
  appendPlanLog(tx, failed, request)
  return { kind: 'ok' }
}

/** Takes back a plan that its worker gives up through no fault of the plan. No budget is spent. */
export function releasePlan(tx: RunTransaction, request: PlanLease & PlanReport & Hold): void {
  const held = heldPlan(tx, request)
  if (held.kind !== 'ok') return tx.appendLateLog(request.lines ?? [])
  tx.store.writeEntry(holdFor(held.entry, request, tx.now))
  tx.setGroup(held.group, { ...takeReport(held.group, request), status: 'waiting' })
  tx.appendGroupLog(held.group.ord, timed(request, request.lines ?? [], tx.now))
}

function appendPlanLog(tx: RunTransaction, group: Group, report: PlanReport): void {
  const lines = [...(report.lines ?? []), ...logGroup(group, tx.nouns)]
  tx.appendGroupLog(group.ord, timed(report, lines, tx.now))
}

/** Says in the last line of a plan when the plan began: nobody else keeps that time. */
function timed(
  { took_ms }: PlanReport,
  lines: readonly LineDraft[],
  now: number,
): readonly LineDraft[] {
  const last = lines.at(-1)
  if (last === undefined || took_ms === undefined) return lines
  const since = new Date(now - took_ms).toISOString()
  return [...lines.slice(0, -1), { ...last, since }]
}

function fewest(known: number | null, given: number | undefined): number | null {
  if (given === undefined) return known
  return known === null ? given : Math.min(known, given)
}

/**
 * Counts a lost lease of a plan, because the lease ran out or the plan's message ended among the dead letters. The
 * plan is sent again, or its group fails.
 */
export function losePlan(tx: RunTransaction, entry: RunEntry): void {
  if (entry.subject.kind !== 'plan') return
  const group = tx.store.readGroup(entry.subject.group)
  if (group === undefined) return
  const lost = planLost(group, tx.settings)
  if (isPlanned(lost)) tx.store.dropEntry(entry.id)
  else tx.store.writeEntry(hold(entry, tx.now))
  tx.updateRun((run) => leaseLost(run, group.ord, tx.now))
  tx.setGroup(group, lost)
  tx.appendGroupLog(lost.ord, logGroup(lost, tx.nouns))
}

/** Answers a worker that has lost its lease. Of its request, only the log lines are kept. */
function tooLate(tx: RunTransaction, { lines }: PlanReport, answer: PlanAnswer): PlanAnswer {
  tx.appendLateLog(lines ?? [])
  return answer
}

type HeldPlan = { readonly kind: 'ok'; readonly group: Group; readonly entry: RunEntry }

/** The group and its outbox entry, if this attempt still holds the lease of the plan. */
function heldPlan(
  tx: RunTransaction,
  request: PlanLease,
): HeldPlan | { kind: 'stale' | 'aborted' } {
  if (abortReceipt(tx.run) !== undefined) return { kind: 'aborted' }
  const group = tx.store.readGroup(request.group)
  const entry = planEntry(tx, request.group)
  if (group === undefined || entry === undefined) return { kind: 'stale' }
  if (!holdsPlan(group, request.attempt)) return { kind: 'stale' }
  return { kind: 'ok', group: withTitle(tx, group, request), entry }
}

/** The group, with the title that its plan has found, if any. */
function withTitle(tx: RunTransaction, group: Group, { title }: PlanLease): Group {
  if (title === undefined || title === group.title) return group
  const titled = { ...group, title }
  tx.setGroup(group, titled)
  return titled
}

function planEntry(tx: RunTransaction, ord: number): RunEntry | undefined {
  return tx.store
    .readEntries()
    .find(({ subject }) => subject.kind === 'plan' && subject.group === ord)
}
