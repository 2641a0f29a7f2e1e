import { type Context, Hono } from 'hono'

import { encodeRetry } from '../protocol/sse.ts'
import { answerErrors } from './answers.ts'
import { authenticateWatcher } from './authenticate.ts'
import type { ApiEnv } from './env.ts'
import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'
import { reportError } from './report-error.ts'
import type { VerifyToken } from './verify-token.ts'
import { watchRun } from './watch-request.ts'

/** Nothing in between may keep back, change or store what a stream says. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'content-encoding': 'identity',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/** Server-sent events, as an EventSource reads them. */
export function streamRoutes(ports: ApiPorts, verify: VerifyToken): Hono<ApiEnv> {
  const stream = async (c: Context<ApiEnv>) => {
    const watcher = await authenticateWatcher(ports, verify, c.req)
    if (c.req.method === 'HEAD') throw onlyGet()
    const { signal } = c.req.raw
    const answer = await watchRun({ ports, c }, watcher, { path: 'stream', signal })
    if (answer.status === 204) return c.body(null, 204)
    return new Response(answer.body, { headers: STREAM_HEADERS })
  }
  const app = new Hono<ApiEnv>()
  app.get('/runs/:run_id/stream', stream)
  app.get('/ingestion/progress/:run_id', stream)
  app.onError((error, c) => streamError(ports, c, error))
  return app
}

/** What a stream answers that could not be opened. */
export function streamError(ports: ApiPorts, c: Context<ApiEnv>, error: Error): Response {
  if (error instanceof ProblemError && error.code !== 'unavailable')
    return answerErrors(ports.log)(error, c)
  // A client that went away while it was being connected is no failure.
  if (!c.req.raw.signal.aborted) reportError(ports.log, c, error)
  return comeBackLater(ports.retry_ms)
}

/** An error status would stop an EventSource for good; this makes it try again, not all at once. */
function comeBackLater(retry_ms: number): Response {
  return new Response(encodeRetry(retry_ms * (1 + 2 * Math.random())), { headers: STREAM_HEADERS })
}

/** The answer to HEAD would be a stream that nobody reads. */
export function onlyGet(): ProblemError {
  return new ProblemError('method-not-allowed', {
    detail: 'A stream is there to GET.',
    headers: { allow: 'GET' },
  })
}
