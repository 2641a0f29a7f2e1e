import { BY_DELETION } from './fences.ts'
import { withKept } from './kept-fields.ts'
import { changesOf, contentColumns, differs, fence, foundIn } from './posting-columns.ts'
import type { ResultTail } from './results.ts'

/**
 * Keeps the stored value of an unchanged long text: compressing it again costs more than comparing it. Keeps the
 * first time at which a page said that its posting is closed.
 */
function refreshed(name: string): string {
  if (name === 'closed_at')
    return 'CASE WHEN excluded.closed_at IS NOT NULL THEN coalesce(kept.closed_at, excluded.closed_at) END'
  return name.startsWith('description_')
    ? `CASE WHEN kept.${name} = excluded.${name} THEN kept.${name} ELSE excluded.${name} END`
    : `excluded.${name}`
}

const visit = `(input.result->>'visit')::integer`

/**
 * True if the result changes a stored posting, and no later visit wrote or missed it. OFFSET 0 has Postgres compare the
 * texts once.
 */
const changed = `(before.owner IS NOT NULL AND ${fence('before')} <= ${visit}
  AND ${differs({ stored: 'before', found: 'found' })}) IS TRUE`

/** False if the plan found the stored posting unchanged, and made it this visit's (`markListed`). */
const read = `(input.result->'unchanged') IS NULL`

/** The id that the posting's page gives. */
const canonical = `(input.result->>'canonical_id')`

/**
 * A stored posting of the input's company, by an expression for its id. The LIMIT makes Postgres look up each key.
 * Without statistics it would read all of an owner's postings for every statement.
 */
const stored = (what: string, id: string, where = 'true') =>
  `(SELECT ${what} FROM postings WHERE owner = $1::text AND company = input."group"
    AND external_id = ${id} AND ${where} LIMIT 1)`

const isSame = `(title, to_jsonb(locations)) IS NOT DISTINCT FROM
  (input.result->'posting'->>'title', input.result->'posting'->'locations')`

/**
 * The id of the posting that a result writes. A posting that is known by its job's id keeps that id. The page's own id
 * names a new posting, or the stored one whose title and places are the same: a site may give all of its pages one
 * canonical link, and their adverts are then not one.
 */
const target = `CASE
  WHEN ${canonical} IS NULL OR ${stored('true', 'input.external_id')} THEN input.external_id
  WHEN ${stored(isSame, canonical)} IS FALSE THEN input.external_id
  ELSE ${canonical} END`

/** The number of the company's complete listings before the visit of a result whose posting is new, or open again. */
const listingsBefore = `CASE WHEN ${read} AND (before.owner IS NULL OR before.status <> 'open') THEN (
  SELECT companies.complete_listings - coalesce((visits.status = 'complete')::integer, 0)
  FROM companies LEFT JOIN visits ON visits.owner = companies.owner AND visits.company = slug
    AND visits.visit = ${visit}
  WHERE companies.owner = $1::text AND slug = input."group") END`

/** Adds the complete listings while the posting had expired. Those of a visit that is no longer stored are unknown. */
const listingsWithout = `CASE WHEN kept.status = 'open' THEN kept.listings_without
  ELSE coalesce(kept.listings_without + greatest(0, excluded.listings_without - (
    SELECT complete_listings FROM visits WHERE visits.owner = kept.owner
      AND visits.company = kept.company AND visits.visit = kept.visit)), excluded.listings_without) END`

/** False if the company was deleted after the result's visit: the number of its last visit says so (DEL-4). */
const isOfKeptCompany = `NOT EXISTS (
    SELECT FROM visits WHERE visits.owner = $1::text AND visits.company = "group"
      AND visits.visit >= judged.visit AND visits.decided_by = '${BY_DELETION}')`

/** The aliases of a posting that stay: a listing with other addresses at each visit would add to them for ever. */
const ALIASES = 10

/** True if the result has no content: the page is the same, or only says that the posting is closed. The stored content then stays. */
const keeps = `((input.result->'posting') IS NULL AND (input.result->'page') IS NOT NULL)`

const content = `CASE WHEN ${keeps}
  THEN to_jsonb(before) || jsonb_strip_nulls(jsonb_build_object(
    'closed_at', input.result->'closed_at', 'updated_at', input.result->'updated_at'))
  WHEN input.result ? 'keep' AND before.owner IS NOT NULL
  THEN ${withKept({ posting: `(input.result->'posting')`, keep: `(input.result->'keep')` })}
  ELSE input.result->'posting' END`

/**
 * Writes the posting of an ingestion result, fenced by the company's visit. `result` is the protocol's
 * PostingResult, ClosedResult, SamePageResult or UnchangedResult; the group is the company's slug. An unchanged
 * posting is neither looked up nor written.
 *
 * A posting that had expired and is back counts as changed. If a later visit wrote or missed the posting,
 * this result changes nothing and its outcome is `unchanged`.
 */
export const postingTail: ResultTail = {
  from: `input
    CROSS JOIN LATERAL (SELECT ${target} AS id OFFSET 0) AS target
    LEFT JOIN LATERAL ${stored('*', 'target.id', read)} AS before ON true
    CROSS JOIN ${foundIn(content)}
    CROSS JOIN LATERAL (SELECT ${changed} AS changed OFFSET 0) AS verdict`,
  columns: [
    `${visit} AS visit`,
    'target.id AS posting_id',
    `${listingsBefore} AS listings_without`,
    `(${read} AND (NOT ${keeps} OR before.owner IS NOT NULL)) AS read`,
    `input.result->>'digest' AS digest`,
    `nullif(input.result->'page', 'null') AS page`,
    `CASE WHEN verdict.changed AND before.status <> 'open' THEN before.expired_at END AS expired_at`,
    `CASE WHEN verdict.changed THEN ${changesOf({ stored: 'before', found: 'found' })} END AS changes`,
    ...contentColumns.map((name) => `found.${name} AS posting_${name}`),
  ].join(', '),
  outcome: `CASE
    WHEN NOT ${read} OR (${keeps} AND before.owner IS NULL) THEN 'unchanged'
    WHEN before.owner IS NULL THEN 'new'
    WHEN verdict.changed THEN 'changed'
    ELSE 'unchanged' END`,
  stored: `jsonb_strip_nulls(jsonb_build_object('visit', ${visit},
    'characters', length(input.result->'posting'->>'description_text')))`,
  write: `
  INSERT INTO postings AS kept
    (owner, company, external_id, visit, run_id, page, digest, digest_visit, listings_without,
      ${contentColumns.join(', ')})
  SELECT $1::text, "group", judged.posting_id, judged.visit, $2::text, judged.page, judged.digest, judged.visit,
    judged.listings_without, ${contentColumns.map((name) => `judged.posting_${name}`).join(', ')}
  FROM won JOIN judged USING ("group", external_id)
  WHERE won.status = 'ready' AND judged.read AND ${isOfKeptCompany}
  ORDER BY "group", judged.posting_id
  ON CONFLICT (owner, company, external_id) DO UPDATE SET
    status = 'open',
    visit = excluded.visit,
    run_id = excluded.run_id,
    page = excluded.page,
    digest = excluded.digest,
    digest_visit = excluded.digest_visit,
    misses = 0, missed_run = NULL, missed_visit = NULL, expired_at = NULL,
    listings_without = ${listingsWithout},
    changed_at = CASE WHEN ${differs({ stored: 'kept', found: 'excluded' })}
      THEN now() ELSE kept.changed_at END,
    ${contentColumns.map((name) => `${name} = ${refreshed(name)}`).join(', ')}
  WHERE ${fence('kept')} <= excluded.visit AND (kept.title = excluded.title OR EXISTS (
    SELECT FROM input WHERE input."group" = kept.company AND input.external_id = kept.external_id))
  RETURNING company, external_id`,
  // Hangs on the rows that were written: a result behind the fence is no change. A repeat finds its own row.
  follow: [
    `
  INSERT INTO posting_changes (owner, company, external_id, visit, run_id, expired_at, fields)
  SELECT $1::text, put.company, put.external_id, judged.visit, $2::text, judged.expired_at, judged.changes
  FROM put JOIN judged ON judged."group" = put.company AND judged.posting_id = put.external_id
  WHERE judged.changes IS NOT NULL
  ORDER BY put.company, put.external_id
  ON CONFLICT DO NOTHING`,
    `
  INSERT INTO posting_aliases AS kept (owner, company, alias, external_id, visit)
  SELECT $1::text, put.company, judged.external_id, put.external_id, judged.visit
  FROM put JOIN judged ON judged."group" = put.company AND judged.posting_id = put.external_id
  WHERE judged.external_id <> judged.posting_id
  ORDER BY put.company, judged.external_id
  ON CONFLICT (owner, company, alias) DO UPDATE
    SET external_id = excluded.external_id, visit = excluded.visit`,
    `
  DELETE FROM posting_aliases WHERE ctid = ANY (ARRAY(
    SELECT old.place FROM judged CROSS JOIN LATERAL (
      SELECT ctid AS place FROM posting_aliases
      WHERE judged.external_id <> judged.posting_id AND owner = $1::text AND company = judged."group"
        AND external_id = judged.posting_id AND visit < judged.visit - ${ALIASES} LIMIT ${ALIASES}
    ) AS old))`,
  ],
}
