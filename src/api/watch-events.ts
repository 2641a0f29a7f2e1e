import { Hono } from 'hono'
import { z } from 'zod'

import { authenticateWatcher } from './authenticate.ts'
import type { ApiEnv } from './env.ts'
import { isFresh } from './fresh.ts'
import { parseInput } from './input.ts'
import type { ApiPorts } from './ports.ts'
import type { VerifyToken } from './verify-token.ts'
import { watchRun } from './watch-request.ts'

const EventsQuery = z.object({
  wait: z
    .string()
    .regex(/^([0-9]|[12][0-9]|30)$/, 'a whole number of seconds from 0 to 30')
    .default('0'),
})

/** Polling: what came since a cursor, after `wait` seconds at most. The object does the waiting. */
export function eventRoutes(ports: ApiPorts, verify: VerifyToken): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/runs/:run_id/events', async (c) => {
    const watcher = await authenticateWatcher(ports, verify, c.req)
    const query = parseInput(EventsQuery, c.req.query())
    const { signal } = c.req.raw
    const answer = await watchRun({ ports, c }, watcher, { path: 'events', query, signal })
    const etag = answer.headers.get('etag') ?? ''
    const headers = { etag, 'cache-control': 'private, no-cache' }
    if (isFresh(c.req.header('if-none-match'), etag)) {
      await answer.body?.cancel()
      return c.body(null, 304, headers)
    }
    return new Response(answer.body, {
      headers: { ...headers, 'content-type': 'application/json' },
    })
  })
  return app
}
