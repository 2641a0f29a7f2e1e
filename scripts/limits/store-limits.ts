import { PLAIN_RESULT_BYTES } from '../../src/db/results.ts'
import { CRAWL_JOBS, PAGE_JOBS } from '../../src/pipelines/ingestion/plan.ts'
import { STATEMENT_ROWS } from '../../src/queue/checkpoint.ts'
import { constantIn } from './configuration.ts'
import { count, type LimitOf, size } from './limit.ts'

const PART_BYTES = constantIn('src/storage/parted-object.ts', 'PART_BYTES')

/** The limits of R2. */
export const bucketLimits: readonly LimitOf[] = [
  ({ settings: s }) => ({
    name: 'object',
    page: 'r2',
    platform: '5 GiB in one put, 5 TiB in parts',
    runcast: `a file of ${size(s.upload_bytes)}, an answer of ${size(s.fetch_bytes)}`,
    outcome: 'never reached',
    tests: [],
  }),
  ({ settings: s }) => ({
    name: 'parts of an upload',
    page: 'r2',
    platform: '10,000, of one size, at least 5 MiB',
    runcast: `${count(Math.ceil(s.upload_bytes / PART_BYTES))} of ${size(PART_BYTES)}`,
    outcome: 'never reached',
    tests: [['test/worker/parts/queue-connections.test.ts', 'counts the parts of an upload']],
  }),
  () => ({
    name: 'writes of one key',
    page: 'r2',
    platform: '1 a second',
    runcast:
      'keys are random, or name a plan or a listing, of which one reader at a time keeps a new answer',
    outcome: 'the put fails, and the job or the plan is tried again',
    tests: [
      [
        'test/unit/kept-answers.test.ts',
        'is not fetched again while its host says that it is fresh',
      ],
    ],
  }),
]

/** The limits of Neon. */
export const databaseLimits: readonly LimitOf[] = [
  ({ settings: s }) => ({
    name: 'request and answer over HTTP',
    page: 'neon',
    platform: '64 MB',
    runcast: [
      `${count(STATEMENT_ROWS)} jobs`,
      `or ${PAGE_JOBS} postings of one answer of ${size(s.fetch_bytes)}`,
      `or ${CRAWL_JOBS} crawled pages`,
      `a plain result is ${size(PLAIN_RESULT_BYTES)}`,
    ].join(', '),
    outcome: 'a larger plain result fails its job alone',
    tests: [['test/unit/queue-result-size.test.ts', 'fails only its job']],
  }),
  ({ settings: s }) => ({
    name: 'connections',
    page: 'pooling',
    platform: '104 of the smallest compute; 10,000 through the pooler',
    runcast: `${s.storage_at_once} of each invocation, for one statement each`,
    outcome: 'a refused statement counts as Postgres being away',
    tests: [
      ['test/pg/connect.test.ts', 'is unavailable, for every kind of statement'],
      ['test/chaos/outage.test.ts', 'costs the run only time'],
    ],
  }),
]
