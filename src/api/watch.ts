import { type Context, Hono } from 'hono'

import { formatCursor, parseCursor } from '../protocol/cursor.ts'
import type { Owner } from '../protocol/ids.ts'
import { encodeRetry } from '../protocol/sse.ts'
import { authenticateWatcher } from './authenticate.ts'
import type { ApiEnv } from './env.ts'
import { callRun } from './object-call.ts'
import type { ApiPorts } from './ports.ts'
import { notFound, ProblemError, problemResponse, unavailable } from './problem.ts'
import { reportError } from './report-error.ts'
import { runIdOf } from './run-id.ts'
import type { VerifyToken } from './verify-token.ts'

/** Nothing in between may keep back, change or store what a stream says. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'content-encoding': 'identity',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/** The routes that an EventSource follows: the only ones that take `?token=`. */
export function watchRoutes(ports: ApiPorts, verify: VerifyToken): Hono<ApiEnv> {
  const watch = async (c: Context<ApiEnv>) => {
    const owner = await authenticateWatcher(verify, c.req)
    if (c.req.method === 'HEAD') throw onlyGet()
    return follow(c, ports, owner)
  }
  const app = new Hono<ApiEnv>()
  app.get('/runs/:run_id/stream', watch)
  app.get('/ingestion/progress/:run_id', watch)
  app.onError((error, c) => {
    if (error instanceof ProblemError && error.code !== 'unavailable')
      return problemResponse(c, error)
    // A client that went away while it was being connected is no failure.
    if (!c.req.raw.signal.aborted) reportError(ports.log, c, error)
    return comeBackLater(ports.retry_ms)
  })
  return app
}

async function follow(c: Context<ApiEnv>, ports: ApiPorts, owner: Owner): Promise<Response> {
  const run_id = runIdOf(c.req)
  const headers = streamHeaders(c, owner)
  const { signal } = c.req.raw
  const answer = await callRun(() =>
    ports.run(run_id).fetch(new Request(`https://run/stream${wanted(c)}`, { headers, signal })),
  )
  if (answer.status === 200) return new Response(answer.body, { headers: STREAM_HEADERS })
  await answer.body?.cancel()
  if (answer.status === 404) throw notFound()
  if (answer.status === 204) return c.body(null, 204)
  throw unavailable('The run', new Error(`its object answered ${answer.status}`))
}

/** `?with=log,…` names what is sent besides; what is not known is passed over. */
function wanted(c: Context<ApiEnv>): string {
  return (c.req.query('with') ?? '').split(',').includes('log') ? '?log=1' : ''
}

/** Only a usable cursor is passed on: without one the object sends the full state (W-4). */
function streamHeaders(c: Context<ApiEnv>, owner: Owner): Headers {
  const headers = new Headers({ 'x-runcast-owner': encodeURIComponent(owner) })
  const cursor = parseCursor(
    c.req.header('last-event-id') ?? c.req.query('last_event_id') ?? c.req.query('cursor'),
  )
  if (cursor !== undefined) headers.set('last-event-id', formatCursor(cursor))
  return headers
}

/** An error status would stop an EventSource for good; this makes it try again, not all at once. */
function comeBackLater(retry_ms: number): Response {
  return new Response(encodeRetry(retry_ms * (1 + 2 * Math.random())), { headers: STREAM_HEADERS })
}

/** The answer to HEAD would be a stream that nobody reads. */
function onlyGet(): ProblemError {
  return new ProblemError('method-not-allowed', {
    detail: 'A stream is there to GET.',
    headers: { allow: 'GET' },
  })
}
