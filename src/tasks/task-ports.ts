import type { CompanyKey } from '../db/companies.ts'
import type { DeletedCompany } from '../db/company-deletion.ts'
import type { Removal, Removed, Slice } from '../db/erasure.ts'
import type { FenceKey } from '../db/fences.ts'
import type { DocumentFiles, DocumentScope } from '../db/matter-deletion.ts'
import type { ListAnswer } from '../db/page.ts'
import type { RunFilter, RunQuery } from '../db/run-list.ts'
import type { OwnerRpc } from '../durable/owner/owner-rpc.ts'
import type { RunRpc, RenameAnswer } from '../durable/run/run-rpc.ts'
import type { Counted } from '../durable/task/task-state.ts'
import type { Owner, RunId, RunName } from '../protocol/ids.ts'
import type { MatterId } from '../protocol/matter.ts'
import type { NamingChange } from '../protocol/naming.ts'
import type { RunCounts, RunPage } from '../protocol/run.ts'
import type { Settings } from '../settings.ts'

/** What the steps of tasks act on. */
export type StepPorts = {
  /** Returns a new stub for each call, because a stub that failed once keeps failing. */
  readonly run: (run_id: RunId) => Pick<RunRpc, 'erase' | 'vanish' | 'abort' | 'retry' | 'rename'>
  readonly owner: (owner: Owner) => Pick<OwnerRpc, 'runs' | 'erase' | 'forget'>
  readonly fences: FencePort
  readonly rows: RowPort
  readonly company: CompanyErasure
  readonly documents: DocumentErasure
  readonly list: ListPort
  /** The blobs of plans. `list` has some of those whose keys begin so. */
  readonly blobs: KeyedStore & { readonly list: (prefix: string) => Promise<readonly string[]> }
  readonly files: KeyedStore
  readonly now: () => number
  readonly settings: Pick<Settings, 'fence_ms' | 'sweep_rows' | 'bulk_runs'>
}

type KeyedStore = { readonly remove: (keys: readonly string[]) => Promise<void> }

type FencePort = {
  readonly set: (key: FenceKey, run_ids: readonly string[]) => Promise<string>
  readonly moment: () => Promise<string>
  readonly isAlone: (moment: string) => Promise<boolean>
  readonly list: (key: FenceKey, page: FencePage) => Promise<readonly string[]>
  readonly lift: (key: FenceKey, run_ids: readonly string[]) => Promise<void>
}

type FencePage = { readonly after: string; readonly limit: number }

type RowPort = {
  readonly remove: (slice: Slice, removal: Removal) => Promise<Removed>
  readonly counted: (key: FenceKey) => Promise<Counted>
  readonly drop: (key: FenceKey) => Promise<void>
  /** The tables that have an owner. */
  readonly tables: () => Promise<readonly string[]>
  readonly forgetRun: (run: { owner: string; run_id: string }, limit: number) => Promise<number>
  readonly documentsOf: (run: { owner: string; run_id: string }) => Promise<number>
  readonly runIds: (query: {
    readonly owner: string
    readonly after: string
    readonly limit: number
  }) => Promise<readonly string[]>
  /** Whether a table still has a row of the owner. */
  readonly hasAny: (table: string, owner: string) => Promise<boolean>
}

type CompanyErasure = {
  readonly drop: (key: CompanyKey) => Promise<{ visit: number; moment: string } | undefined>
  readonly lastVisit: (key: CompanyKey) => Promise<number>
  readonly runs: (
    company: DeletedCompany & { readonly after: number; readonly limit: number },
  ) => Promise<readonly { readonly visit: number; readonly run_id: string }[]>
  readonly blank: (company: DeletedCompany) => Promise<void>
  readonly forget: (company: DeletedCompany) => Promise<void>
}

type DocumentErasure = {
  readonly runs: (query: {
    readonly owner: string
    readonly matter: string
    readonly after: string
    readonly limit: number
  }) => Promise<readonly string[]>
  readonly files: (scope: DocumentScope, limit: number) => Promise<readonly DocumentFiles[]>
  readonly removeTexts: (
    slice: Slice,
    documents: readonly DocumentFiles[],
  ) => Promise<(Removed & { readonly table: string }) | undefined>
  readonly remove: (key: FenceKey, documents: readonly DocumentFiles[]) => Promise<void>
  readonly removeMatter: (matter: {
    owner: string
    matter_id: MatterId
  }) => Promise<'removed' | 'used' | undefined>
  /** Revokes the watch tokens of all matters of the owner. */
  readonly revokeTokens: (owner: Owner) => Promise<void>
}

type ListPort = {
  readonly runs: (query: RunQuery) => Promise<ListAnswer<RunPage>>
  readonly count: (filter: RunFilter) => Promise<RunCounts>
  readonly renameArchived: (run: RunName, change: NamingChange) => Promise<RenameAnswer>
}
