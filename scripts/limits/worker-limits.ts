import { BODY_MAX } from '../../src/api/body.ts'
import { TOKEN_MAX } from '../../src/api/verify-token.ts'
import { CONNECTIONS } from '../../src/gate.ts'
import { documents } from '../../src/pipelines/documents/documents.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import { count, type LimitOf, size, time } from './limit.ts'

const LOST = 'the platform ends it; leases run out, and the work goes out again'

/** The limits of an invocation of the Worker, its objects included, and of the Worker itself. */
export const workerLimits: readonly LimitOf[] = [
  ({ settings: s }) => ({
    name: 'memory of an isolate',
    page: 'workers',
    platform: '128 MB',
    runcast: `one document of ${size(s.document_bytes)}, or ${s.egress_at_once} answers of ${size(s.fetch_bytes)}; a listing of up to ${size(s.listing_bytes)} is read in slices`,
    outcome: `${LOST}; a job that does it ${s.losses_max + 1} times fails alone`,
    tests: [
      ['test/chaos/poison.test.ts', 'a posting that kills its whole isolate fails alone'],
      ['test/unit/documents-too-large.test.ts', 'a document that is too large'],
      ['test/worker/parts/object-egress.test.ts', 'stops a bomb'],
      ['test/unit/large-listings.test.ts', 'is planned while it is read, in slices'],
    ],
  }),
  ({ limits }) => ({
    name: 'CPU time of an invocation',
    page: 'workers',
    platform: '30 s, up to 5 min if asked for',
    runcast: `asks for ${time(limits.cpu_ms)}`,
    outcome: LOST,
    tests: [['test/chaos/poison.test.ts', 'one that hangs']],
  }),
  () => ({
    name: 'subrequests of an invocation',
    page: 'workers',
    platform: '10,000',
    runcast:
      'measured: 815 for a document of 10 MB of text, 223 for a plan of 20,000 postings (calls of objects left out); a detection of sources stops after 2,000 requests',
    outcome: 'the call fails, and with it the job or the plan, which is tried again',
    tests: [['test/unit/detect-page.test.ts', 'a call makes no more than 2,000 requests']],
  }),
  ({ settings: s }) => ({
    name: 'connections of an invocation that wait for an answer',
    page: 'workers',
    platform: count(CONNECTIONS),
    runcast: `${s.egress_at_once} to sites and models, ${s.storage_at_once} to Postgres and R2`,
    outcome:
      'the next one waits before its time-out begins; settings that allow more stop each request',
    tests: [
      ['test/worker/parts/queue-connections.test.ts', 'makes the seventh request'],
      ['test/worker/polite/polite-slow.test.ts', 'with six connections per invocation'],
      ['test/worker/parts/queue-messages.test.ts', 'gates for more than six connections'],
    ],
  }),
  ({ settings: s }) => ({
    name: 'body of a request',
    page: 'workers',
    platform: '100 MB (zones of the plans Free and Pro)',
    runcast: `an upload ${size(s.upload_bytes)}, JSON ${size(BODY_MAX)}`,
    outcome: '413, before the rest is read',
    tests: [
      ['test/unit/api-body.test.ts', 'accepts 2,000,000 bytes and not one more'],
      ['test/worker/parts/run-documents-broken.test.ts', 'if it is too large, whatever'],
    ],
  }),
  () => ({
    name: 'address and headers of a request',
    page: 'workers',
    platform: '16 KB, 128 KB',
    runcast: `a token ${count(TOKEN_MAX)} characters, a search 1,000`,
    outcome:
      'a longer token is 401, longer words are 422; a long Last-Event-ID gets the full state',
    tests: [['test/worker/api/api-watch.test.ts', 'a Last-Event-ID of 12 KB']],
  }),
  ({ settings: s }) => ({
    name: 'time of a batch of messages',
    page: 'workers',
    platform: '15 min',
    runcast: [
      `a plan ${time(ingestion.limits.plan_deadline_ms)}`,
      `a posting ${time(ingestion.limits.job_deadline_ms)}`,
      `a document ${time(documents.limits.job_deadline_ms)}`,
      `and ${time(s.hold_ms)} more while Postgres is away`,
    ].join(', '),
    outcome: `work past its deadline fails and may be tried again; past the platform's, ${LOST}`,
    tests: [
      ['test/unit/queue-flight.test.ts', 'a job that is not done by its deadline'],
      ['test/unit/queue-plan.test.ts', 'a plan’s deadline'],
      ['test/worker/parts/queue-messages.test.ts', 'when Postgres is away for too long'],
    ],
  }),
  ({ settings: s }) => ({
    name: 'message of an RPC',
    page: 'rpc',
    platform: '32 MiB',
    runcast: `${s.batch_jobs} new jobs, or a page of 1,000 jobs; content goes through R2 or Postgres`,
    outcome: 'the call fails, and the work of its caller is tried again',
    tests: [],
  }),
  ({ settings: s }) => ({
    name: 'variable',
    page: 'workers',
    platform: '5 KB',
    runcast: `SETTINGS with every setting: about ${count(Math.ceil(JSON.stringify(s).length / 1_000))} KB`,
    outcome: 'the deployment is refused',
    tests: [],
  }),
  () => ({
    name: 'size of the Worker, time of its start',
    page: 'workers',
    platform: '64 MiB, 1 s',
    runcast: 'measured: 7.3 MiB (2.1 MiB gzipped); a start or a watcher runs no library of readers',
    outcome: 'the deployment is refused',
    tests: [['test/unit/bundle-loaded.test.ts', 'fits into the size that the platform allows']],
  }),
  ({ triggers }) => ({
    name: 'cron triggers of an account',
    page: 'workers',
    platform: '250',
    runcast: count(triggers.crons.length),
    outcome: 'the deployment is refused',
    tests: [],
  }),
]
