import pLimit from 'p-limit'
import { z } from 'zod'

import { endWithParent, tellParent } from '../scripts/parent.ts'
import type { Database } from '../src/db/connect.ts'
import { createGuardedFetch } from '../src/egress/guarded-fetch.ts'
import { extract } from '../src/pipelines/ingestion/extract.ts'
import type { ListedPosting } from '../src/pipelines/ingestion/listed.ts'
import { readListingOf } from '../src/pipelines/ingestion/sources/listing-of.ts'
import { Company } from '../src/protocol/company.ts'
import { openDatabase } from './database.ts'
import { writePostings } from './peer-writes.ts'

const BATCH = 100
// So many statements run at once, so that the database always has one to work on.
const STATEMENTS = 4

const Task = z.object({ run_id: z.string(), visit: z.int(), companies: z.array(Company) })
type Task = z.infer<typeof Task>

const limits = { first_byte_ms: 10_000, total_ms: 30_000, max_bytes: 64 * 1024 * 1024 }
const fetch = createGuardedFetch({ ...limits, allow: (process.argv[3] ?? '').split(',') })
const ports = { fetch, signal: new AbortController().signal }

/**
 * Works like a script without runs: fetches the listings, extracts the postings, and writes them in batches
 * by the same statement as a run. Returns the number of written rows.
 */
async function ingest(db: Database, task: Task): Promise<number> {
  const limit = pLimit(STATEMENTS)
  const written = await Promise.all(
    task.companies.map(async ({ slug, source }) => {
      const { postings: listed } = await readListingOf(source, ports)
      const batches = Array.from({ length: Math.ceil(listed.length / BATCH) }, (_, index) =>
        listed.slice(index * BATCH, (index + 1) * BATCH),
      )
      return Promise.all(
        batches.map((batch) => limit(() => write(db, { ...task, group: slug }, batch))),
      )
    }),
  )
  return written.flat().reduce((sum, rows) => sum + rows, 0)
}

async function write(
  db: Database,
  { run_id, visit, group }: Omit<Task, 'companies'> & { readonly group: string },
  batch: readonly ListedPosting[],
): Promise<number> {
  const rows = batch.flatMap((listed) => {
    const posting = extract(listed)
    if (!posting) return []
    const { external_id, title } = listed
    return [{ external_id, title, result: { visit, posting, page: null } }]
  })
  return writePostings(db, { run_id, group }, rows)
}

const db = openDatabase(process.argv[2] ?? '')
endWithParent(() => process.exit(0))
process.on('message', (message) => {
  const began = performance.now()
  void ingest(db, Task.parse(message)).then(
    (postings) => process.send?.({ postings, ms: performance.now() - began }),
    (error: unknown) => {
      console.error('bench: the peer failed:', error)
      process.exit(1)
    },
  )
})
tellParent({ ready: 'peer' })
