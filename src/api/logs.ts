import type { Context } from 'hono'
import { z } from 'zod'

import type { LogPage } from '../protocol/log.ts'
import type { ApiEnv } from './env.ts'
import { limitSchema, parseInput } from './input.ts'
import type { ApiPorts } from './ports.ts'
import { notFound } from './problem.ts'
import { readRun } from './read-run.ts'
import { runIdOf } from './run-id.ts'

const LogsQuery = z.object({
  after: z
    .string()
    .regex(/^[0-9]{1,15}$/, 'a line’s seq: a whole number from 0')
    .transform(Number)
    .default(0),
  limit: limitSchema({ normal: 200, max: 1_000 }),
})

/** The lines of the path's run that come after one of them. */
export async function readLogs(ports: ApiPorts, c: Context<ApiEnv>): Promise<LogPage> {
  const run_id = runIdOf(c.req)
  const query = parseInput(LogsQuery, c.req.query())
  const owner = c.get('owner')
  const page = await readRun(ports, { run_id, owner }, (run) => run.logs({ ...query, owner }))
  if (page === undefined) throw notFound()
  return page
}
