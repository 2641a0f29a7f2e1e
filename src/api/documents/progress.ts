import { type Context, Hono } from 'hono'

import { isTerminalJob } from '../../protocol/terminal.ts'
import { authenticateOwner } from '../authenticate.ts'
import type { ApiEnv } from '../env.ts'
import type { ApiPorts } from '../ports.ts'
import type { VerifyToken } from '../verify-token.ts'
import { openWatch, watcherHeaders } from '../watch-request.ts'
import { onlyGet, STREAM_HEADERS, streamError } from '../watch-stream.ts'
import { documentIdOf } from './document-name.ts'
import { liveDocument } from './live-document.ts'
import { endedProgress, progressStream, SEEN_END } from './progress-stream.ts'

/** One document's stream, as the earlier system had it: unnamed messages, the present state at once. */
export function progressRoutes(ports: ApiPorts, verify: VerifyToken): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/:document_id/stream', async (c) => stream(ports, verify, c))
  app.onError((error, c) => streamError(ports, c, error))
  return app
}

async function stream(ports: ApiPorts, verify: VerifyToken, c: Context<ApiEnv>): Promise<Response> {
  const watcher = await authenticateOwner(verify, c.req)
  const { owner } = watcher
  if (c.req.method === 'HEAD') throw onlyGet()
  const name = { owner, document_id: documentIdOf(c.req.param('document_id')) }
  const document = await liveDocument(ports, name)
  if (isTerminalJob(document.status)) {
    if (c.req.header('last-event-id') === SEEN_END) return c.body(null, 204)
    return new Response(endedProgress(document, Date.now), { headers: STREAM_HEADERS })
  }
  const headers = watcherHeaders(watcher)
  const { signal } = c.req.raw
  const request = () => new Request('https://run/stream?lean=1&detail=1', { headers, signal })
  const { body } = await openWatch(ports, document.run_id, request)
  const said = body && progressStream(body, document, Date.now)
  return new Response(said, { headers: STREAM_HEADERS })
}
