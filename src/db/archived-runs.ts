import { sql } from 'drizzle-orm'

import type { GroupKey } from '../protocol/ids.ts'
import type { Database } from './connect.ts'
import { jsonText } from './json.ts'
import { type Checkpoint, NAMED, NAMED_THEN, putRun } from './runs.ts'
import { runs } from './schema.ts'

type Archive = Checkpoint & {
  readonly group_keys: readonly GroupKey[]
  readonly inputs?: readonly string[]
}

/**
 * Writes an ended run's row to Postgres, unless the stored row has a later seq. A second
 * statement reads the row back. Returns whether Postgres stored it exactly as given.
 */
export async function archiveRun(db: Database, archive: Archive): Promise<boolean> {
  const { owner, seq, view, group_keys, inputs } = archive
  await putRun(db, archive, {
    over: sql`(${runs.seq}, ${NAMED}) <= (excluded.seq, ${NAMED_THEN})`,
    more: { group_keys: [...group_keys], inputs: inputs === undefined ? null : [...inputs] },
  })
  const texts = [view, group_keys].map(jsonText)
  const found = await db.query(HAS, [
    owner,
    view.run_id,
    seq,
    ...texts,
    inputs === undefined ? 'null' : jsonText(inputs),
  ])
  return found.length > 0
}

const HAS = `
SELECT seq FROM runs WHERE owner = $1::text AND run_id = $2::text AND seq = $3::bigint
  AND view = $4::text::jsonb AND to_jsonb(group_keys) = $5::text::jsonb
  AND coalesce(to_jsonb(inputs), 'null') = $6::text::jsonb`
