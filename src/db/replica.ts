import { describeError, type Log } from '../log.ts'
import type { Database } from './connect.ts'
import { hasRun } from './runs.ts'

/** The state in which a caller last saw a run. */
export type SeenRun = { readonly run_id: string; readonly seq: number }

/** What the caller of a list has seen. Absent: the list may be as old as the replica. */
export type Seeing = { readonly seen?: SeenRun | undefined }

/** Reads a list from one of the databases. */
export type ReadList = <T>(
  caller: Seeing & { readonly owner: string },
  list: (from: Database) => Promise<T>,
) => Promise<T>

type Databases = {
  readonly primary: Database
  /** Undefined if the deployment has no replica: every list comes from the primary. */
  readonly replica: Database | undefined
  /** Milliseconds for which a replica that failed is not asked. */
  readonly rest_ms: number
  readonly log: Log
  readonly now?: () => number
}

/**
 * Reads lists from the replica (DB-4). A list comes from the primary while the replica lacks the run that the
 * caller has seen, or has an earlier state of it; and if the replica fails, whatever the reason: it may be
 * away, or not yet have a migration.
 */
export function listsFrom({ primary, replica, rest_ms, log, now = Date.now }: Databases): ReadList {
  if (replica === undefined) return (_caller, list) => list(primary)
  let rests_until = -Infinity
  return async (caller, list) => {
    if (now() < rests_until) return list(primary)
    const answer = await ask(replica, caller, list)
    switch (answer.kind) {
      case 'list':
        return answer.list
      case 'behind':
        return list(primary)
      case 'failed':
        rests_until = now() + rest_ms
        log('warn', 'the read replica failed, and lists come from the primary for a while', {
          error: describeError(answer.error),
        })
        return list(primary)
    }
  }
}

type ReplicaAnswer<T> =
  | { readonly kind: 'list'; readonly list: T }
  | { readonly kind: 'behind' }
  | { readonly kind: 'failed'; readonly error: unknown }

/**
 * A replica takes over the primary's changes in their order, and a run's row is written after the results that
 * the run has shown. So with a row of this seq, the replica has everything that the caller may have seen.
 */
async function ask<T>(
  replica: Database,
  { owner, seen }: Parameters<ReadList>[0],
  list: (from: Database) => Promise<T>,
): Promise<ReplicaAnswer<T>> {
  try {
    if (seen !== undefined && !(await hasRun(replica, { owner, ...seen })))
      return { kind: 'behind' }
    return { kind: 'list', list: await list(replica) }
  } catch (error) {
    return { kind: 'failed', error }
  }
}
