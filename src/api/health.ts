import { Hono } from 'hono'

import type { ApiEnv } from './env.ts'
import type { ApiPorts } from './ports.ts'
import { unavailable } from './problem.ts'

export function healthRoutes(ports: ApiPorts): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/', async (c) => {
    if (!(await ports.health())) throw unavailable('The service', undefined)
    return c.json({ status: 'ok' })
  })
}
