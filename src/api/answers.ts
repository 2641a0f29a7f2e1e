import type { Context, MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

import { describeError, type Log } from '../log.ts'
import { internal, ProblemError, problemResponse } from './problem.ts'
import type { RequestContext } from './request-context.ts'

/**
 * Gives each request an id, which its answer and its log lines have: the edge's own, or else a random one. An
 * answer that does not say whether it may be stored gets `no-store`.
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
 * Sets the headers of an answer that is neither page nor frame nor script. Headers that an answer already has
 * stay: the files of the page bring their own, and the page would show nothing under these.
 */
export function answerHeaders(): MiddlewareHandler {
  return secureHeaders({
    overwrite: false,
    xFrameOptions: 'DENY',
    // Without `includeSubDomains`: hosts below this one may belong to others.
    strictTransportSecurity: 'max-age=31536000',
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  })
}

/** Answers a thrown error as a problem. Logs it if the fault is the service's own. */
export function answerErrors(log: Log) {
  return (error: Error, c: Context<RequestContext>): Response => {
    const problem = error instanceof ProblemError ? error : internal(error)
    // A request that fails because its caller disconnected is no failure.
    const failed = problem.status >= 500 && !c.req.raw.signal.aborted
    if (problem.cause !== undefined && failed) reportError(log, c, problem)
    return problemResponse(c, problem)
  }
}

/** Logs why a request failed, with the id that the caller was told. */
export function reportError(log: Log, c: Context<RequestContext>, error: unknown): void {
  log('error', 'a request failed', {
    request_id: c.get('request_id'),
    method: c.req.method,
    path: c.req.path,
    error: describeError(error),
  })
}
