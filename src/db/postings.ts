import { contentColumns, differs, foundIn } from './posting-columns.ts'
import type { ResultTail } from './results.ts'

/** The last visit that wrote a posting, or whose complete listing did not hold it. */
const fence = (table: string) => `greatest(${table}.visit, ${table}.missed_visit)`

/** A long text that stays the same is left as it is stored: packing it anew costs more than to compare. */
const refreshed = (name: string) =>
  name.startsWith('description_')
    ? `CASE WHEN kept.${name} = excluded.${name} THEN kept.${name} ELSE excluded.${name} END`
    : `excluded.${name}`

const visit = `(input.result->>'visit')::integer`

/**
 * What an ingestion result writes: its posting, fenced by the company's visit. `result` is
 * PostingResult of the protocol, and a group is a company's slug.
 *
 * The LIMIT makes Postgres look each key up: left to itself, it reads all of an owner's postings
 * for every statement, until the table has been analysed.
 *
 * A posting that was expired and is back counts as changed. Where a later visit has written the
 * posting, or missed it, this result changes nothing, and its outcome is `unchanged`.
 */
export const postingTail: ResultTail = {
  from: `input
    CROSS JOIN ${foundIn(`input.result->'posting'`)}
    LEFT JOIN LATERAL (
      SELECT * FROM postings WHERE owner = $1::text
        AND company = input."group" AND external_id = input.external_id LIMIT 1
    ) AS before ON true`,
  columns: [
    `${visit} AS visit`,
    `nullif(input.result->'page', 'null') AS page`,
    ...contentColumns.map((name) => `found.${name} AS posting_${name}`),
  ].join(', '),
  outcome: `CASE
    WHEN before.owner IS NULL THEN 'new'
    WHEN ${fence('before')} > ${visit} THEN 'unchanged'
    WHEN ${differs({ stored: 'before', found: 'found' })} THEN 'changed'
    ELSE 'unchanged' END`,
  write: `
  INSERT INTO postings AS kept
    (owner, company, external_id, visit, run_id, page, ${contentColumns.join(', ')})
  SELECT $1::text, "group", external_id, judged.visit, $2::text, judged.page,
    ${contentColumns.map((name) => `judged.posting_${name}`).join(', ')}
  FROM won JOIN judged USING ("group", external_id)
  WHERE won.status = 'ready'
  ORDER BY "group", external_id
  ON CONFLICT (owner, company, external_id) DO UPDATE SET
    status = 'open',
    visit = excluded.visit,
    run_id = excluded.run_id,
    page = excluded.page,
    misses = 0, missed_run = NULL, missed_visit = NULL, expired_at = NULL,
    changed_at = CASE WHEN ${differs({ stored: 'kept', found: 'excluded' })}
      THEN now() ELSE kept.changed_at END,
    ${contentColumns.map((name) => `${name} = ${refreshed(name)}`).join(', ')}
  WHERE ${fence('kept')} <= excluded.visit`,
}
