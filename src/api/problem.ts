import type { Context } from 'hono'

import type { DamagedRow } from '../db/readable.ts'
import { type Problem, type ProblemCode, problems } from '../protocol/problems.ts'
import type { RequestContext } from './request-context.ts'

export type FieldError = { readonly path: string; readonly message: string }

/** What one refusal says beyond its code. `detail` is read by the caller: no token, no secret. */
type Particulars = {
  readonly detail: string
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** A refusal on its way to the one place that answers it, `problemResponse`. */
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

/** The one answer for what does not exist and for what is another's: nobody can tell them apart. */
export function notFound(): ProblemError {
  return new ProblemError('not-found', { detail: 'It does not exist, or it is not yours.' })
}

export function invalidInput(errors: readonly FieldError[]): ProblemError {
  const first = errors[0]
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const detail = first === undefined ? 'It is not valid.' : `${nameField(first)}${more}`
  return new ProblemError('invalid-input', { detail, errors: errors.slice(0, 20) })
}

export function badCursor(): ProblemError {
  return invalidInput([{ path: 'cursor', message: 'is not a cursor of this list' }])
}

/** `retry-after` is in seconds. */
export function unavailable(part: string, cause: unknown): ProblemError {
  return new ProblemError('unavailable', {
    detail: `${part} cannot be reached right now. Try again.`,
    headers: { 'retry-after': '2' },
    cause,
  })
}

/** The row hides no other row. Its message says what its owner can do about it. */
export function damaged(cause: DamagedRow): ProblemError {
  return new ProblemError('damaged', { detail: cause.message, cause })
}

/** Says nothing of the cause: that is for the log. */
export function internal(cause: unknown): ProblemError {
  return new ProblemError('internal', { detail: 'The log holds it under the request id.', cause })
}

/** RFC 9457; `type` is relative to the API's origin. */
export function problemResponse(c: Context<RequestContext>, error: ProblemError): Response {
  const { status, title } = problems[error.code]
  const { detail, errors, headers } = error.particulars
  const request_id = c.get('request_id')
  const problem: Problem = {
    type: `/problems/${error.code}`,
    title,
    status,
    detail,
    request_id,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  }
  return c.body(JSON.stringify(problem), status, {
    ...headers,
    'content-type': 'application/problem+json',
  })
}

function nameField({ path, message }: FieldError): string {
  return path === '' ? message : `${path}: ${message}`
}
