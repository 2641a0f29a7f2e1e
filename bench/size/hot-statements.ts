import {
  readArchivedJobs,
  readArchivedLines,
  readArchivedRun,
} from '../../src/archive/postgres-archive.ts'
import { archiveJobs } from '../../src/db/archived-jobs.ts'
import { sweepStages } from '../../src/db/chunk-stages.ts'
import { listCompanies } from '../../src/db/companies.ts'
import { comparePostings } from '../../src/db/comparison.ts'
import type { Database } from '../../src/db/connect.ts'
import { listChunks, listDocuments } from '../../src/db/document-list.ts'
import { searchVectors, searchWords } from '../../src/db/document-search.ts'
import { readDocument } from '../../src/db/documents.ts'
import { listExpiries } from '../../src/db/expiries.ts'
import { listFailures } from '../../src/db/failures.ts'
import { readJobResults } from '../../src/db/job-results.ts'
import { knownPages, markListed } from '../../src/db/listed.ts'
import { findOutdated, takeOutdated } from '../../src/db/outdated-documents.ts'
import { countFacets } from '../../src/db/posting-facets.ts'
import { readPostingHistory } from '../../src/db/posting-history.ts'
import { listPostings } from '../../src/db/posting-list.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import { postingTail } from '../../src/db/postings.ts'
import { readRelated } from '../../src/db/related-postings.ts'
import { recordResults } from '../../src/db/results.ts'
import { writeRunJobs } from '../../src/db/run-jobs.ts'
import { countRuns, listRuns } from '../../src/db/run-list.ts'
import { hasRun } from '../../src/db/runs.ts'
import { countStoredBytes } from '../../src/db/stored-bytes.ts'
import { endVisit } from '../../src/db/visit-end.ts'
import { visitCompany } from '../../src/db/visits.ts'
import { admitWatchToken } from '../../src/db/watch-tokens.ts'
import { PlacedJob } from '../../src/protocol/archive.ts'
import { Slug } from '../../src/protocol/company.ts'
import { Owner, RunId } from '../../src/protocol/ids.ts'
import { MatterId } from '../../src/protocol/matter.ts'
import { WatchTokenId } from '../../src/protocol/run.ts'
import { LARGE_OWNER, LARGE_RUN, SMALL_OWNER } from './fill.ts'

/** A call of the Worker, and the statements that it sends. */
export type HotCall = {
  readonly name: string
  readonly call: (db: Database) => Promise<unknown>
}

const owner = Owner.parse(LARGE_OWNER)
const small = Owner.parse(SMALL_OWNER)
const run = { owner, run_id: RunId.parse(LARGE_RUN) }
const company = Slug.parse('company-0007')
const document_id = '1'.padStart(32, '0')
const shared = {
  matter_id: MatterId.parse('1'.padStart(32, '0')),
  token_id: WatchTokenId.parse('2'.padStart(32, '0')),
}
const limit = 50

const jobs = [3, 4].map((n) =>
  PlacedJob.parse({
    group: 'group-0',
    external_id: `job-${n}`,
    title: 'Cook',
    url: null,
    status: 'ready',
    outcome: 'unchanged',
    attempt: 1,
    error: null,
    group_ord: 0,
    n,
  }),
)
const rows = jobs.map(({ external_id, title }) => {
  const posting = {
    title,
    url: 'https://jobs.example/1',
    locations: [],
    description_text: 'Cooks.',
  }
  const result = { visit: 1, posting, page: null }
  return {
    group: company,
    external_id,
    title,
    attempt: 1,
    status: 'ready' as const,
    result,
    error: null,
  }
})

const LISTS: readonly HotCall[] = [
  { name: 'postings: the first page', call: (db) => listPostings(db, { owner, limit }) },
  {
    name: 'postings: a page of a company',
    call: (db) => listPostings(db, { owner, company, limit }),
  },
  {
    name: 'postings: status=expired',
    call: (db) => listPostings(db, { owner, status: 'expired', limit }),
  },
  {
    name: 'postings: q with hits everywhere',
    call: (db) => listPostings(db, { owner, q: 'engineer', limit }),
  },
  {
    name: 'postings: q without hits',
    call: (db) => listPostings(db, { owner, q: 'zeppelin', limit }),
  },
  {
    name: 'postings: q without hits, status=expired',
    call: (db) => listPostings(db, { owner, q: 'zeppelin', status: 'expired', limit }),
  },
  {
    name: 'failures by code',
    call: (db) => listFailures(db, { owner, since: '2026-01-01T00:00:00Z', limit }),
  },
  {
    name: 'postings: status=closed',
    call: (db) => listPostings(db, { owner, status: 'closed', limit }),
  },
  {
    name: 'postings: a country that few are in',
    call: (db) => listPostings(db, { owner, country: ['TV'], limit }),
  },
  {
    name: 'postings: a country and a workplace that many have',
    call: (db) => listPostings(db, { owner, country: ['DE'], workplace: ['remote'], limit }),
  },
  {
    name: 'postings: posted since',
    call: (db) => listPostings(db, { owner, posted_since: '2026-03-01T00:00:00Z', limit }),
  },
  {
    name: 'postings: changed since',
    call: (db) =>
      listPostings(db, { owner, changed_since: { time: '2027-01-01T00:00:00Z' }, limit }),
  },
  {
    name: 'postings: changed since a run',
    call: (db) => listPostings(db, { owner, changed_since: { run_id: run.run_id }, limit }),
  },
  {
    name: 'postings: q by rank',
    call: (db) => listPostings(db, { owner, q: 'engineer berlin', sort: 'rank', limit }),
  },
  {
    name: 'postings: q that few descriptions have',
    call: (db) => listPostings(db, { owner, q: 'word17', sort: 'rank', limit }),
  },
  {
    name: 'postings: facets',
    call: (db) => countFacets(db, { owner }, ['country', 'workplace', 'department']),
  },
  {
    name: 'postings: facets of a country that few are in',
    call: (db) => countFacets(db, { owner, country: ['TV'] }, ['workplace', 'company']),
  },
  {
    name: 'one posting',
    call: (db) => readPosting(db, { owner, company, external_id: 'job-14' }),
  },
  {
    name: 'the history of a posting',
    call: (db) => readPostingHistory(db, { owner, company, external_id: 'job-14' }),
  },
  {
    name: 'the postings related to one',
    call: (db) => readRelated(db, { owner, company, external_id: 'job-14' }),
  },
  { name: 'companies', call: (db) => listCompanies(db, { owner, limit }) },
  {
    name: 'stored bytes of an owner of few documents',
    call: (db) => countStoredBytes(db, SMALL_OWNER),
  },
  {
    name: 'companies: a label that none has',
    call: (db) => listCompanies(db, { owner, label: { key: 'team' }, limit }),
  },
  { name: 'runs: the first page', call: (db) => listRuns(db, { owner, limit }) },
  { name: 'runs: counts', call: (db) => countRuns(db, { owner }) },
  { name: 'runs: counts of a name', call: (db) => countRuns(db, { owner, q: 'nobody' }) },
  {
    name: 'runs: a status that none has',
    call: (db) => listRuns(db, { owner, status: 'error', limit }),
  },
  {
    name: 'runs: a pipeline that none has',
    call: (db) => listRuns(db, { owner, pipeline: 'documents', limit }),
  },
  {
    name: 'runs: a label that few have',
    call: (db) => listRuns(db, { owner, label: { key: 'rare', value: 'yes' }, limit }),
  },
  { name: 'runs: a group that none has', call: (db) => listRuns(db, { owner, group: 'x', limit }) },
  { name: 'runs: a name that none has', call: (db) => listRuns(db, { owner, q: 'nobody', limit }) },
  {
    name: 'runs: with problems',
    call: (db) => listRuns(db, { owner, status: 'with_problems', limit }),
  },
  {
    name: 'runs: those that took longer',
    call: (db) => listRuns(db, { owner, longer_than_s: 1_000_000_000, limit }),
  },
  { name: 'the expiries of a run', call: (db) => listExpiries(db, run) },
]

const ARCHIVE: readonly HotCall[] = [
  { name: 'whether a run is known', call: (db) => hasRun(db, run) },
  { name: 'an archived run', call: (db) => readArchivedRun(db, run) },
  {
    name: 'archived jobs: the first page',
    call: (db) => readArchivedJobs(db, run, { after: null, limit }),
  },
  {
    name: 'archived jobs: a page in the middle',
    call: (db) => readArchivedJobs(db, run, { after: { group: 5, n: 600 }, limit }),
  },
  {
    name: 'archived jobs: a page of the last group',
    call: (db) =>
      readArchivedJobs(db, run, { after: { group: 9, n: 1_000 }, group: 'group-9', limit }),
  },
  {
    name: 'archived jobs: those that failed',
    call: (db) => readArchivedJobs(db, run, { after: null, status: 'failed', limit }),
  },
  {
    name: 'archived jobs: a status that none has',
    call: (db) => readArchivedJobs(db, run, { after: null, status: 'aborted', limit }),
  },
  { name: 'archived lines', call: (db) => readArchivedLines(db, run, { after: 3, limit }) },
  {
    name: 'results of jobs',
    call: (db) => readJobResults(db, { ...run, jobs, most_bytes: 1_000_000 }),
  },
]

const WRITES: readonly HotCall[] = [
  { name: 'a visit begins', call: (db) => visitCompany(db, { ...run, company, visit_ms: 1_000 }) },
  {
    name: 'ids of a listing',
    call: (db) =>
      markListed(db, { owner, company, visit: 3 }, [{ external_id: 'job-14', digest: 'a digest' }]),
  },
  {
    name: 'pages of a listing',
    call: (db) => knownPages(db, { owner, company, visit: 3 }, ['job-14']),
  },
  {
    name: 'a comparison',
    call: (db) =>
      comparePostings(db, {
        owner,
        company,
        found: [{ external_id: 'job-14', posting: null }],
        misses: 1,
        hold_percent: 30,
      }),
  },
  {
    name: 'results',
    call: (db) => recordResults(db, { ...run, tail: postingTail }, rows),
  },
  { name: 'a page of a checkpoint', call: (db) => writeRunJobs(db, run, jobs) },
  { name: 'a page of an archive', call: (db) => archiveJobs(db, run, jobs) },
  {
    name: 'a visit ends',
    call: (db) =>
      endVisit(
        db,
        { owner, company, visit: 3 },
        { listing: 'complete', misses: 1, hold_percent: 1 },
      ),
  },
]

const vector = new Float32Array(1_024).map((_, place) => Math.sin((1 + place) * 7))

const DOCUMENTS: readonly HotCall[] = [
  { name: 'documents', call: (db) => listDocuments(db, { owner: small, limit }) },
  {
    name: 'the right of a watch token',
    call: (db) => admitWatchToken(db, { owner: small, ...shared, document_id }),
  },
  {
    name: 'documents of a matter',
    call: (db) => listDocuments(db, { owner: small, matter: 'matter-1', limit }),
  },
  { name: 'one document', call: (db) => readDocument(db, { owner: small, document_id }) },
  {
    name: 'chunks of a document',
    call: (db) => listChunks(db, { owner: small, document_id, limit }),
  },
  {
    name: 'search: a word that others have',
    call: (db) => searchWords(db, { owner: small, limit }, 'deposit'),
  },
  {
    name: 'search: a rare word',
    call: (db) => searchWords(db, { owner: small, limit }, 'house 40'),
  },
  {
    name: 'search by meaning',
    call: (db) => searchVectors(db, { owner: small, limit }, { model: 'model', vector }),
  },
  {
    name: 'stages of a document that are stale',
    call: (db) => sweepStages(db, { owner: small, document_id, stage: 'none.1' }, 1_000_000_000),
  },
  {
    name: 'a document of another model',
    call: (db) => takeOutdated(db, { owner: small, document_id, run_id: LARGE_RUN }, 'another'),
  },
  {
    name: 'documents of another model',
    call: (db) =>
      findOutdated(db, {
        owner: small,
        run_id: LARGE_RUN,
        model: 'model',
        limit: 100,
        input_bytes: 1_000_000,
      }),
  },
]

/** What the Worker asks of Postgres again and again, over the rows that `fill` makes. */
export const HOT_CALLS: readonly HotCall[] = [...LISTS, ...ARCHIVE, ...WRITES, ...DOCUMENTS]
