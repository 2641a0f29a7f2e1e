import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { Database } from './connect.ts'
import { jsonText } from './json.ts'

/** Reads under which ids postings are stored that a listing names by these. Holds no entry for an id that is no alias. */
export async function readAliases(
  db: Database,
  { owner, company }: { readonly owner: string; readonly company: string },
  external_ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (external_ids.length === 0) return new Map()
  const rows = Aliased.parse(await db.query(READ, [owner, company, jsonText(external_ids)]))
  const found = new Map(rows.map(({ alias, external_id }) => [alias, external_id]))
  return new Map(
    external_ids.flatMap((id) => {
      const stored = found.get(cleanText(id))
      return stored === undefined ? [] : [[id, stored]]
    }),
  )
}

const Aliased = z.array(z.object({ alias: z.string(), external_id: z.string() }))

const READ = `
SELECT input.alias, stored.external_id
FROM jsonb_array_elements_text($3::text::jsonb) AS input(alias)
CROSS JOIN LATERAL (
  SELECT external_id FROM posting_aliases WHERE owner = $1::text AND company = $2::text
    AND alias = input.alias LIMIT 1
) AS stored`
