import { Hono } from 'hono'

import { abortRun } from './abort.ts'
import { readJson } from './body.ts'
import type { ApiEnv } from './env.ts'
import type { ApiPorts } from './ports.ts'
import { startRun } from './start.ts'

/** The routes that clients of the earlier system know, over the same parts as `/api/runs`. */
export function ingestionRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.post('/start', async (c) => {
    const input = await readJson(c.req.raw)
    const { run_id } = await startRun(ports, c, { pipeline: 'ingestion', input, input_at: [] })
    return c.json({ run_id }, 202, { location: `/api/runs/${run_id}` })
  })

  app.post('/abort/:run_id', async (c) => c.json(await abortRun(ports, c)))
  return app
}
