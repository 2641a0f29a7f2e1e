import { Hono } from 'hono'

import { authenticateWatcher } from './authenticate.ts'
import type { ApiEnv } from './env.ts'
import { requireCaller } from './origins.ts'
import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'
import type { VerifyToken } from './verify-token.ts'
import { watchRun } from './watch-request.ts'

/** A WebSocket. A page's socket sends no headers either, so it brings its token in the query. */
export function socketRoutes(ports: ApiPorts, verify: VerifyToken): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/runs/:run_id/socket', requireCaller(ports), async (c) => {
    const watcher = await authenticateWatcher(ports, verify, c.req)
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') throw upgradeRequired()
    const headers = { upgrade: 'websocket' }
    const answer = await watchRun({ ports, c }, watcher, { path: 'socket', headers })
    // The object's answer cannot be given other headers; its copy hands over the same socket.
    return new Response(null, answer)
  })
  return app
}

function upgradeRequired(): ProblemError {
  return new ProblemError('upgrade-required', {
    detail: 'Open a WebSocket here, or follow the run at stream or events.',
    headers: { upgrade: 'websocket', connection: 'upgrade' },
  })
}
