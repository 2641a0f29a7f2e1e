import type { Database } from '../src/db/connect.ts'
import { postingTail } from '../src/db/postings.ts'
import { recordResults } from '../src/db/results.ts'
import type { Json } from '../src/protocol/json.ts'

/** A posting that a peer has read, as a run's job would return it. */
export type ReadPosting = {
  readonly external_id: string
  readonly title: string
  readonly result: Json
}

/** Writes postings by the same statement as a run. Returns the number of written rows. */
export async function writePostings(
  db: Database,
  { run_id, group }: { readonly run_id: string; readonly group: string },
  postings: readonly ReadPosting[],
): Promise<number> {
  const rows = postings.map((posting) => {
    return { ...posting, group, attempt: 1, status: 'ready' as const, error: null }
  })
  const scope = { owner: 'bench-peer', run_id, tail: postingTail }
  return (await recordResults(db, scope, rows)).won.length
}
