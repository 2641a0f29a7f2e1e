import type { Context, MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

import type { Log } from '../log.ts'
import type { ApiEnv } from './env.ts'
import { internal, ProblemError, problemResponse } from './problem.ts'
import { reportError } from './report-error.ts'

/**
 * The headers of an answer that is no page, no frame and no script; an answer that has its own keeps
 * them. The page brings its own with its files, and shows nothing if they are missing.
 */
export function answerHeaders(): MiddlewareHandler {
  return secureHeaders({
    overwrite: false,
    xFrameOptions: 'DENY',
    // Other hosts below this one's name are not ours to speak for.
    strictTransportSecurity: 'max-age=31536000',
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  })
}

/** Answers what was thrown as a problem, and logs what is our own fault. */
export function answerErrors(log: Log) {
  return (error: Error, c: Context<ApiEnv>): Response => {
    const problem = error instanceof ProblemError ? error : internal(error)
    // What fails because its caller went away is no failure.
    const failed = problem.status >= 500 && !c.req.raw.signal.aborted
    if (problem.cause !== undefined && failed) reportError(log, c, problem)
    return problemResponse(c, problem)
  }
}
