import { backoff, dueAction, hold, isReady, send } from '../outbox/entry.ts'
import type { RunStanding, ToldAnswer } from '../owner/owner-rpc.ts'
import type { RunTransaction } from './run-engine.ts'

/** Ends a transaction: the object tells its owner's list once this is committed, if that is due. */
export function dispatchTelling(tx: RunTransaction): void {
  const { telling } = tx.run
  if (telling === undefined || !isReady({ ...telling, id: 0 }, tx.now)) return
  tx.updateRun((run) => ({ ...run, telling: send(telling, tx.now, tx.settings) }))
  tx.tells = true
}

/** Does the work of the alarm: a call without an answer is made again. */
export function meetTelling(tx: RunTransaction): void {
  const { telling } = tx.run
  if (telling?.state !== 'sent' || dueAction({ ...telling, id: 0 }, tx.now) !== 'send') return
  tx.updateRun((run) => ({ ...run, telling: { ...telling, state: 'held' } }))
}

/** Removes the debt, because the owner's list has this standing; unless the run has changed since. */
export function confirmTelling(tx: RunTransaction, { seq, named }: RunStanding): void {
  const { telling, ...run } = tx.run
  if (telling === undefined || telling.subject.seq > seq || telling.subject.named > named) return
  tx.updateRun(() => run)
}

/** Notes that the owner's object has the notices of this standing, unless it is of a version that knows none. */
export function confirmNotices(
  tx: RunTransaction,
  { standing, answer }: { readonly standing: RunStanding; readonly answer: ToldAnswer },
): void {
  if (answer.noticed !== true || standing.notices === undefined) return
  const { seq } = standing
  tx.updateRun((run) => ({ ...run, noticed_seq: Math.max(run.noticed_seq ?? 0, seq) }))
}

/** Holds the debt, because the owner's object could not be reached. Each further failure waits longer. */
export function postponeTelling(tx: RunTransaction): void {
  const { telling } = tx.run
  if (telling?.state !== 'sent') return
  const due = tx.now + backoff(telling.sends, tx.settings)
  tx.updateRun((run) => {
    return { ...run, telling: { ...hold({ ...telling, id: 0 }, due), sends: telling.sends } }
  })
}
