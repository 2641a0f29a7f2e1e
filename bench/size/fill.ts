import type { Client } from 'pg'

import type { RunView } from '../../src/protocol/run.ts'

/** How many rows to make. Half of the postings belong to the first owner, and so does a run with a tenth of all jobs. */
export type Sizes = {
  readonly postings: number
  readonly run_jobs: number
  readonly chunks: number
  /** How many of the chunks have a vector. There are forty different ones, because each takes long to place in its index. */
  readonly vectors: number
  /** Runs of the first owner without jobs. */
  readonly runs: number
}

/** The owner of half of all postings and of the large run. */
export const LARGE_OWNER = 'owner-0'
/** An owner of few documents. */
export const SMALL_OWNER = 'owner-1'
/** The run of a tenth of all jobs. The number of a run is its id in hex. */
export const LARGE_RUN = runId(0)
/** The company of the large owner whose postings have expired: the last one in the order of the list. */
const LAST_COMPANY = 'company-0999'

const OWNERS = 20
const COMPANIES = 1_000
const JOBS_OF_A_RUN = 10_000
const GROUPS_OF_A_RUN = 10
/** Chunks of a document. */
const CHUNKS = 4

function runId(n: number): string {
  return n.toString(16).padStart(32, '0')
}

const VIEW: Omit<RunView, 'run_id'> = {
  pipeline: 'ingestion',
  status: 'finished',
  round: 1,
  cursor: 'epoch.9',
  counts: { total: 0, by_status: {} },
  groups: {},
  watchers: 0,
  created_at: '2026-01-01T00:00:00.000Z',
  ended_at: '2026-01-02T00:00:00.000Z',
  snapshot: {
    total: 0,
    ready: 0,
    failed: 0,
    skipped: 0,
    aborted: 0,
    new: 0,
    changed: 0,
    unchanged: 0,
    groups_closed: 0,
    groups_failed: 0,
  },
}

/** Fills an empty, migrated database, and brings the planner's statistics up to date. */
export async function fill(client: Client, sizes: Sizes): Promise<void> {
  for (const statement of statements(sizes)) await client.query(statement)
  await client.query('VACUUM ANALYZE')
}

const owner = (n: string) => `CASE WHEN ${n} % 2 = 0 THEN '${LARGE_OWNER}' ELSE
  'owner-' || (1 + (${n} / 2) % ${OWNERS - 1}) END`
const ownerOfDocument = (n: string) => `'owner-' || ${n} % ${OWNERS}`
const company = (n: string) => `'company-' || lpad(((${n} / 2) % ${COMPANIES})::text, 4, '0')`
const run = (n: string) => `lpad(to_hex(${n}), 32, '0')`

const TITLE = `(ARRAY['Senior','Junior','Lead','Chief','Deputy'])[1 + n % 5] || ' ' ||
  (ARRAY['Engineer','Nurse','Baker','Analyst','Driver','Teacher','Cook'])[1 + (n / 5) % 7] || ' ' ||
  (ARRAY['Berlin','Hamburg','Köln','Zürich','Paris'])[1 + (n / 35) % 5] || ' (m/w/d) ' || n`

/** One posting a minute, in another order than that of the companies. */
const POSTED = `'2026-01-01'::timestamptz + (n * 7919::bigint % 100000) * interval '1 minute'`

/** Every 97th posting is in Malta, and every 1,999th in Tuvalu: a rare country and a very rare one to filter by. */
const FACETS = `ARRAY['workplace:' || (ARRAY['onsite','hybrid','remote','unknown'])[1 + n / 2 % 4],
  'country:' || CASE WHEN n / 2 % 1999 = 0 THEN 'TV' WHEN n / 2 % 97 = 0 THEN 'MT'
    ELSE (ARRAY['DE','US','GB','FR'])[1 + n / 3 % 4] END,
  'language:' || (ARRAY['en','de'])[1 + n / 5 % 2], 'employment_type:' || (ARRAY['full_time','part_time'])[1 + n / 7 % 2],
  'department:Department ' || n / 11 % 40]`

/** The words of the title, and forty of 5,000 others. */
const WORDS = `lower(${TITLE}) || ' ' ||
  (SELECT string_agg('word' || (n::bigint * (k * k + 1) % 5000), ' ') FROM generate_series(1, 40) AS k)`

/** Six bands, as random as those of real texts. */
const LIKENESS = `(SELECT array_agg((k << 16) + (n::bigint * (k + 3) * 7919 % (CASE WHEN k < 4 THEN 2048 ELSE 1024 END))::integer
  ORDER BY k) FROM generate_series(0, 5) AS k)`

/** One statement a table, so that a table's rows are made by Postgres and never cross the wire. */
function* statements({ postings, run_jobs, runs, ...texts }: Sizes): Iterable<string> {
  yield `INSERT INTO companies (owner, slug, name, source, visit)
    SELECT DISTINCT ${owner('n')}, ${company('n')}, 'Company', '{"type":"lever","board":"b"}'::jsonb, 2
    FROM generate_series(0, ${postings - 1}) AS n`
  yield `INSERT INTO postings (owner, company, external_id, status, title, url, locations,
      description_html, description_text, visit, run_id, posted_at, first_seen_at, changed_at, facets, words, likeness)
    SELECT ${owner('n')}, ${company('n')}, 'job-' || n,
      CASE WHEN ${company('n')} = '${LAST_COMPANY}' THEN 'expired' ELSE 'open' END,
      ${TITLE}, 'https://jobs.example/' || n, '{Berlin}', '<p>Builds things.</p>', 'Builds things.', 1,
      '${LARGE_RUN}', ${POSTED}, ${POSTED} + interval '1 day', ${POSTED} + interval '1 day', ${FACETS}, ${WORDS}, ${LIKENESS}
    FROM generate_series(0, ${postings - 1}) AS n`
  yield `INSERT INTO posting_changes (owner, company, external_id, visit, run_id, fields)
    SELECT owner, company, external_id, 1, run_id, '{"title": ["Cook", "Chef"]}' FROM postings`
  yield `INSERT INTO posting_aliases (owner, company, alias, external_id, visit)
    SELECT owner, company, 'alias-' || external_id, external_id, 1 FROM postings`
  yield `INSERT INTO visits (owner, company, visit, run_id, floor, status, ended_at, expiry)
    SELECT owner, slug, nth, ${run('nth')}, nth, 'complete', now(), 'applied'
    FROM companies CROSS JOIN generate_series(1, 2) AS nth`
  yield `INSERT INTO listed (owner, company, visit, part, ids)
    SELECT owner, company, 2, 'part', array_agg(external_id) FROM postings GROUP BY owner, company`
  yield* runStatements(run_jobs, runs)
  yield* documentStatements(texts)
}

function* runStatements(run_jobs: number, runs: number): Iterable<string> {
  const large = Math.floor(run_jobs / 10)
  const others = Math.max(1, Math.ceil((run_jobs - large) / JOBS_OF_A_RUN))
  yield `INSERT INTO runs (owner, run_id, pipeline, status, seq, round, created_at, ended_at, total, view, group_keys)
    SELECT CASE WHEN n = 0 OR n > ${others} THEN '${LARGE_OWNER}' ELSE ${owner('n')} END,
      ${run('n')}, 'ingestion', 'finished', 9, 1, '2026-01-01'::timestamptz + n * interval '1 minute',
      '2026-01-02', ${JOBS_OF_A_RUN}, '${JSON.stringify(VIEW)}'::jsonb || jsonb_build_object('run_id', ${run('n')},
        'name', 'Nightly ' || n, 'labels', CASE WHEN n % 200 = 0 THEN '{"rare": "yes"}'::jsonb ELSE '{"team": "growth"}' END), ARRAY['group-0']
    FROM generate_series(0, ${others + runs}) AS n`
  yield jobsOf(`SELECT 0 AS run, n FROM generate_series(0, ${large - 1}) AS n`, large)
  yield jobsOf(
    `SELECT 1 + n / ${JOBS_OF_A_RUN} AS run, n % ${JOBS_OF_A_RUN} AS n
     FROM generate_series(0, ${run_jobs - large - 1}) AS n`,
    JOBS_OF_A_RUN,
  )
  // As after the deletion of many runs.
  yield `INSERT INTO fences (owner, run_id, task_id)
    SELECT 'owner-' || n % ${OWNERS}, lpad(to_hex(n + 100000000), 32, '0'), 'a task' FROM generate_series(1, 5000) AS n`
  yield `INSERT INTO run_logs (owner, run_id, seq, ts, level, message, as_of, late)
    SELECT owner, run_id, line, created_at, 'info', 'A line of the log.', 1, false
    FROM runs CROSS JOIN generate_series(1, 5) AS line`
}

/** Every thousandth job has failed. The last jobs of a run are in its last group. */
function jobsOf(numbers: string, jobs: number): string {
  const group = `(n * ${GROUPS_OF_A_RUN}::bigint / ${jobs})::integer`
  return `INSERT INTO run_jobs
      (owner, run_id, "group", external_id, title, status, outcome, attempt, group_ord, n, result)
    SELECT CASE WHEN run = 0 THEN '${LARGE_OWNER}' ELSE ${owner('run')} END, ${run('run')},
      'group-' || ${group}, 'job-' || n, ${TITLE},
      CASE WHEN n % 1000 = 999 THEN 'failed' ELSE 'ready' END,
      CASE WHEN n % 1000 = 999 THEN NULL ELSE 'unchanged' END, 1, ${group}, n,
      '{"visit":1,"characters":14}'::jsonb
    FROM (${numbers}) AS jobs`
}

/** Every second owner’s chunks have a word that the others’ lack. */
function* documentStatements({
  chunks,
  vectors,
}: Pick<Sizes, 'chunks' | 'vectors'>): Iterable<string> {
  yield `INSERT INTO documents
      (owner, document_id, matter, name, kind, size, sha256, run_id, stage, language, pages,
      characters, chunks, model, created_at, indexed_at)
    SELECT ${ownerOfDocument('n')}, ${run('n')}, 'matter-' || n % 7, 'File', 'pdf', 9, n::text,
      ${run('1')}, ${run('1')} || '.1', 'english', 1, 300, ${CHUNKS}, 'model', now() + n * interval '1 ms', now()
    FROM generate_series(0, ${Math.ceil(chunks / CHUNKS) - 1}) AS n`
  yield `INSERT INTO matters (owner, "group", name)
    SELECT ${ownerOfDocument('n')}, 'empty-' || n, 'Empty matter ' || n
    FROM generate_series(0, ${Math.ceil(chunks / CHUNKS) - 1}) AS n`
  // Every matter is shared.
  yield `INSERT INTO watch_tokens (owner, matter_id, token_id, expires_at)
    SELECT owner, matter_id, md5(matter_id), now() + interval '1 day' FROM matters`
  // Every second document is attached to an earlier one of its owner.
  yield `INSERT INTO attachments (owner, parent_id, document_id, place)
    SELECT ${ownerOfDocument('n')}, ${run(`n - ${2 * OWNERS}`)}, ${run('n')}, 0
    FROM generate_series(${2 * OWNERS}, ${Math.ceil(chunks / CHUNKS) - 1}, 2) AS n`
  yield `INSERT INTO chunks
      (owner, document_id, stage, n, text, start, "end", page, page_end, headings, language, words)
    SELECT ${ownerOfDocument(`n / ${CHUNKS}`)}, ${run(`n / ${CHUNKS}`)}, ${run('1')} || '.1', n % ${CHUNKS}, 'The lease ends.',
      0, 9, 1, 1, '{}', 'english',
      to_tsvector('english', 'the lease of house ' || n % 5000 || ' ends' ||
        CASE WHEN n / ${CHUNKS} % 2 = 0 THEN ' and others hold the deposit' ELSE '' END)
    FROM generate_series(0, ${chunks - 1}) AS n`
  yield `DO $$ BEGIN IF to_regclass('chunk_vectors') IS NOT NULL THEN
      INSERT INTO chunk_vectors (owner, document_id, stage, n, model, vector)
      SELECT owner, document_id, stage, n, 'model', (
        SELECT array_agg(sin(place * (1 + number % 40))) FROM generate_series(1, 1024) AS place)::vector
      FROM (SELECT *, row_number() OVER (ORDER BY document_id, n) AS number FROM chunks
        LIMIT ${vectors}) AS first;
    END IF; END $$`
}
