import type { Context } from 'hono'

import type { DamagedRow } from '../db/readable.ts'
import type { RunRemoved } from '../db/removed-run.ts'
import { type Problem, type ProblemCode, problems } from '../protocol/problems.ts'
import { DELETED } from '../protocol/run-deleted.ts'
import type { RequestContext } from './request-context.ts'

export type FieldError = { readonly path: string; readonly message: string }

/** What one problem says beyond its code. The caller reads `detail`, so it must hold no token and no secret. */
type Particulars = {
  readonly detail: string
  readonly errors?: readonly FieldError[]
  readonly removed_at?: string
  readonly violated?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** A problem as an exception. `problemResponse` makes the answer of it. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly particulars: Particulars

  constructor(code: ProblemCode, particulars: Particulars) {
    super(particulars.detail, { cause: particulars.cause })
    this.name = 'ProblemError'
    this.code = code
    this.particulars = particulars
  }

  get status() {
    return problems[this.code].status
  }
}

/**
 * The same problem for a thing that does not exist and for a thing of another owner, so that no caller can tell
 * them apart.
 */
export function notFound(): ProblemError {
  return new ProblemError('not-found', {
    detail: 'What you asked for does not exist, or is not yours.',
  })
}

export function invalidInput(errors: readonly FieldError[]): ProblemError {
  const first = errors[0]
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const detail = first === undefined ? 'The input is not valid.' : `${nameField(first)}${more}`
  return new ProblemError('invalid-input', { detail, errors: errors.slice(0, 20) })
}

export function badCursor(): ProblemError {
  return invalidInput([{ path: 'cursor', message: 'is not a cursor of this list' }])
}

/** The problem of a part that cannot be reached. `retry-after` is in seconds. */
export function unavailable(part: string, cause: unknown): ProblemError {
  return new ProblemError('unavailable', {
    detail: `${part} cannot be reached right now. Try again.`,
    headers: { 'retry-after': '2' },
    cause,
  })
}

/** The problem of an object that lacks a call, because it still runs the version before. `retry-after` is in seconds. */
export function deploying(cause: unknown): ProblemError {
  return new ProblemError('unavailable', {
    detail: 'A new version is being deployed, and this part is still the one before. Try again.',
    headers: { 'retry-after': '10' },
    cause,
  })
}

/** The problem of a stored row that cannot be read. Its message says what the owner can do about the row. */
export function damaged(cause: DamagedRow): ProblemError {
  return new ProblemError('damaged', { detail: cause.message, cause })
}

/** The problem of jobs, a log or expiries that were removed with their run's time (RUN-6). The run itself stays. */
export function removed({ at }: RunRemoved): ProblemError {
  return new ProblemError('removed', {
    detail: `The jobs and the log of this run were removed on ${at.slice(0, 10)}. The run itself can be read.`,
    removed_at: at,
  })
}

/** The problem of a run that was deleted a short while ago. Later the run is as if it had never been (DEL-3). */
export function deleted(): ProblemError {
  return new ProblemError('deleted', { detail: DELETED })
}

/** The problem of an unforeseen error. Only the log has the cause. */
export function internal(cause: unknown): ProblemError {
  return new ProblemError('internal', {
    detail: 'The service has logged the error under this request id.',
    cause,
  })
}

/** Answers a problem as RFC 9457 says. Its `type` is relative to the API's origin. */
export function problemResponse(c: Context<RequestContext>, error: ProblemError): Response {
  const { status, title } = problems[error.code]
  const { detail, errors, removed_at, violated, headers } = error.particulars
  const request_id = c.get('request_id')
  const problem: Problem = {
    type: `/problems/${error.code}`,
    title,
    status,
    detail,
    request_id,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(removed_at === undefined ? {} : { removed_at }),
    ...(violated === undefined ? {} : { 'violated-policies': [...violated] }),
  }
  return c.body(JSON.stringify(problem), status, {
    ...headers,
    'content-type': 'application/problem+json',
  })
}

function nameField({ path, message }: FieldError): string {
  return path === '' ? message : `${path}: ${message}`
}
