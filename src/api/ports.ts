import type { Listed } from '../db/page.ts'
import type { PostingQuery } from '../db/posting-list.ts'
import type { RunPage, RunQuery } from '../db/runs.ts'
import type { RunRpc } from '../durable/rpc.ts'
import type { Log } from '../log.ts'
import type { Pipeline } from '../pipelines/pipeline.ts'
import type { RunId } from '../protocol/ids.ts'
import type { PostingPage } from '../protocol/posting.ts'
import type { AuthConfig } from './auth-config.ts'

/** Everything the API touches: index.ts wires it, a test makes it by hand. */
export type ApiPorts = {
  readonly auth: AuthConfig
  readonly environment: 'local' | 'production'
  /** The origins whose pages may call. */
  readonly cors: readonly string[]
  /** How long a watcher waits before it connects again, in milliseconds. */
  readonly retry_ms: number
  /** By name. */
  readonly pipelines: Readonly<Record<string, StartablePipeline>>
  readonly run: (run_id: RunId) => RunStub
  readonly listRuns: (query: RunQuery) => Promise<Listed<RunPage>>
  readonly listPostings: (query: PostingQuery) => Promise<Listed<PostingPage>>
  /** Whether this Worker can serve. */
  readonly health: () => Promise<boolean>
  readonly log: Log
}

/** What the API asks of a run's object: these calls, and its stream under `fetch`. */
export type RunStub = Pick<RunRpc, 'create' | 'view' | 'jobs' | 'abort'> & {
  fetch(request: Request): Promise<Response>
}

export type StartablePipeline = Pick<
  Pipeline<unknown, unknown>,
  'name' | 'input' | 'groups' | 'limits'
>
