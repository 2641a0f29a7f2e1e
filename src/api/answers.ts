import type { Context, MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

import { describeError, type Log } from '../log.ts'
import { internal, ProblemError, problemResponse } from './problem.ts'
import type { RequestContext } from './request-context.ts'

/**
 * Names the request in every answer and log line, as the edge does or else at random, and lets
 * nobody keep an answer that does not say that it may be kept.
 */
export const identifyRequest: MiddlewareHandler<RequestContext> = async (c, next) => {
  const ray = c.req.header('cf-ray') ?? ''
  const request_id = /^[\w-]{1,64}$/.test(ray) ? ray : crypto.randomUUID()
  c.set('request_id', request_id)
  await next()
  c.header('x-request-id', request_id)
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
}

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
  return (error: Error, c: Context<RequestContext>): Response => {
    const problem = error instanceof ProblemError ? error : internal(error)
    // What fails because its caller went away is no failure.
    const failed = problem.status >= 500 && !c.req.raw.signal.aborted
    if (problem.cause !== undefined && failed) reportError(log, c, problem)
    return problemResponse(c, problem)
  }
}

/** Logs what made a request fail, with the id that its caller was told. */
export function reportError(log: Log, c: Context<RequestContext>, error: unknown): void {
  log('error', 'a request failed', {
    request_id: c.get('request_id'),
    method: c.req.method,
    path: c.req.path,
    error: describeError(error),
  })
}
