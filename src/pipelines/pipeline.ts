import type { z } from 'zod'

import type { ExternalId, GroupKey, Owner, RunId } from '../protocol/ids.ts'
import type { Json } from '../protocol/json.ts'
import type { LogLevel } from '../protocol/log.ts'
import type { Nouns, PipelineView } from '../protocol/pipelines.ts'
import type { PlanNotice } from '../protocol/plan-notice.ts'
import type { Failure, JobStep, Reason } from '../protocol/status.ts'
import type { FetchPort } from './fetch.ts'

/**
 * One group of a run's input. The run stores `input` with the group and passes it to the group's plan. `title`
 * is the group's name for people, if the input names one other than the key.
 */
export type GroupSeed = { readonly key: GroupKey; readonly title?: string; readonly input: Json }

/** One job that a plan found. The run stores `payload` with the job and passes it to the job's work. */
export type JobSeed = {
  readonly external_id: ExternalId
  readonly title: string
  readonly url?: string
  readonly payload: Json
  /** The most jobs of this kind in one flight, if fewer than the pipeline's limit. */
  readonly flight_jobs?: number
}

/** A group to plan. Each grant of the plan has its own `attempt`. */
export type PlanTask = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly group: GroupKey
  readonly attempt: number
  readonly input: Json
}

/** A job to work on. Each grant of the job has its own `attempt`. */
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
  /** `title` replaces the job's title, if the content has a better one. */
  | { readonly kind: 'ready'; readonly result: Json; readonly title?: string }
  | { readonly kind: 'skipped'; readonly reason: Reason }
  | { readonly kind: 'failed'; readonly failure: Failure }

/**
 * A plan throws this to end with a reason. Any other error of a plan counts as retryable. MustWait delays the
 * plan and costs no retry budget.
 */
export class PlanFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'PlanFailure'
    this.failure = failure
  }
}

/** Content that a plan stores for its jobs, by key. */
export type BlobPort = {
  put(key: string, value: Json): Promise<void>
  /** Reads and parses each key once per flight. Resolves to undefined if no blob has this key. */
  get(key: string): Promise<Json | undefined>
}

/** Writes a line to the run's log, under the group or the job. The message is a sentence for people. */
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
   * Reports how many records the group's listings have expired in this run, in all attempts together. The last
   * call counts. A pipeline whose records do not expire never calls this.
   */
  readonly gone: (count: number) => void
  /** Tells the owner's endpoints of something that a person should learn. */
  readonly notice: (notice: PlanNotice) => void
  /** Names the group for people, if only the plan knows the name. */
  readonly title: (title: string) => void
  /** Aborts when the plan has lost its lease, the run is aborted, or the plan's deadline has passed. */
  readonly signal: AbortSignal
}

/** The progress of a step in percent, and a sentence for people that tells what the step does. */
export type StepNews = { readonly progress?: number; readonly message?: string }

export type WorkPorts = {
  readonly fetch: FetchPort
  readonly blobs: BlobPort
  readonly log: LogPort
  readonly signal: AbortSignal
  /** Reports the job's current step. A call without progress or message clears the earlier ones. */
  readonly step: (step: JobStep, news?: StepNews) => void
}

/** The most jobs per flight, and the deadlines of a plan and a job in milliseconds. */
type PipelineLimits = {
  readonly flight_jobs: number
  readonly plan_deadline_ms: number
  readonly job_deadline_ms: number
}

/** The queue of one pipeline and the binding of its producer, with their names in wrangler.toml. */
export type OwnQueue = { readonly name: string; readonly binding: string }

/**
 * Plans a run's jobs, and does one job. `PlanOwn` and `WorkOwn` are ports that only this pipeline's plan and
 * work need. A pipeline reaches everything outside through ports.
 */
export type Pipeline<Input, PlanOwn = unknown, WorkOwn = unknown> = {
  /** Lower-case letters, digits and hyphens. The name never changes, because stored runs hold it. */
  readonly name: string
  readonly input: z.ZodType<Input>
  readonly limits: PipelineLimits
  readonly nouns: Nouns
  /** The words for what a run does while it plans its groups, and while it works on its jobs. */
  readonly phases: PipelineView['phases']
  /** The steps that jobs report, in order, each with the words for what it does. */
  readonly steps: PipelineView['steps']
  /** The codes of failures that the user can mend, for example by another file. */
  readonly mendable?: readonly string[]
  /** The pipeline's own queue for its flights, if the flights of other pipelines would delay them. */
  readonly queue?: OwnQueue
  /** With `live`, workers report as often as watchers are sent frames. Otherwise they report more at a time, less often. */
  readonly pace?: 'live'
  /** The records of a run belong to that run: its input cannot be started again, and a retry reads them anew. */
  readonly once?: true
  groups(input: Input): readonly GroupSeed[]
  /** The input of a start that has these groups: the inverse of `groups`. */
  inputOf(groups: readonly GroupSeed[]): Json
  plan(task: PlanTask, ports: PlanPorts & PlanOwn): AsyncIterable<readonly JobSeed[]>
  /** Throws MustWait to delay the job. The job then has no result, keeps no lease and spends no retry budget. */
  work(task: WorkTask, ports: WorkPorts & WorkOwn): Promise<WorkResult>
}
