import { Hono } from 'hono'

import type { ApiEnv } from './env.ts'
import type { ApiPorts } from './ports.ts'
import type { VerifyToken } from './verify-token.ts'
import { eventRoutes } from './watch-events.ts'
import { socketRoutes } from './watch-socket.ts'
import { streamRoutes } from './watch-stream.ts'

/** The routes that a run is watched by, the same events by each (W-5): they alone take `?token=`. */
export function watchRoutes(ports: ApiPorts, verify: VerifyToken): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.route('/', streamRoutes(ports, verify))
  app.route('/', socketRoutes(ports, verify))
  app.route('/', eventRoutes(ports, verify))
  return app
}
