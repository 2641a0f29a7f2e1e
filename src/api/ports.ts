import type { FailureQuery } from '../db/failures.ts'
import type { JobResults, ResultsQuery } from '../db/job-results.ts'
import type { ListAnswer } from '../db/page.ts'
import type { PostingFilter } from '../db/posting-filter.ts'
import type { PostingQuery } from '../db/posting-list.ts'
import type { Seeing } from '../db/replica.ts'
import type { EarlierQuery, RunFigures } from '../db/run-figures.ts'
import type { RunFilter, RunQuery } from '../db/run-list.ts'
import type { WebhookRpc } from '../durable/owner/notices/webhook-rpc.ts'
import type { OwnerRpc } from '../durable/owner/owner-rpc.ts'
import type { QuotaRpc } from '../durable/owner/quotas/quota-rpc.ts'
import type { ScheduleRpc } from '../durable/owner/schedules/schedule-rpc.ts'
import type { RunTokenRpc } from '../durable/owner/tokens/run-token-rpc.ts'
import type { RenameAnswer, RunRpc } from '../durable/run/run-rpc.ts'
import type { TaskRpc } from '../durable/task/task-rpc.ts'
import type { Log } from '../log.ts'
import type { Pipeline } from '../pipelines/pipeline.ts'
import type { Company, CompanyPage, CompanyView, Slug } from '../protocol/company.ts'
import type { Detection } from '../protocol/detection.ts'
import type { ExpiryView } from '../protocol/expiry.ts'
import type { FailurePage } from '../protocol/failure.ts'
import type { ExternalId, Owner, RunId, RunName } from '../protocol/ids.ts'
import type { LabelChange, Labels, NamingChange, WantedLabel } from '../protocol/naming.ts'
import type {
  PostingFacets,
  PostingHistory,
  PostingPage,
  PostingView,
  RelatedPostings,
} from '../protocol/posting.ts'
import type { CompanyPreview } from '../protocol/preview.ts'
import type { RunCounts, RunPage } from '../protocol/run.ts'
import type { TaskId } from '../protocol/task.ts'
import type { VisitPage } from '../protocol/visit.ts'
import type { AuthConfig, WatchTokenConfig } from './auth-config.ts'
import type { DocumentPorts } from './document-ports.ts'
import type { RunIds } from './run-ids.ts'

/**
 * Everything outside of `src/api/` that the routes use. `src/compose/` passes the real parts, a test its own.
 */
export type ApiPorts = {
  readonly auth: AuthConfig
  readonly watch_tokens: WatchTokenConfig
  readonly environment: 'local' | 'production'
  /** The origins whose pages may call the API (CORS). */
  readonly cors: readonly string[]
  /** The shortest time, in milliseconds, after which a client of a broken stream connects again. */
  readonly retry_ms: number
  /** The pipelines that can be started, by name. */
  readonly pipelines: Readonly<Record<string, StartablePipeline>>
  readonly run_ids: RunIds
  readonly run: (run_id: RunId) => RunStub
  /** The object of an owner, which serves the list of the owner's runs, admits them, and keeps schedules and webhooks. */
  readonly owner: (
    owner: Owner,
  ) => Watchable &
    ScheduleRpc &
    WebhookRpc &
    QuotaRpc &
    RunTokenRpc &
    Pick<OwnerRpc, 'pauseAll' | 'resumeAll' | 'admitted'>
  /** Why no notice may be sent to an address. Undefined: one may. */
  readonly targetFault: (address: string) => string | undefined
  /** Reads and watches an archived run, from Postgres. */
  readonly archivedRun: (run_id: RunId) => RunReads & Watchable
  /** Whether Postgres has a row of this owner's run. */
  readonly hasRun: (run: { owner: Owner; run_id: RunId }) => Promise<boolean>
  /** Reads the stored results of jobs. */
  readonly readResults: (query: ResultsQuery) => Promise<JobResults>
  /** Counts what a run's jobs came to. */
  readonly readFigures: (run: RunName) => Promise<RunFigures>
  /** Finds the last run of the same pipeline and groups before this one. */
  readonly findEarlierRun: (run: EarlierQuery) => Promise<RunId | undefined>
  /** Changes the name and the labels of an archived run. */
  readonly renameArchived: (run: RunName, change: NamingChange) => Promise<RenameAnswer>
  readonly listRuns: (query: RunQuery & Seeing) => Promise<ListAnswer<RunPage>>
  readonly countRuns: (filter: RunFilter & Seeing) => Promise<RunCounts>
  readonly listFailures: (query: FailureQuery) => Promise<ListAnswer<FailurePage>>
  readonly listPostings: (query: PostingQuery & Seeing) => Promise<ListAnswer<PostingPage>>
  /** Counts the values of these facets among an owner's postings. */
  readonly countFacets: (
    filter: PostingFilter & Seeing,
    names: readonly string[],
  ) => Promise<PostingFacets>
  readonly readPosting: (query: PostingName) => Promise<PostingView | undefined>
  readonly readPostingHistory: (query: PostingName) => Promise<PostingHistory | undefined>
  readonly readRelated: (query: PostingName) => Promise<RelatedPostings | undefined>
  readonly companies: CompanyPorts
  readonly expiries: ExpiryPorts
  readonly documents: DocumentPorts
  /** Tells what a run over this company would find now. Writes nothing. */
  readonly preview: (request: PreviewRequest) => Promise<CompanyPreview>
  /** Makes what finds the sources of one request's addresses. Writes nothing. */
  readonly detector: (signal: AbortSignal) => (url: string) => Promise<Detection>
  /** The object of a task: of a deletion, or of an action on many runs. */
  readonly task: (task_id: TaskId) => TaskRpc
  readonly log: Log
}

/** The part of a run's object that the API uses: these calls, and `fetch` to watch the run. */
export type RunStub = Pick<
  RunRpc,
  'create' | 'abort' | 'abortJob' | 'pause' | 'resume' | 'retry' | 'rename' | 'admits' | 'revoke'
> &
  RunReads &
  Watchable

/** The calls that read a run. The run's object has them, and so has the archive in Postgres. */
export type RunReads = Pick<RunRpc, 'view' | 'jobs' | 'job' | 'logs' | 'inputs'>

/** Opens a stream, a socket or a poll of a run: the paths are `/stream`, `/socket` and `/events`. */
export type Watchable = { fetch(request: Request): Promise<Response> }

type PostingName = {
  readonly owner: Owner
  readonly company: Slug
  readonly external_id: ExternalId
}

export type CompanyName = { readonly owner: Owner; readonly slug: Slug }

/** The fields of a company to change. An absent field stays as it is. `labels` replaces all, `label_change` changes some. */
export type CompanyChange = Partial<Pick<Company, 'name' | 'source'>> & {
  readonly labels?: Labels
  readonly label_change?: LabelChange
}

/**
 * The stored companies of an owner. A call resolves to undefined or false if the owner has no company of this
 * slug.
 */
export type CompanyPorts = {
  list(query: {
    owner: Owner
    label?: WantedLabel | undefined
    cursor?: string | undefined
    limit: number
  }): Promise<ListAnswer<CompanyPage>>
  read(name: CompanyName): Promise<CompanyView | undefined>
  create(request: {
    owner: Owner
    company: Company
    labels?: Labels | undefined
  }): Promise<{ kind: 'created'; company: CompanyView } | { kind: 'exists' }>
  change(request: CompanyName & CompanyChange): Promise<CompanyView | 'too_many_labels' | undefined>
  has(name: CompanyName): Promise<boolean>
  visits(
    query: CompanyName & { cursor?: string | undefined; limit: number },
  ): Promise<ListAnswer<VisitPage>>
}

export type ExpiryPorts = {
  list(query: { owner: Owner; run_id: RunId }): Promise<readonly ExpiryView[]>
  decide(request: {
    owner: Owner
    run_id: RunId
    company: string
    apply: boolean
    by: string
  }): Promise<ExpiryAnswer>
}

/** `decided_already`: the expiry was decided before, perhaps the other way. `expiry` has that decision. */
export type ExpiryAnswer =
  | { readonly kind: 'decided' | 'decided_already'; readonly expiry: ExpiryView }
  | { readonly kind: 'unknown' | 'superseded' }

export type PreviewRequest = {
  readonly owner: Owner
  readonly company: Slug | Company
  readonly signal: AbortSignal
}

export type StartablePipeline = Omit<Pipeline<unknown>, 'plan' | 'work'>
