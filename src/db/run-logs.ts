import { z } from 'zod'

import type { PlacedLine } from '../protocol/archive.ts'
import type { RunName } from '../protocol/ids.ts'
import type { Database } from './connect.ts'
import { isUnfenced } from './fences.ts'
import { jsonText } from './json.ts'
import { tuple } from './run-jobs.ts'
import { writeSplitting } from './split.ts'

const Lacking = z.array(z.object({ seq: z.int() }))

/** `why` is the error with which Postgres refused the line. */
type LackingLine = z.infer<typeof Lacking>[number] & { readonly why?: string }

/**
 * Writes the lines of an ended run's log after one line to Postgres. Returns the lines that
 * Postgres refused or did not store exactly as given. Removes stored lines of that stretch that the run no
 * longer has.
 */
export async function archiveLines(
  db: Database,
  { owner, run_id }: RunName,
  { after, lines }: { readonly after: number; readonly lines: readonly PlacedLine[] },
): Promise<readonly LackingLine[]> {
  const last = lines.at(-1)
  if (last === undefined) return []
  const { failed } = await writeSplitting(lines, (part) =>
    db.query(WRITE, [owner, run_id, jsonText(part)]),
  )
  if (failed.length > 0) return failed.map(({ row: { seq }, message: why }) => ({ seq, why }))
  const given = [owner, run_id, jsonText(lines)]
  await db.query(FORGET, [...given, after, last.seq])
  return Lacking.parse(await db.query(LACKING, given))
}

const COLUMNS = ['ts', 'level', 'message', '"group"', 'external_id', 'as_of', 'late', 'since']

const GIVEN = `
jsonb_to_recordset($3::text::jsonb) AS given(
  seq integer, ts timestamptz, level text, message text, "group" text, external_id text,
  as_of bigint, late boolean, since timestamptz)`

const WRITE = `
INSERT INTO run_logs AS kept (owner, run_id, seq, ${COLUMNS.join(', ')})
SELECT $1::text, $2::text, seq, ${COLUMNS.join(', ')} FROM ${GIVEN} WHERE ${isUnfenced} ORDER BY seq
ON CONFLICT (owner, run_id, seq) DO UPDATE SET
  ${COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}
WHERE ${tuple('kept', COLUMNS)} IS DISTINCT FROM ${tuple('excluded', COLUMNS)}`

const FORGET = `
DELETE FROM run_logs WHERE owner = $1::text AND run_id = $2::text
  AND seq > $4::integer AND seq <= $5::integer AND seq NOT IN (SELECT seq FROM ${GIVEN})`

const LACKING = `
SELECT given.seq FROM ${GIVEN}
LEFT JOIN run_logs AS kept ON kept.owner = $1::text AND kept.run_id = $2::text
  AND kept.seq = given.seq
WHERE ${tuple('kept', COLUMNS)} IS DISTINCT FROM ${tuple('given', COLUMNS)}`
