import { dueAction, hold } from '../outbox/entry.ts'
import { loseFlight } from './flights.ts'
import { logDeadLetter } from './log-lines.ts'
import { losePlan } from './plans.ts'
import type { RunTransaction } from './run-engine.ts'
import { groupOf, isAbout, type RunEntry } from './run-outbox.ts'
import { takeSlice } from './slices.ts'
import { meetTelling } from './telling.ts'
import type { LostMessage } from './work-rpc.ts'

/**
 * Does the work of the alarm: goes on with an abort or a retry that was interrupted, marks the messages that nobody
 * has claimed to be sent again, and takes back leases that ran out.
 */
export function meetDeadlines(tx: RunTransaction): void {
  takeSlice(tx)
  meetTelling(tx)
  for (const entry of tx.store.readEntries()) {
    switch (dueAction(entry, tx.now)) {
      case 'wait':
        break
      case 'send':
        // A sent entry keeps its count of sends, so that its next deadline is later.
        if (entry.state === 'sent') tx.store.writeEntry({ ...entry, state: 'held' })
        break
      case 'lose':
        loseLease(tx, entry)
    }
  }
}

/** Makes the entry of a message due again, because a queue gave the message up (JOB-5). */
export function loseMessage(tx: RunTransaction, message: LostMessage): void {
  const entry = tx.store.readEntries().find((e) => isAbout(e, message))
  if (entry === undefined || entry.state === 'held') return
  const ord = groupOf(entry)
  const group = ord === undefined ? undefined : tx.store.readGroup(ord)?.key
  tx.appendLateLog([logDeadLetter(group)])
  if (entry.state === 'leased') loseLease(tx, entry)
  else tx.store.writeEntry(hold(entry, tx.now))
}

/** Holds the entries whose messages could not be sent, until they are sent again. */
export function postpone(tx: RunTransaction, unsent: readonly RunEntry[]): void {
  const due = tx.now + tx.settings.backoff_ms
  const ids = new Set(unsent.map(({ id }) => id))
  for (const entry of tx.store.readEntries()) {
    if (ids.has(entry.id) && entry.state === 'sent') tx.store.writeEntry(hold(entry, due))
  }
}

function loseLease(tx: RunTransaction, entry: RunEntry): void {
  losePlan(tx, entry)
  loseFlight(tx, entry)
}
