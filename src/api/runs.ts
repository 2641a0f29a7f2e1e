import { Hono } from 'hono'
import { z } from 'zod'

import { JobStatus, RunStatus } from '../protocol/status.ts'
import { abortRun } from './abort.ts'
import { readJson } from './body.ts'
import type { ApiEnv } from './env.ts'
import { limitSchema, parseInput, QueryText } from './input.ts'
import { readPage } from './listing.ts'
import { readLogs } from './logs.ts'
import { callRun } from './object-call.ts'
import type { ApiPorts } from './ports.ts'
import { badCursor, notFound } from './problem.ts'
import { runIdOf } from './run-id.ts'
import { startRun } from './start.ts'

const StartBody = z.strictObject({ pipeline: z.string(), input: z.unknown() })

const RunsQuery = z.object({
  status: RunStatus.exactOptional(),
  pipeline: QueryText.exactOptional(),
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 50, max: 200 }),
})

const JobsQuery = z.object({
  group: QueryText.exactOptional(),
  status: JobStatus.exactOptional(),
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 100, max: 1_000 }),
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

  app.get('/:run_id', async (c) => {
    const run_id = runIdOf(c.req)
    const view = await callRun(() => ports.run(run_id).view({ owner: c.get('owner') }))
    if (view === undefined) throw notFound()
    const headers = { etag: `"${view.cursor}"`, 'cache-control': 'private, no-cache' }
    return isFresh(c.req.header('if-none-match'), headers.etag)
      ? c.body(null, 304, headers)
      : c.json(view, 200, headers)
  })

  app.get('/:run_id/jobs', async (c) => {
    const run_id = runIdOf(c.req)
    const query = parseInput(JobsQuery, c.req.query())
    const page = await callRun(() => ports.run(run_id).jobs({ ...query, owner: c.get('owner') }))
    if (page === undefined) throw notFound()
    if (page === 'bad_cursor') throw badCursor()
    return c.json(page)
  })

  app.get('/:run_id/logs', async (c) => c.json(await readLogs(ports, c)))
  app.post('/:run_id/abort', async (c) => c.json(await abortRun(ports, c)))
  return app
}

/** RFC 9110, section 13.1.2: a list of tags compared weakly, or `*`. */
function isFresh(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
