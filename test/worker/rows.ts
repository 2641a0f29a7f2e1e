import type { Owner } from '../../src/protocol/ids.ts'
import { database } from './parts.ts'

/**
 * Reads all rows of an owner's runs from Postgres without names and times, so that equal runs have equal
 * rows.
 */
export async function rowsOf(owner: Owner): Promise<Record<string, string[]>> {
  const tables = ['run_jobs', 'postings', 'visits'] as const
  const read = await Promise.all(tables.map(async (table) => [table, await rows(table, owner)]))
  return Object.fromEntries(read)
}

/** Reads the rows of a table, and names runs by their order. */
async function rows(table: string, owner: Owner): Promise<string[]> {
  const names = ['owner', 'run_id', 'missed_run', 'updated_at', 'first_seen_at', 'changed_at']
  const dropped = [...names, 'expired_at', 'started_at', 'ended_at', 'created_at', 'decided_at']
  const found = await database().query(
    `SELECT (to_jsonb(t) - $2::text[])
        || jsonb_build_object('run', (SELECT count(*) FROM runs r
             WHERE r.owner = t.owner AND r.created_at <= o.created_at)) AS row
      FROM ${table} t JOIN runs o ON o.owner = t.owner AND o.run_id = t.run_id
      WHERE t.owner = $1`,
    [owner, dropped],
  )
  return found.map(({ row }) => JSON.stringify(row)).toSorted()
}
