import type { JobResults, ResultsQuery } from '../db/job-results.ts'
import type { ListAnswer } from '../db/page.ts'
import type { PostingQuery } from '../db/posting-list.ts'
import type { RunQuery } from '../db/runs.ts'
import type { RunRpc } from '../durable/run/run-rpc.ts'
import type { Log } from '../log.ts'
import type { Pipeline } from '../pipelines/pipeline.ts'
import type { Company, CompanyPage, CompanyView, Slug } from '../protocol/company.ts'
import type { ExpiryView } from '../protocol/expiry.ts'
import type { ExternalId, Owner, RunId } from '../protocol/ids.ts'
import type { PostingPage, PostingView } from '../protocol/posting.ts'
import type { CompanyPreview } from '../protocol/preview.ts'
import type { RunPage } from '../protocol/run.ts'
import type { AuthConfig, WatchTokenConfig } from './auth-config.ts'
import type { DocumentPorts } from './document-ports.ts'
import type { RunIds } from './run-ids.ts'

/** Everything the API touches: index.ts wires it, a test makes it by hand. */
export type ApiPorts = {
  readonly auth: AuthConfig
  readonly watch_tokens: WatchTokenConfig
  readonly environment: 'local' | 'production'
  /** The origins whose pages may call. */
  readonly cors: readonly string[]
  /** How long a watcher waits before it connects again, in milliseconds. */
  readonly retry_ms: number
  /** By name. */
  readonly pipelines: Readonly<Record<string, StartablePipeline>>
  readonly run_ids: RunIds
  readonly run: (run_id: RunId) => RunStub
  /** A run that its object says is archived, as Postgres has it. */
  readonly archivedRun: (run_id: RunId) => RunReads & Watchable
  /** Whether Postgres has a row of this owner's run. */
  readonly hasRun: (run: { owner: Owner; run_id: RunId }) => Promise<boolean>
  /** What Postgres stores of jobs' results. */
  readonly readResults: (query: ResultsQuery) => Promise<JobResults>
  readonly listRuns: (query: RunQuery) => Promise<ListAnswer<RunPage>>
  readonly listPostings: (query: PostingQuery) => Promise<ListAnswer<PostingPage>>
  readonly readPosting: (query: PostingName) => Promise<PostingView | undefined>
  readonly companies: CompanyPorts
  readonly expiries: ExpiryPorts
  readonly documents: DocumentPorts
  /** What a run over this company would do now; writes nothing. */
  readonly preview: (request: PreviewRequest) => Promise<CompanyPreview>
  readonly log: Log
}

/** What the API asks of a run's object: these calls, and its stream under `fetch`. */
export type RunStub = Pick<
  RunRpc,
  'create' | 'abort' | 'abortJob' | 'retry' | 'admits' | 'revoke'
> &
  RunReads &
  Watchable

/** What is read of a run, be it from its object or from Postgres. */
export type RunReads = Pick<RunRpc, 'view' | 'jobs' | 'job' | 'logs'>

/** Where a run is watched, by the paths `/stream`, `/socket` and `/events`. */
export type Watchable = { fetch(request: Request): Promise<Response> }

type PostingName = {
  readonly owner: Owner
  readonly company: Slug
  readonly external_id: ExternalId
}

export type CompanyName = { readonly owner: Owner; readonly slug: Slug }

/** What is given stands from then on; what is not stays as it is. */
export type CompanyChange = Partial<Pick<Company, 'name' | 'source'>>

/** An owner's stored companies. Undefined, or false: this owner has none of this slug. */
export type CompanyPorts = {
  list(query: {
    owner: Owner
    cursor?: string | undefined
    limit: number
  }): Promise<ListAnswer<CompanyPage>>
  read(name: CompanyName): Promise<CompanyView | undefined>
  create(request: {
    owner: Owner
    company: Company
  }): Promise<{ kind: 'created'; company: CompanyView } | { kind: 'exists' }>
  change(request: CompanyName & CompanyChange): Promise<CompanyView | undefined>
  remove(name: CompanyName): Promise<boolean>
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

/** `decided_already`: what stands, whichever way it was decided. */
export type ExpiryAnswer =
  | { readonly kind: 'decided' | 'decided_already'; readonly expiry: ExpiryView }
  | { readonly kind: 'unknown' | 'superseded' }

export type PreviewRequest = {
  readonly owner: Owner
  readonly company: Slug | Company
  readonly signal: AbortSignal
}

export type StartablePipeline = Omit<Pipeline<unknown>, 'plan' | 'work'>
