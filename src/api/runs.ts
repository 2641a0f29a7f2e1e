import { Hono } from 'hono'
import { z } from 'zod'

import { RunStatus } from '../protocol/status.ts'
import { abortRun } from './abort.ts'
import { readJson } from './body.ts'
import type { ApiEnv } from './env.ts'
import { limitSchema, parseInput, QueryText } from './input.ts'
import { readPage } from './listing.ts'
import type { ApiPorts } from './ports.ts'
import { retryRun } from './retry.ts'
import { startRun } from './start.ts'

const StartBody = z.strictObject({ pipeline: QueryText, input: z.unknown() })

const RunsQuery = z.object({
  status: RunStatus.exactOptional(),
  pipeline: QueryText.exactOptional(),
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 50, max: 200 }),
})

export function runRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.post('/', async (c) => {
    const { pipeline, input } = parseInput(StartBody, await readJson(c.req.raw))
    const run = await startRun(ports, c, { pipeline, input, input_at: ['input'] })
    return c.json(run, 202, { location: `/api/runs/${run.run_id}` })
  })

  app.get('/', async (c) => {
    const query = parseInput(RunsQuery, c.req.query())
    return c.json(await readPage(() => ports.listRuns({ ...query, owner: c.get('owner') })))
  })

  app.post('/:run_id/abort', async (c) => c.json(await abortRun(ports, c)))
  app.post('/:run_id/retry', async (c) => c.json(await retryRun(ports, c), 202))
  return app
}
