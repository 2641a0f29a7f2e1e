import { INPUT_BYTES } from '../../src/api/schedules/scheduled-input.ts'
import { BATCH } from '../../src/durable/outbox/queue-sender.ts'
import { MAX_CHARS } from '../../src/durable/watch/socket-sink.ts'
import { MATTER_INPUT_BYTES } from '../../src/pipelines/documents/input.ts'
import { FlightMessage } from '../../src/protocol/messages.ts'
import { constantIn } from './configuration.ts'
import { count, type LimitOf, size, time } from './limit.ts'

const TEXT_UNITS = constantIn('src/durable/run/store/sql-jobs.ts', 'TEXT_UNITS')

/** The limits of Durable Objects: a run's object and a host's. */
export const objectLimits: readonly LimitOf[] = [
  () => ({
    name: 'memory of an object',
    page: 'objects',
    platform: '128 MB, shared with others of its class in one isolate',
    runcast:
      'counts, groups and outbox; jobs are read as they are asked for, and a watcher is a cursor',
    outcome:
      'the platform ends the isolate; the object goes on from its storage, and watchers resume',
    tests: [
      ['test/unit/watchers-stalled.test.ts', 'holds less than 256 KB'],
      ['test/e2e/cuts.test.ts', 'a cut is never an end'],
    ],
  }),
  ({ settings: s }) => ({
    name: 'storage of an object',
    page: 'objects',
    platform: '10 GB',
    runcast: `one run, ${count(s.log_lines)} lines of its log; its archive removes both ${time(s.archive_ms)} after its end`,
    outcome: 'a write fails, and the call of its worker is tried again',
    tests: [['test/worker/runs/run-archive.test.ts', 'has no alarm and little storage']],
  }),
  () => ({
    name: 'row or text in SQLite',
    page: 'objects',
    platform: '2 MB',
    runcast: `rows go in as texts of ${count(TEXT_UNITS)} UTF-16 units; the input of a matter is ${size(MATTER_INPUT_BYTES)}, and that of a schedule ${size(INPUT_BYTES)}`,
    outcome:
      'more rows go in several texts; a larger input is divided among runs, and that of a schedule is 422',
    tests: [
      ['test/pg/outdated-documents.test.ts', 'come in parts, the oldest first'],
      ['test/worker/parts/object-host.test.ts', 'stores the largest robots.txt'],
    ],
  }),
  () => ({
    name: 'parameters of a statement in SQLite',
    page: 'objects',
    platform: '100',
    runcast: 'a fixed number, however many rows: they are one JSON text',
    outcome: 'never reached',
    tests: [['test/worker/parts/object-store.test.ts', 'however many groups and jobs there are']],
  }),
  ({ settings: s }) => ({
    name: 'requests to an object',
    page: 'objects',
    platform: 'about 1,000 a second',
    runcast: `while nobody watches, a report every ${time(s.quiet_report_ms)}, and fewer for many flights; measured: 97 a second for 2,000 documents`,
    outcome:
      'the platform queues calls, then refuses them; leases outlast that, and reads answer 503',
    tests: [['test/unit/report-pace.test.ts', 'the reports of a run that nobody watches']],
  }),
  ({ limits }) => ({
    name: 'CPU time between two requests',
    page: 'objects',
    platform: '30 s, up to 5 min if asked for',
    runcast: `asks for ${time(limits.cpu_ms)}`,
    outcome: 'the object is reset, and goes on from its storage',
    tests: [['test/e2e/cuts.test.ts', 'a cut is never an end']],
  }),
  () => ({
    name: 'alarm',
    page: 'alarms',
    platform: 'one; dropped after 6 failures',
    runcast: 'one for all that the object owes; it catches each error and sets the next alarm',
    outcome: 'never dropped',
    tests: [['test/worker/parts/object-alarm.test.ts', 'catches an error, and the next alarm']],
  }),
  () => ({
    name: 'sockets of an object',
    page: 'state',
    platform: '32,768',
    runcast: 'no limit of its own; the thread is full before',
    outcome: 'the socket is refused, and the client polls',
    tests: [['test/unit/client-transport.test.ts', 'goes down when streams bring nothing']],
  }),
  () => ({
    name: 'message from a socket',
    page: 'objects',
    platform: '32 MiB',
    runcast: `an acknowledgement, ${count(MAX_CHARS)} characters`,
    outcome: 'the socket is closed with 1008',
    tests: [['test/unit/sockets.test.ts', 'a message of a socket']],
  }),
  () => ({
    name: 'attachment of a socket, over hibernation',
    page: 'sockets',
    platform: '16,384 bytes',
    runcast: 'a cursor, the id and the end of a token, and three options: below 300 bytes',
    outcome: 'never reached; an unreadable one tells the client to come back',
    tests: [
      ['test/unit/sockets.test.ts', 'keeps its state only in its attachment'],
      ['test/unit/sockets.test.ts', 'with an unreadable attachment'],
      ['test/e2e/hibernation.test.ts', 'an object sleeps between changes'],
    ],
  }),
]

const LARGEST = FlightMessage.parse({
  kind: 'flight',
  run_id: 'f'.repeat(32),
  flight: Number.MAX_SAFE_INTEGER,
})

/** The bytes of the largest message. */
const BYTES = JSON.stringify(LARGEST).length

function rangeOf(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? count(most) : `${count(least)} to ${count(most)}`
}

/** The limits of queues. */
export const queueLimits: readonly LimitOf[] = [
  () => ({
    name: 'message',
    page: 'queues',
    platform: '128 KB',
    runcast: `ids alone: ${count(BYTES)} bytes`,
    outcome: 'never reached',
    tests: [['test/unit/protocol-wire.test.ts', 'the shapes on the wire have not changed']],
  }),
  () => ({
    name: 'messages of one send',
    page: 'queues',
    platform: '100, and 256 KB',
    runcast: `${count(BATCH)}: ${count(BATCH * BYTES)} bytes`,
    outcome: 'more go in several sends',
    tests: [['test/unit/run-post.test.ts', 'makes at most six sends at once']],
  }),
  ({ consumers }) => ({
    name: 'messages of one batch',
    page: 'queues',
    platform: '100',
    runcast: rangeOf(consumers.map((one) => one.max_batch_size)),
    outcome: 'further messages come in further batches',
    tests: [['test/unit/environments.test.ts', 'has batches no larger than storage_at_once']],
  }),
  ({ consumers }) => ({
    name: 'deliveries of a message',
    page: 'queues',
    platform: '100 retries',
    runcast: `${rangeOf(consumers.map((one) => one.max_retries))} retries, then the dead letters`,
    outcome: 'the run is told, and sends its work out again',
    tests: [['test/worker/parts/queue-messages.test.ts', 'ended among the dead letters']],
  }),
  ({ settings: s }) => ({
    name: 'retention of a message',
    page: 'queues',
    platform: '4 d, up to 14 d',
    runcast: `a message that nobody claims is sent again after ${time(s.unclaimed_ms)}, later every ${time(s.unclaimed_max_ms)}`,
    outcome: 'nothing is lost: the work is a row of the object',
    tests: [
      ['test/worker/parts/object-alarm.test.ts', 'takes an unclaimed flight back'],
      ['test/chaos/kills.test.ts', 'kill -9 of everything'],
    ],
  }),
  ({ settings: s }) => ({
    name: 'messages of a queue',
    page: 'queues',
    platform: '5,000 a second, 25 GB waiting',
    runcast: `a run has ${count(s.window_jobs)} jobs in flight, and ${count(s.window_plans)} plans`,
    outcome: 'the queue refuses the send; the object sends it again after a wait',
    tests: [['test/worker/parts/object-alarm.test.ts', 'if the queue did not take it']],
  }),
  ({ settings: s }) => ({
    name: 'invocations of a consumer at once',
    page: 'queues',
    platform: '250',
    runcast: `no limit of its own: ${count(250 * s.storage_at_once)} statements at once for each queue; max_concurrency spares Postgres`,
    outcome: 'further messages wait in the queue',
    tests: [],
  }),
]
