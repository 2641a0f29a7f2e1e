import type { RunFacts } from '../../protocol/events.ts'
import type { RunId } from '../../protocol/ids.ts'
import type { Reason, RunStatus } from '../../protocol/status.ts'

/** The error with which an object ends itself once its storage is empty. */
export const ERASED = 'the object was erased'

/**
 * The calls of an owner's object. Arguments and answers are single objects so that objects of different versions can
 * talk: fields may be added, but never renamed.
 */
export type OwnerRpc = {
  /** Enters a run in the owner's list, or brings its row up to date (OWN-1). A call may be repeated, and come late. */
  tell(standing: RunStanding): Promise<ToldAnswer>
  /** The runs of the list. An object of an earlier version lacks this call and the next two. */
  runs(): Promise<readonly RunId[]>
  /** Takes deleted runs out of the list. Those who follow it connect again, and get the list without them (DEL-3). */
  forget(request: { readonly run_ids: readonly RunId[] }): Promise<void>
  /**
   * Deletes all that the object has, whatever its parts have stored, and ends the object: call again until it answers
   * without an error.
   */
  erase(): Promise<void>
}

/** `followed_ms`: for how long the run shall tell its progress, too. 0: nobody follows the list (OWN-2). */
export type ToldAnswer = { readonly followed_ms: number }

/**
 * A run as its owner's list shows it. `epoch`, `seq`, `named` and `at` (in ms since 1970, by the clock of the run's
 * object) tell a later standing from an earlier one.
 */
export type RunStanding = {
  readonly run_id: RunId
  readonly epoch: string
  readonly seq: number
  readonly named: number
  readonly at: number
  /** What people call the run: its name, the title of its only group, or "40 companies". */
  readonly title: string
  readonly status: RunStatus
  readonly round: number
  readonly error?: Reason
  readonly facts: RunFacts
}
