import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

import { z } from 'zod'

import { connect, type Database } from '../../src/db/connect.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { JobView } from '../../src/protocol/run.ts'

const StoredJob = JobView.pick({
  group: true,
  external_id: true,
  title: true,
  status: true,
  attempt: true,
}).extend({ outcome: z.string().nullable() })
export type StoredJob = z.infer<typeof StoredJob>

const Access = z.object({ DATABASE_URL: z.string(), NEON_ENDPOINT: z.string() })

/** Connects to the stack's Postgres with the key of its Worker. */
export function databaseOf(stack: { readonly data: string }): Database {
  const variables = parseEnv(readFileSync(join(stack.data, 'worker.env'), 'utf8'))
  const { DATABASE_URL: url, NEON_ENDPOINT: endpoint } = Access.parse(variables)
  return connect({ url, endpoint, statement_ms: 10_000 })
}

/** Reads a run's jobs from Postgres. */
export async function storedJobs(
  stack: { readonly data: string },
  run_id: RunId,
): Promise<StoredJob[]> {
  const rows = await databaseOf(stack).query(
    'SELECT "group", external_id, title, status, outcome, attempt FROM run_jobs WHERE run_id = $1',
    [run_id],
  )
  return z.array(StoredJob).parse(rows)
}
