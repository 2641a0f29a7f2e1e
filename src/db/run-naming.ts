import { z } from 'zod'

import type { RunName } from '../protocol/ids.ts'
import { changeNaming, isNamed, type Naming, type NamingChange } from '../protocol/naming.ts'
import type { Database } from './connect.ts'
import { jsonText } from './json.ts'
import { readRow } from './readable.ts'

/** `unknown`: this owner has no archived run with this id. */
type StoredNaming =
  | { readonly kind: 'named'; readonly naming: Naming }
  | { readonly kind: 'too_many' | 'unknown' }

const Row = z.object({
  naming: z.object({
    name: z.string().exactOptional(),
    labels: z.record(z.string(), z.string()).exactOptional(),
    named: z.int().exactOptional(),
  }),
})

/**
 * Changes the name and the labels of an archived run. Two changes at a time follow one another: the second one is
 * written only over the row that it has read, and reads again.
 */
export async function renameArchived(
  db: Database,
  run: RunName,
  change: NamingChange,
): Promise<StoredNaming> {
  for (;;) {
    const [row] = await db.query(READ, [run.owner, run.run_id])
    if (row === undefined) return { kind: 'unknown' }
    const { naming: before } = readRow(Row, row, {
      owner: run.owner,
      what: `the run ${run.run_id}`,
    })
    const after = changeNaming(before, change)
    if (after === 'too_many') return { kind: 'too_many' }
    if (isNamed(before, after)) return { kind: 'named', naming: before }
    const params = [run.owner, run.run_id, jsonText(after), before.named ?? 0]
    const written = await db.query(WRITE, params)
    if (written.length > 0) return { kind: 'named', naming: after }
  }
}

const READ = `
SELECT jsonb_strip_nulls(jsonb_build_object(
  'name', view->'name', 'labels', view->'labels', 'named', view->'named')) AS naming
FROM runs WHERE owner = $1::text AND run_id = $2::text AND group_keys IS NOT NULL`

const WRITE = `
UPDATE runs SET view = (view - '{name,labels}'::text[]) || $3::text::jsonb
WHERE owner = $1::text AND run_id = $2::text AND group_keys IS NOT NULL
  AND coalesce(view->'named', '0') = to_jsonb($4::integer)
RETURNING run_id`
