import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

import { z } from 'zod'

import { connect, type Database } from '../src/db/connect.ts'
import { OWNER } from './api.ts'

const Access = z.object({ DATABASE_URL: z.string(), NEON_ENDPOINT: z.string() })

/** Connects to the database of the stack on `data`, with the address and key of its Worker. */
export function openDatabase(data: string): Database {
  const text = readFileSync(join(data, 'worker.env'), 'utf8')
  const { DATABASE_URL, NEON_ENDPOINT } = Access.parse(parseEnv(text))
  return connect({ url: DATABASE_URL, endpoint: NEON_ENDPOINT, statement_ms: 10_000 })
}

const Ended = z.tuple([z.object({ runs: z.int() })])

/** Counts the ended runs in Postgres. */
export async function countEnded(db: Database): Promise<number> {
  const rows = await db.query(
    `SELECT count(*)::int AS runs FROM runs
    WHERE owner = $1 AND status IN ('finished', 'error', 'aborted')`,
    [OWNER],
  )
  return Ended.parse(rows)[0].runs
}

const Stored = z.tuple([z.object({ postings: z.int(), new: z.int(), unchanged: z.int() })])
export type Stored = z.infer<typeof Stored>[0]

/** Counts the postings that this run has written to Postgres, and its ready jobs by outcome. */
export async function countStored(db: Database, run_id: string): Promise<Stored> {
  const rows = await db.query(
    `SELECT
      (SELECT count(*)::int FROM postings WHERE owner = $1 AND run_id = $2) AS postings,
      count(*) FILTER (WHERE outcome = 'new')::int AS new,
      count(*) FILTER (WHERE outcome = 'unchanged')::int AS unchanged
    FROM run_jobs WHERE owner = $1 AND run_id = $2 AND status = 'ready'`,
    [OWNER, run_id],
  )
  return Stored.parse(rows)[0]
}
