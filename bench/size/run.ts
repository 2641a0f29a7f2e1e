import { Client } from 'pg'
import { z } from 'zod'

import { startPostgres } from '../../test/support/postgres.ts'
import { count, readArguments } from '../arguments.ts'
import { columns, decimal } from '../columns.ts'
import { fill } from './fill.ts'
import { measureCalls } from './measure.ts'

const options = readArguments({
  usage: `npm run bench:size -- [options]

Fills a database, and measures what the Worker asks of it again and again. The database is the embedded one or,
where TEST_DATABASE_URL names a server, a new database there. It is removed at the end.

  --postings 100000    postings, half of them of one owner
  --run-jobs 1000000   jobs of archived runs, a tenth of them in one run
  --chunks 20000       chunks of documents
  --vectors 2000       chunks that have a vector
  --runs 100000        runs of one owner without jobs
  --help               this text
`,
  options: {
    postings: { type: 'string' },
    'run-jobs': { type: 'string' },
    chunks: { type: 'string' },
    vectors: { type: 'string' },
    runs: { type: 'string' },
  },
  schema: z.strictObject({
    postings: count.default(100_000),
    'run-jobs': count.default(1_000_000),
    chunks: count.default(20_000),
    vectors: count.default(2_000),
    runs: count.default(100_000),
  }),
})

const SIZES = `
  SELECT relname AS name, pg_relation_size(oid) AS bytes FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
  ORDER BY bytes DESC LIMIT 16`

const { 'run-jobs': run_jobs, ...sizes } = options
const postgres = await startPostgres(1)
try {
  const began = performance.now()
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  await fill(client, { run_jobs, ...sizes })
  const stored = await client.query(SIZES)
  await client.end()
  console.log(`filled in ${decimal((performance.now() - began) / 1_000)} s\n`)
  const Size = z.object({ name: z.string(), bytes: z.coerce.number() })
  const megabytes = Size.array()
    .parse(stored.rows)
    .map(({ name, bytes }) => [name, decimal(bytes / 1e6)])
  console.log(`${columns([['table or index', 'MB'], ...megabytes])}\n`)
  console.log('min ms   p50 ms   p95 ms   call')
  for await (const { name, min_ms, p50_ms, p95_ms } of measureCalls(postgres)) {
    const times = [min_ms, p50_ms, p95_ms].map((ms) => decimal(ms, 1).padStart(6))
    console.log([...times, name].join('   '))
  }
} finally {
  await postgres.stop()
}
