import pLimit from 'p-limit'
import { z } from 'zod'

import { endWithParent, tellParent } from '../../scripts/parent.ts'
import { createGuardedFetch } from '../../src/egress/guarded-fetch.ts'
import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import { extract } from '../../src/pipelines/ingestion/extract.ts'
import type { ListedPosting } from '../../src/pipelines/ingestion/listed.ts'
import { readListingOf } from '../../src/pipelines/ingestion/sources/listing-of.ts'
import { Company } from '../../src/protocol/company.ts'
import { openDatabase } from '../database.ts'
import { type ReadPosting, writePostings } from '../peer-writes.ts'
import { PEER_AT_ONCE } from './options.ts'

const BATCH = 100
// So many statements run at once, so that the database always has one to work on.
const STATEMENTS = 4

const Task = z.object({ run_id: z.string(), visit: z.int(), companies: z.array(Company) })
type Task = z.infer<typeof Task>

const limits = { first_byte_ms: 10_000, total_ms: 30_000, max_bytes: 64 * 1024 * 1024 }
const fetch = createGuardedFetch({ ...limits, allow: (process.argv[3] ?? '').split(',') })
const { signal } = new AbortController()
const ports = {
  fetch,
  signal,
  blobs: { put: async () => undefined, get: async () => undefined },
  log: () => undefined,
  step: () => undefined,
}
const reads = pLimit(PEER_AT_ONCE)
const writes = pLimit(STATEMENTS)
const db = openDatabase(process.argv[2] ?? '')

/** Reads and writes the postings of all companies, like a script without runs. Returns the number of written rows. */
async function ingest(task: Task): Promise<number> {
  const written = await Promise.all(task.companies.map((company) => ingestCompany(company, task)))
  return written.reduce((sum, rows) => sum + rows, 0)
}

async function ingestCompany({ slug, source }: Company, task: Task): Promise<number> {
  const { postings } = await reads(() => readListingOf(source, { fetch, signal }))
  const batches = Array.from({ length: Math.ceil(postings.length / BATCH) }, (_, index) =>
    postings.slice(index * BATCH, (index + 1) * BATCH),
  )
  const written = await Promise.all(
    batches.map(async (batch) => {
      const read = await Promise.all(batch.map((listed) => readPosting(listed, task.visit)))
      return writes(() => writePostings(db, { ...task, group: slug }, read.flat()))
    }),
  )
  return written.reduce((sum, rows) => sum + rows, 0)
}

async function readPosting(listed: ListedPosting, visit: number): Promise<ReadPosting[]> {
  const { external_id, title } = listed
  const posting = extract(listed)
  if (posting) return [{ external_id, title, result: { visit, posting, page: null } }]
  const crawled = await reads(() => crawl({ listed, visit, known: null }, ports))
  return crawled.kind === 'ready' ? [{ external_id, title, result: crawled.result }] : []
}

endWithParent(() => process.exit(0))
process.on('message', (message) => {
  const began = performance.now()
  void ingest(Task.parse(message)).then(
    (postings) => process.send?.({ postings, ms: performance.now() - began }),
    (error: unknown) => {
      console.error('bench: the peer failed:', error)
      process.exit(1)
    },
  )
})
tellParent({ ready: 'peer' })
