import { Hono } from 'hono'
import { z } from 'zod'

import { JobStatus } from '../protocol/status.ts'
import { requireReader } from './authenticate.ts'
import type { ApiEnv } from './env.ts'
import { isFresh } from './fresh.ts'
import { limitSchema, parseInput, QueryText } from './input.ts'
import { readLogs } from './logs.ts'
import type { ApiPorts } from './ports.ts'
import { badCursor, notFound } from './problem.ts'
import { readRun } from './read-run.ts'
import { runIdOf } from './run-id.ts'
import type { VerifyToken } from './verify-token.ts'

const JobsQuery = z.object({
  group: QueryText.exactOptional(),
  status: JobStatus.exactOptional(),
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 100, max: 1_000 }),
})

/** What may be read of one run, also by those who hold a watch token for it. */
export function readingRoutes(ports: ApiPorts, verify: VerifyToken): Hono<ApiEnv> {
  const reader = requireReader(ports, verify)
  const app = new Hono<ApiEnv>()

  app.get('/runs/:run_id', reader, async (c) => {
    const run_id = runIdOf(c.req)
    const owner = c.get('owner')
    const view = await readRun(ports, { run_id, owner }, (run) => run.view({ owner }))
    if (view === undefined) throw notFound()
    const headers = { etag: `"${view.cursor}"`, 'cache-control': 'private, no-cache' }
    return isFresh(c.req.header('if-none-match'), headers.etag)
      ? c.body(null, 304, headers)
      : c.json(view, 200, headers)
  })

  app.get('/runs/:run_id/jobs', reader, async (c) => {
    const run_id = runIdOf(c.req)
    const query = parseInput(JobsQuery, c.req.query())
    const owner = c.get('owner')
    const page = await readRun(ports, { run_id, owner }, (run) => run.jobs({ ...query, owner }))
    if (page === undefined) throw notFound()
    if (page === 'bad_cursor') throw badCursor()
    return c.json(page)
  })

  app.get('/runs/:run_id/logs', reader, async (c) => c.json(await readLogs(ports, c)))
  app.get('/ingestion/logs/:run_id', reader, async (c) => c.json(await readLogs(ports, c)))
  return app
}
