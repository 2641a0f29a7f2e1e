import type { Wait } from '../../protocol/events.ts'
import type { RunOrder, RunStanding, ToldAnswer } from '../owner/owner-rpc.ts'
import { owe } from './list-debt.ts'
import type { RunTransaction } from './run-engine.ts'
import { type RunAdmission, isEnded, type Run } from './run-state.ts'
import { totalGroups } from './tally.ts'
import { confirmNotices, confirmTelling } from './telling.ts'
import type { LineDraft } from './work-rpc.ts'

/** Whether the run may send out no work now: it is paused, all runs of its owner are, or it is not admitted yet. */
export function isHeldBack({ paused, admission }: Run): boolean {
  return paused !== undefined || (admission !== undefined && admission.kind !== 'admitted')
}

/** What the owner's object has to know of a run that goes on, to admit it (ADM-1). Undefined after the end. */
export function asksOf(run: Run): RunStanding['asks'] {
  if (isEnded(run)) return undefined
  const { admission, paused, priority, concurrency } = run
  return {
    n: admission?.n ?? 0,
    ...(admission === undefined || admission.kind === 'admitted' ? { admitted: true } : {}),
    ...(paused === undefined ? {} : { paused: true }),
    ...(priority === undefined ? {} : { priority }),
    ...(concurrency === undefined ? {} : { concurrency }),
  }
}

/**
 * Takes the answer of the owner's object to a standing. A run that waits for its turn asks again later: that heals an
 * order that was lost for whatever reason. A paused run asks when it is resumed.
 */
export function takeAnswer(
  tx: RunTransaction,
  told: { readonly standing: RunStanding; readonly answer: ToldAnswer },
): void {
  const { answer } = told
  // An owner's object of an earlier version admits every run.
  takeOrder(tx, answer.order ?? { kind: 'go', n: 0, round: tx.run.round })
  confirmNotices(tx, told)
  confirmTelling(tx, told.standing)
  const { run, now, settings } = tx
  const waits = run.admission?.kind === 'waits' && run.paused === undefined
  if (waits && run.telling === undefined)
    tx.updateRun((row) => owe(row, now + settings.ask_again_ms))
}

/** Does what the owner's object says. An order of an earlier round, or one that a later order overtook, changes nothing. */
export function takeOrder(tx: RunTransaction, order: RunOrder): void {
  const { run, now } = tx
  if (isEnded(run) || order.round !== run.round || order.n < (run.admission?.n ?? 0)) return
  const before = run.admission ?? { kind: 'admitted', n: 0 }
  const after = admissionBy(order, { before, now })
  if (JSON.stringify(before) === JSON.stringify(after)) return
  const lines = logAdmission(before, after)
  if (lines.length > 0) tx.appendLog(lines)
  tx.updateRun((row) => ({ ...row, admission: after }))
}

function admissionBy(
  order: RunOrder,
  { before, now }: { readonly before: RunAdmission; readonly now: number },
): RunAdmission {
  const { n } = order
  switch (order.kind) {
    case 'go':
      return { kind: 'admitted', n }
    case 'paused':
      return { kind: 'paused', n, since: order.at, by: order.by }
    case 'wait': {
      const since = before.kind === 'asks' || before.kind === 'waits' ? before.since : now
      return { kind: 'waits', n, since, reason: order.reason }
    }
  }
}

/** Lines on what watchers see of an admission. A run that is admitted at once has none: that is the usual case. */
function logAdmission(before: RunAdmission, after: RunAdmission): LineDraft[] {
  if (before.kind === after.kind) return []
  switch (after.kind) {
    case 'asks':
      return []
    case 'waits':
      return [{ level: 'info', message: `The run waits for its turn. ${after.reason.message}` }]
    case 'paused':
      return [{ level: 'info', message: `All runs are paused, by ${after.by}.` }]
    case 'admitted': {
      if (before.kind === 'asks') return []
      return [{ level: 'info', message: 'The run may go on.' }]
    }
  }
}

/** Why the run sends out no work. `until`: nobody knows when it goes on. */
export function heldWaits(run: Run, now: number): Wait[] {
  const { paused, admission, tally } = run
  const common = { until: iso(now), groups: totalGroups(tally) }
  if (paused !== undefined) {
    const message = `The run was paused by ${paused.by}. What was in flight ends, and nothing new begins before somebody resumes the run.`
    return [{ code: 'paused', message, since: iso(paused.at), ...common }]
  }
  switch (admission?.kind) {
    case undefined:
    case 'admitted':
      return []
    case 'asks': {
      const message = 'The run asks for its turn among the runs of its owner.'
      return [{ code: 'admission', message, since: iso(admission.since), ...common }]
    }
    case 'waits':
      return [{ ...admission.reason, since: iso(admission.since), ...common }]
    case 'paused': {
      const message = `All runs were paused by ${admission.by}. Nothing new begins before somebody resumes them.`
      return [{ code: 'owner_paused', message, since: iso(admission.since), ...common }]
    }
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
