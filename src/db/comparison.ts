import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { PostingRecord } from '../protocol/posting.ts'
import type { Database } from './connect.ts'
import { jsonText } from './json.ts'
import { judgement } from './missing.ts'
import { readAliases } from './posting-aliases.ts'
import { differs, foundIn } from './posting-columns.ts'
import type { ExpiryRule } from './visit-end.ts'

type Found<Id extends string> = {
  readonly external_id: Id
  /** Null if the posting's content is on a page of its own. */
  readonly posting: PostingRecord | null
}

type Question<Id extends string> = ExpiryRule & {
  readonly owner: string
  readonly company: string
  readonly found: readonly Found<Id>[]
}

/** `known`: the posting is stored. Without its content nobody can tell whether it changed. */
const Compared = z.enum(['new', 'changed', 'unchanged', 'known'])
type Compared = z.infer<typeof Compared>

const Verdict = z.tuple([
  z.object({
    count: z.int(),
    sample: z.array(z.object({ external_id: z.string(), title: z.string() })),
    held: z.boolean(),
  }),
])

/** The most postings that one statement compares, with all their content. */
const CHUNK = 500

/** Tells what a run that found these postings would do, by the rules of a run's own results. Only reads. */
export async function comparePostings<Id extends string>(
  db: Database,
  { owner, company, found, misses, hold_percent }: Question<Id>,
) {
  const unread = found.filter(({ posting }) => posting === null)
  const aliases = await readAliases(
    db,
    { owner, company },
    unread.map(({ external_id }) => external_id),
  )
  const storedId = (id: Id) => aliases.get(id) ?? id
  const outcomes = new Map<Id, Compared>()
  for (let at = 0; at < found.length; at += CHUNK) {
    const chunk = found.slice(at, at + CHUNK)
    const asked = chunk.map((one) => ({ ...one, external_id: storedId(one.external_id) }))
    const rows = Outcomes.parse(await db.query(OUTCOMES, [owner, company, jsonText(asked)]))
    const outcomeOf = new Map(rows.map((row) => [row.external_id, row.outcome]))
    for (const { external_id } of chunk)
      outcomes.set(external_id, outcomeOf.get(cleanText(storedId(external_id))) ?? 'new')
  }
  const ids = jsonText(found.map(({ external_id }) => storedId(external_id)))
  const rows = await db.query(GONE, [owner, company, ids, misses, hold_percent])
  const [{ held, ...gone }] = Verdict.parse(rows)
  return { outcomes, gone, held }
}

const Outcomes = z.array(z.object({ external_id: z.string(), outcome: Compared }))

const OUTCOMES = `
SELECT input.external_id, CASE
  WHEN before.owner IS NULL THEN 'new'
  WHEN input.posting IS NULL AND before.status = 'open' THEN 'known'
  WHEN ${differs({ stored: 'before', found: 'found' })} THEN 'changed'
  ELSE 'unchanged' END AS outcome
FROM jsonb_to_recordset($3::text::jsonb) AS input(external_id text, posting jsonb)
CROSS JOIN ${foundIn('input.posting')}
LEFT JOIN LATERAL (
  SELECT * FROM postings WHERE owner = $1::text
    AND company = $2::text AND external_id = input.external_id LIMIT 1
) AS before ON true`

const GONE = `
WITH this AS MATERIALIZED (
  SELECT '' AS run_id, true AS judges, $4::integer AS misses_wanted, $5::integer AS hold_percent
),
${judgement('external_id IN (SELECT jsonb_array_elements_text($3::text::jsonb))')}
SELECT gone AS count, sample, held FROM verdict`
