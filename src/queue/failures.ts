import { DatabaseUnavailable } from '../db/connect.ts'
import { DamagedRow } from '../db/readable.ts'
import { describeError, type Log } from '../log.ts'
import { FetchFailure, MustWait } from '../pipelines/fetch.ts'
import { PlanFailure } from '../pipelines/pipeline.ts'
import type { Failure } from '../protocol/status.ts'
import { Overdue } from './deadline.ts'

/**
 * A Worker of another version started the run. The work is given back, at no cost to its retry budget, until a
 * Worker that has the pipeline takes it.
 */
export function unknownPipeline(name: string): MustWait {
  const message = `This version of the Worker has no pipeline ${name}.`
  return new MustWait(Date.now() + UNKNOWN_MS, { code: 'pipeline_unknown', message })
}

const UNKNOWN_MS = 10_000

/** The plan or job that threw an error, and its name for the log. */
type CrashedWork = {
  readonly kind: 'plan' | 'job'
  readonly name: Readonly<Record<string, unknown>>
  readonly log: Log
}

/**
 * Makes a failure of an error that a plan or a job threw. An unexpected error may hold a statement or a secret.
 * So watchers get a general sentence with a code, and the log gets the error.
 */
export function failureOf(error: unknown, { kind, name, log }: CrashedWork): Failure {
  const foreseen = toldBy(error, kind)
  if (foreseen !== undefined) return foreseen
  log('error', `a ${kind} failed unexpectedly`, { ...name, error: describeError(error) })
  if (error instanceof DamagedRow)
    return { code: 'damaged', message: error.message, retryable: false }
  return { code: `${kind}_crashed`, message: CRASHED, retryable: true }
}

const CRASHED = 'The Worker met an error that it did not expect. The Worker’s log has the details.'

/** Makes a failure of an expected error, whose message is written for watchers. */
function toldBy(error: unknown, kind: CrashedWork['kind']): Failure | undefined {
  if (error instanceof PlanFailure || error instanceof FetchFailure) return error.failure
  if (error instanceof Overdue) {
    const message = `The ${kind} took longer than ${error.ms / 1_000} seconds.`
    return { code: `${kind}_deadline`, message, retryable: true }
  }
  if (error instanceof DatabaseUnavailable)
    return { code: 'database_away', message: 'Postgres cannot be reached.', retryable: true }
  return undefined
}

/** Postgres refused to store the result. A repeat would be refused too. */
export function resultRefused(sqlstate: string): Failure {
  const message = `Postgres cannot store the result (${sqlstate}). The Worker’s log has the details.`
  return { code: 'result_refused', message, retryable: false }
}

export function resultTooLarge(bytes: number, most: number): Failure {
  const [is, may] = [bytes, most].map((count) => count.toLocaleString('en-US'))
  const message = `The result is ${is} bytes of JSON. A job stores at most ${may} bytes of its result.`
  return { code: 'result_too_large', message, retryable: false }
}
