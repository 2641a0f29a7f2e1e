import type { RunId } from '../../protocol/ids.ts'
import type { RunStatus } from '../../protocol/status.ts'
import type { ShownRows } from '../watch/shown.ts'
import type { ListedRun, OwnerList } from './owner-list.ts'

/** The storage of an owner's object. Every call is synchronous; all writes are made within `transaction`. */
export type OwnerStore = ShownRows & {
  transaction<T>(work: () => T): T
  /** The list; undefined if nothing is stored here yet. */
  readList(): OwnerList | undefined
  writeList(list: OwnerList): void
  findRun(run_id: RunId): ListedRun | undefined
  putRun(run: ListedRun): void
  /** The runs that have not ended, the oldest first. */
  liveRuns(): RunId[]
  /** All runs, the oldest first. */
  allRuns(): RunId[]
  dropRun(run_id: RunId): void
  countRuns(): readonly { readonly status: RunStatus; readonly count: number }[]
  /** Drops the oldest of the ended runs beyond so many. */
  dropEnded(keep: number): void
}
