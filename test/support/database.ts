import { randomBytes, randomUUID } from 'node:crypto'

import { inject } from 'vitest'

import { connect, type Database } from '../../src/db/connect.ts'
import { postingTail } from '../../src/db/postings.ts'
import { recordResults, type ResultRow } from '../../src/db/results.ts'
import { Owner, RunId } from '../../src/protocol/ids.ts'
import type { CrawledPage, PostingRecord } from '../../src/protocol/posting.ts'

export function openDatabase(): Database {
  return connect({ ...inject('postgres'), statement_ms: 100_000 })
}

/** Makes a new owner. The tests share one database, and each test's data belong to an owner of its own. */
export function newOwner(): Owner {
  return Owner.parse(`owner-${randomUUID()}`)
}

export function newRunId(): RunId {
  return RunId.parse(randomBytes(16).toString('hex'))
}

export const engineer: PostingRecord = {
  title: 'Engineer',
  url: 'https://boards.example/acme/1',
  apply_url: 'https://boards.example/acme/1/apply',
  locations: ['Berlin', 'Remote'],
  remote: false,
  department: 'Engineering',
  employment_type: 'full_time',
  salary: { min: 50_000, max: 65_000.5, currency: 'EUR', period: 'year', text: null },
  description_html: '<p>Builds things.</p>',
  description_text: 'Builds things.',
  posted_at: '2026-10-01T09:00:00Z',
  updated_at: '2026-10-02T11:30:00+02:00',
  valid_through: '2099-12-31T23:59:59Z',
  closed_at: null,
  details: {},
  facets: [],
  words: 'engineer builds things',
}

/** The row of an ingestion job that is ready. `given` replaces some of the usual fields. */
export function readyRow(
  external_id: string,
  given: Partial<ResultRow> & {
    visit?: number
    posting?: Partial<PostingRecord>
    page?: CrawledPage | null
  } = {},
): ResultRow {
  const { visit = 1, posting: changes, page = null, ...row } = given
  return {
    group: 'acme',
    external_id,
    title: 'Engineer',
    attempt: 1,
    status: 'ready',
    result: { visit, posting: { ...engineer, ...changes }, page },
    error: null,
    ...row,
  }
}

/** Records ingestion results for one owner's run. */
export function recorder(db: Database, owner: string, run_id: RunId = newRunId()) {
  return (...rows: ResultRow[]) => recordResults(db, { owner, run_id, tail: postingTail }, rows)
}
