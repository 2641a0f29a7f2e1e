import { randomBytes, randomUUID } from 'node:crypto'

import { inject } from 'vitest'

import { connect, type Database } from '../../src/db/connect.ts'
import { postingTail } from '../../src/db/postings.ts'
import { recordResults, type ResultRow } from '../../src/db/results.ts'
import { RunId } from '../../src/protocol/ids.ts'
import type { PostingRecord } from '../../src/protocol/posting.ts'

export function openDatabase(): Database {
  return connect({ ...inject('postgres'), statement_ms: 30_000 })
}

/** Tests share the database; what tells their data apart is the owner. */
export function newOwner(): string {
  return `owner-${randomUUID()}`
}

export function newRunId(): RunId {
  return RunId.parse(randomBytes(16).toString('hex'))
}

const posting: PostingRecord = {
  title: 'Engineer',
  url: 'https://boards.example/acme/1',
  locations: ['Berlin', 'Remote'],
  departments: ['Engineering'],
  description_text: 'Builds things.',
  posted_at: '2026-10-01T09:00:00Z',
  updated_at: '2026-10-02T11:30:00+02:00',
}

/** An ingestion job's result; whatever is given replaces what is usual. */
export function readyRow(
  external_id: string,
  given: Partial<ResultRow> & { visit?: number; posting?: Partial<PostingRecord> } = {},
): ResultRow {
  const { visit = 1, posting: changes, ...row } = given
  return {
    group: 'acme',
    external_id,
    title: 'Engineer',
    attempt: 1,
    status: 'ready',
    result: { visit, posting: { ...posting, ...changes } },
    error: null,
    ...row,
  }
}

/** Records ingestion results for one owner's run. */
export function recorder(db: Database, owner: string, run_id: RunId = newRunId()) {
  return (...rows: ResultRow[]) => recordResults(db, { owner, run_id, tail: postingTail }, rows)
}
