import type { Cursor } from '../../protocol/cursor.ts'
import type { RunFacts } from '../../protocol/events.ts'
import type { LogLine } from '../../protocol/log.ts'
import type { Snapshot } from '../../protocol/run.ts'
import type { GroupStatus, JobStatus, Outcome, Reason, RunStatus } from '../../protocol/status.ts'

/** What is watched: a run with its jobs, or the list of an owner's runs. Its items are jobs, or runs (OWN-4). */
export type WatchSubject = Cursor & {
  readonly owner: string
  /** When the status last changed, when items were last added, and when an item was last added or given a title. */
  readonly status_seq: number
  readonly added_seq: number
  readonly titled_seq: number
  /** Absent in a list of runs, which has no status and no end. */
  readonly life?: { readonly status: RunStatus; readonly snapshot?: Snapshot }
}

/** The place of an item: the number of its group, and its number in the group. */
export type ItemPosition = { readonly group: number; readonly n: number }

/** The part of an item that watchers are shown, and when its parts last changed. */
export type ShownItem = ItemPosition & {
  readonly external_id: string
  readonly title: string
  readonly status: JobStatus
  readonly outcome: Outcome | null
  readonly attempt: number
  readonly error: Reason | null
  readonly progress: number | null
  readonly message: string | null
  /** Only an item that is a run has these. */
  readonly run?: RunFacts
  /** When the item was added, its entry or title changed, its status changed, and anything of it that is shown. */
  readonly added: number
  readonly titled: number
  readonly seq: number
  readonly told: number
}

/** The part of a group that watchers are shown. */
export type ShownGroup = {
  readonly ord: number
  readonly key: string
  readonly title: string | null
  readonly status: GroupStatus
  readonly found: number
  readonly reason: Reason | null
}

/** The items and groups of which a transaction changed a part that is shown, each as it is afterwards. */
export type ShownChanges = {
  readonly jobs: readonly ShownItem[]
  readonly groups: readonly ShownGroup[]
}

/** Items after a position (null: all) whose entries changed after `since`. */
export type ListingRange = { readonly after: ItemPosition | null; readonly since: number }

export type LineRange = { readonly seq: number; readonly upTo: number; readonly limit: number }

/** The rows that frames are made from. */
export type ShownRows = {
  readGroups(): readonly Pick<ShownGroup, 'ord' | 'key'>[]
  /** Groups that changed after `seq`, in order. */
  groupsSince(seq: number): readonly ShownGroup[]
  /** Items whose shown part changed after `seq`, in order of (group, n). */
  changesSince(seq: number): readonly ShownItem[]
  /** Items whose entries changed after a seq, in order of (group, n). They are read while the caller iterates. */
  listing(range: ListingRange): Iterable<ShownItem>
  /** Lines that came with a change after `seq`: at most `limit`, and how many more there are. */
  linesSince(range: LineRange): { readonly lines: readonly LogLine[]; readonly dropped: number }
}
