import type { ResultTail } from './results.ts'

const texts = ['title', 'url', 'description_text']
const lists = ['locations', 'departments']
const times = ['posted_at', 'updated_at']
const content = [...texts, ...lists, ...times]

/** A row expression of the content's columns, such as `(kept.title, kept.url, …)`. */
const contentOf = (table: string) => `(${content.map((name) => `${table}.${name}`).join(', ')})`

const recordColumns = [
  ...texts.map((name) => `${name} text`),
  ...lists.map((name) => `${name} text[]`),
  ...times.map((name) => `${name} timestamptz`),
].join(', ')

/**
 * What an ingestion result writes: its posting, fenced by the company's visit. `result` is
 * PostingResult of the protocol, and a group is a company's slug.
 *
 * The LIMIT makes Postgres look each key up: left to itself, it reads all of an owner's postings
 * for every statement, until the table has been analysed.
 *
 * A posting that was expired and is back counts as changed. Where a later visit has written the
 * posting, this result changes nothing, and its outcome is `unchanged`.
 */
export const postingTail: ResultTail = {
  from: `input
    CROSS JOIN LATERAL jsonb_to_record(input.result->'posting') AS found(${recordColumns})
    LEFT JOIN LATERAL (
      SELECT * FROM postings WHERE owner = $1::text
        AND company = input."group" AND external_id = input.external_id LIMIT 1
    ) AS before ON true`,
  columns: [
    `(input.result->>'visit')::integer AS visit`,
    ...content.map((name) => `found.${name} AS posting_${name}`),
  ].join(', '),
  outcome: `CASE
    WHEN before.owner IS NULL THEN 'new'
    WHEN before.visit > (input.result->>'visit')::integer THEN 'unchanged'
    WHEN before.status <> 'open' THEN 'changed'
    WHEN ${contentOf('before')} IS DISTINCT FROM ${contentOf('found')} THEN 'changed'
    ELSE 'unchanged' END`,
  write: `
  INSERT INTO postings AS kept (owner, company, external_id, visit, run_id, ${content.join(', ')})
  SELECT $1::text, "group", external_id, judged.visit, $2::text,
    ${content.map((name) => `judged.posting_${name}`).join(', ')}
  FROM won JOIN judged USING ("group", external_id)
  WHERE won.status = 'ready'
  ORDER BY "group", external_id
  ON CONFLICT (owner, company, external_id) DO UPDATE SET
    status = 'open',
    visit = excluded.visit,
    run_id = excluded.run_id,
    changed_at = CASE
      WHEN kept.status <> 'open' OR ${contentOf('kept')} IS DISTINCT FROM ${contentOf('excluded')}
      THEN now() ELSE kept.changed_at END,
    ${content.map((name) => `${name} = excluded.${name}`).join(', ')}
  WHERE kept.visit <= excluded.visit`,
}
