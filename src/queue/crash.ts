import { DatabaseUnavailable } from '../db/connect.ts'
import { DamagedRow } from '../db/readable.ts'
import { describeError, type Log } from '../log.ts'
import { FetchFailure, MustWait } from '../pipelines/fetch.ts'
import { PlanFailure } from '../pipelines/pipeline.ts'
import type { Failure } from '../protocol/status.ts'

/** Work took longer than it may. */
export class Overdue extends Error {
  constructor(ms: number) {
    super(`It took longer than ${ms} ms.`)
    this.name = 'Overdue'
  }
}

/**
 * A Worker of another version started the run. Its work is given back, at the cost of no budget, until a
 * Worker takes it that has the pipeline.
 */
export function unknownPipeline(name: string): MustWait {
  const message = `This version of the Worker has no pipeline ${name}.`
  return new MustWait(Date.now() + UNKNOWN_MS, { code: 'pipeline_unknown', message })
}

const UNKNOWN_MS = 10_000

/** What was at work, for the log. */
type CrashedWork = {
  readonly kind: 'plan' | 'job'
  readonly name: Readonly<Record<string, unknown>>
  readonly log: Log
}

/**
 * Why a plan or a job failed that threw. An error that was not foreseen may hold anything: a dump of a
 * schema, a statement, a secret. So those who watch are told a sentence with a code, and the log has the rest.
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

/** What says itself why it failed, in words for those who watch. */
function toldBy(error: unknown, kind: CrashedWork['kind']): Failure | undefined {
  if (error instanceof PlanFailure || error instanceof FetchFailure) return error.failure
  if (error instanceof Overdue)
    return { code: `${kind}_deadline`, message: error.message, retryable: true }
  if (error instanceof DatabaseUnavailable)
    return { code: 'database_away', message: 'Postgres cannot be reached.', retryable: true }
  return undefined
}
