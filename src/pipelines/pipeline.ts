import type { z } from 'zod'

import type { ExternalId, GroupKey, Owner, RunId } from '../protocol/ids.ts'
import type { Json } from '../protocol/json.ts'
import type { LogLevel } from '../protocol/log.ts'
import type { Nouns } from '../protocol/nouns.ts'
import type { PipelineView } from '../protocol/pipelines.ts'
import type { Failure, JobStep, Reason } from '../protocol/status.ts'
import type { FetchPort } from './fetch.ts'

/**
 * One group of a run's input; `input` is kept with the group and handed to its plan. `title`: what a
 * person calls the group, where that is not its key and the input says so.
 */
export type GroupSeed = { readonly key: GroupKey; readonly title?: string; readonly input: Json }

/** One job as a plan finds it; `payload` is kept with the job and handed to its work. */
export type JobSeed = {
  readonly external_id: ExternalId
  readonly title: string
  readonly url?: string
  readonly payload: Json
  /** As many as one flight of these carries, where that is fewer than the pipeline's limit. */
  readonly flight_jobs?: number
}

/** A group's plan, granted: `attempt` names this grant and no other. */
export type PlanTask = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly group: GroupKey
  readonly attempt: number
  readonly input: Json
}

/** A job, granted. */
export type WorkTask = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly group: GroupKey
  readonly external_id: ExternalId
  readonly title: string
  readonly attempt: number
  readonly payload: Json
}

export type WorkResult =
  /** `title`: what the job is called now that its content was read. */
  | { readonly kind: 'ready'; readonly result: Json; readonly title?: string }
  | { readonly kind: 'skipped'; readonly reason: Reason }
  | { readonly kind: 'failed'; readonly failure: Failure }

/**
 * Ends a plan with a reason; anything else that a plan throws counts as retryable, but for MustWait,
 * which costs nothing.
 */
export class PlanFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'PlanFailure'
    this.failure = failure
  }
}

/** Content put aside by a plan for its jobs, by key. */
export type BlobPort = {
  put(key: string, value: Json): Promise<void>
  /** Within one flight, the same key is read and parsed once. `undefined`: no such blob. */
  get(key: string): Promise<Json | undefined>
}

/** Raw bytes kept under the SHA-256 of themselves, in hex. */
export type PagePort = {
  put(bytes: Uint8Array): Promise<string>
  /** `undefined`: no such page. */
  get(sha256: string): Promise<Uint8Array | undefined>
}

/** One line of the run's log, as the group's or the job's own: a sentence for a person. */
type LogPort = (
  level: LogLevel,
  message: string,
  about?: { readonly external_id: ExternalId },
) => void

export type PlanPorts = {
  readonly fetch: FetchPort
  readonly blobs: BlobPort
  readonly log: LogPort
  /**
   * How many records have expired with the group's listings in this run, in whichever attempt: the last
   * word counts. A pipeline whose records do not expire says nothing.
   */
  readonly gone: (count: number) => void
  /** Says what a person calls the group, where only the plan knows that. */
  readonly title: (title: string) => void
  /** Aborted when the plan's lease is lost, its run aborted, or its deadline passed. */
  readonly signal: AbortSignal
}

/** How far a step is, in percent, and what it does: a sentence for a person. */
export type StepSaid = { readonly progress?: number; readonly message?: string }

export type WorkPorts = {
  readonly fetch: FetchPort
  readonly blobs: BlobPort
  readonly pages: PagePort
  readonly log: LogPort
  readonly signal: AbortSignal
  /** The step that the job is in, and all there is to say of it just now. */
  readonly step: (step: JobStep, said?: StepSaid) => void
}

/** How much one lease covers and what a job may cost. Times in milliseconds. */
type PipelineLimits = {
  readonly flight_jobs: number
  readonly plan_deadline_ms: number
  readonly job_deadline_ms: number
}

/** A queue for one pipeline alone, and the binding of its producer, both as wrangler.toml names them. */
export type OwnQueue = { readonly name: string; readonly binding: string }

/**
 * How a run is planned into jobs, and how one job is done. `PlanOwn` and `WorkOwn` are the ports that
 * this pipeline alone needs for its plan and its work. A pipeline touches the world through ports only.
 */
export type Pipeline<Input, PlanOwn = unknown, WorkOwn = unknown> = {
  /** Lower-case letters, digits and hyphens. Runs are stored under it: it never changes. */
  readonly name: string
  readonly input: z.ZodType<Input>
  readonly limits: PipelineLimits
  readonly nouns: Nouns
  /** What a run does while its groups are planned, and while its jobs are worked on. */
  readonly phases: PipelineView['phases']
  /** The steps that its jobs report, in their order, and what each does. */
  readonly steps: PipelineView['steps']
  /** The codes of those failures of a job that its user can mend, by another file for example. */
  readonly mendable?: readonly string[]
  /** The queue of this pipeline's flights, where those of other pipelines would hold them up. */
  readonly queue?: OwnQueue
  /** `live`: workers report as often as watchers are told. Otherwise they gather more for each report. */
  readonly pace?: 'live'
  groups(input: Input): readonly GroupSeed[]
  plan(task: PlanTask, ports: PlanPorts & PlanOwn): AsyncIterable<readonly JobSeed[]>
  /** Throws MustWait to go back until then: no result, no budget, no lease. */
  work(task: WorkTask, ports: WorkPorts & WorkOwn): Promise<WorkResult>
}
