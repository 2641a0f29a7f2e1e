/**
 * The rule by which postings expire (PLAN-4), as parts of a statement about the company $2 of the owner $1.
 * The parts use a CTE `this` of at most one row with `run_id`, `misses_wanted`, `hold_percent` and
 * `judges`; nothing is judged if `judges` is false.
 *
 * The parts write IN in places where Postgres hashes the ids. A join over tables without statistics would
 * become a nested loop.
 */

/** Counts a missing posting once for each run, however often the run reads the listing. */
const raised = `misses + (missed_run IS DISTINCT FROM (SELECT run_id FROM this))::integer`

/**
 * Postings that need two misses: their addresses vary, or are not their pages' own, so that a visit names them only after
 * its end, when their pages are read. An identifier alone says nothing of the address.
 */
const varying = `SELECT external_id FROM posting_aliases WHERE owner = $1::text AND company = $2::text
  GROUP BY external_id HAVING count(*) > 1 OR NOT starts_with(external_id, 'identifier:')`

const needed = `greatest((SELECT misses_wanted FROM this),
  CASE WHEN external_id IN (${varying}) THEN 2 ELSE 1 END)`

const enough = `${raised} >= ${needed}`

/** The number of gone postings that a person is shown. */
const SAMPLE = 10

/** CTEs: each open posting, as `judged`, and the `verdict` over all of them. */
export const judgement = (seen: string) => `
opened AS MATERIALIZED (
  SELECT external_id, title, ${seen} AS seen, ${enough} AS enough FROM postings
  WHERE owner = $1::text AND company = $2::text AND status = 'open' AND (SELECT judges FROM this)
),
judged AS MATERIALIZED (
  SELECT external_id, title, NOT seen AS missed, NOT seen AND enough AS gone FROM opened
),
verdict AS MATERIALIZED (
  SELECT gone, open, gone * 100 > (SELECT hold_percent FROM this) * open AS held, (
    SELECT coalesce(jsonb_agg(first ORDER BY first.external_id), '[]') FROM (
      SELECT external_id, title FROM judged WHERE gone ORDER BY external_id LIMIT ${SAMPLE}
    ) AS first
  ) AS sample
  FROM (
    SELECT count(*) FILTER (WHERE gone)::integer AS gone, count(*)::integer AS open FROM judged
  ) AS tally
)`

/** True if the visit, or one that overlaps or follows it, listed or wrote the posting. */
export const seenByVisit = `(visit >= (SELECT floor FROM this) OR external_id IN (
  SELECT unnest(ids) FROM listed WHERE owner = $1::text AND company = $2::text
    AND visit >= (SELECT floor FROM this)))`

const expires = `NOT (SELECT held FROM verdict) AND ${enough}`

/**
 * A statement that counts a miss for each missed posting and, unless the verdict is held, expires the gone
 * ones. It needs `visit` and `floor` in `this`, and the lock of the company's row.
 */
export const expireMissed = `
UPDATE postings SET
  misses = ${raised}, missed_run = (SELECT run_id FROM this), missed_visit = (SELECT visit FROM this),
  status = CASE WHEN ${expires} THEN 'expired' ELSE status END,
  expired_at = CASE WHEN ${expires} THEN now() END,
  changed_at = CASE WHEN ${expires} THEN now() ELSE changed_at END
WHERE owner = $1::text AND company = $2::text AND status = 'open'
  AND visit < (SELECT floor FROM this)
  AND (external_id IN (SELECT external_id FROM judged WHERE missed)) IS TRUE`
