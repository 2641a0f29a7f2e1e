import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'

import {
  readArchivedJobs,
  readArchivedRun,
  readArchivedLines,
} from '../../src/archive/postgres-archive.ts'
import { archiveJobs } from '../../src/db/archived-jobs.ts'
import { archiveRun } from '../../src/db/archived-runs.ts'
import {
  changeCompany,
  createCompany,
  findCompany,
  listCompanies,
  readCompany,
} from '../../src/db/companies.ts'
import { listChunks, listDocuments } from '../../src/db/document-list.ts'
import { searchVectors, searchWords } from '../../src/db/document-search.ts'
import { findDocument, readDocument, readSource, removeDocument } from '../../src/db/documents.ts'
import { decideExpiry, listExpiries } from '../../src/db/expiries.ts'
import { knownPages } from '../../src/db/listed.ts'
import { findOutdated } from '../../src/db/outdated-documents.ts'
import type { ListAnswer } from '../../src/db/page.ts'
import { listPostings } from '../../src/db/posting-list.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import { DamagedRow } from '../../src/db/readable.ts'
import { listRuns } from '../../src/db/run-list.ts'
import { archiveLines } from '../../src/db/run-logs.ts'
import { writeRun } from '../../src/db/runs.ts'
import { visitCompany } from '../../src/db/visits.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { PlacedJob } from '../../src/protocol/archive.ts'
import { Company, Slug } from '../../src/protocol/company.ts'
import { ExternalId, GroupKey } from '../../src/protocol/ids.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'
import { deleteCompany } from '../support/deleted-company.ts'
import { StoredDocument } from '../support/stored-document.ts'
import { acme, VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
beforeEach(() => void log.mockClear())
afterAll(() => log.mockRestore())

/** The rows that the log names as damaged. */
const named = () => log.mock.calls.map(([line]) => JSON.parse(String(line)).message)
const logOf = (what: string) => `the record of ${what} cannot be read`

/** Changes an owner's row into one that no version of this code has written. */
function damage(table: string, owner: string, { set, where }: { set: string; where: string }) {
  return db.query(`UPDATE ${table} SET ${set} WHERE owner = $1 AND ${where} RETURNING owner`, [
    owner,
  ])
}

type Page = { readonly next_cursor: string | null }

/** Reads every entry of a listing, in pages of one entry. */
async function onePerPage<P extends Page, Entry>(
  list: (cursor: { cursor?: string }) => Promise<ListAnswer<P> | undefined>,
  entriesOf: (page: P) => readonly Entry[],
): Promise<Entry[]> {
  const all: Entry[] = []
  for (let cursor: { cursor?: string } = {}; ;) {
    const listed = await list(cursor)
    if (listed?.kind !== 'page') throw new Error(`no page: ${listed?.kind}`)
    all.push(...entriesOf(listed.page))
    if (listed.page.next_cursor === null) return all
    cursor = { cursor: listed.page.next_cursor }
  }
}

async function companiesOf(owner: string): Promise<string[]> {
  return onePerPage(
    (cursor) => listCompanies(db, { owner, limit: 1, ...cursor }),
    ({ companies }) => companies.map(({ slug }) => slug),
  )
}

function documentsOf(owner: string): Promise<string[]> {
  return onePerPage(
    (cursor) => listDocuments(db, { owner, limit: 1, ...cursor }),
    ({ documents }) => documents.map(({ document_id }) => document_id),
  )
}

/** Makes three companies, and damages the second one. */
async function damagedCompany(set: string): Promise<string> {
  const owner = newOwner()
  for (const slug of ['a', 'b', 'c'])
    await createCompany(db, { owner, company: Company.parse({ ...acme, slug }) })
  await damage('companies', owner, { set, where: `slug = 'b'` })
  return owner
}

describe.each([
  ['with a source without a type', `source = '{"board": "acme"}'`],
  ['with a source of a wrong type', `source = '5'`],
  ['with an invalid address', `source = '{"type": "site", "url": "x"}'`],
])('a company %s', (_, set) => {
  test('hides no other company, and the log names it once', async () => {
    const owner = await damagedCompany(set)
    for (let times = 0; times < 3; times += 1) expect(await companiesOf(owner)).toEqual(['a', 'c'])
    expect(named()).toEqual([logOf('the company b')])
    expect(String(log.mock.lastCall?.[0])).toContain(owner)
  })

  test('is refused by its name, and is right again when it is stored again', async () => {
    const owner = await damagedCompany(set)
    const key = { owner, slug: 'b' }
    const message = 'Runcast cannot read its record of the company b. Store it anew, or delete it.'
    await expect(readCompany(db, key)).rejects.toThrow(DamagedRow)
    await expect(findCompany(db, key)).rejects.toThrow(message)
    const visit = { owner, run_id: newRunId(), visit_ms: 1_000 }
    const { slug } = Company.parse({ ...acme, slug: 'b' })
    await expect(visitCompany(db, { ...visit, company: slug })).rejects.toThrow(message)
    const { name, source } = acme
    expect(await changeCompany(db, { ...key, name, source })).toMatchObject({ slug, name, source })
    expect(await companiesOf(owner)).toEqual(['a', 'b', 'c'])
  })

  test('can be deleted', async () => {
    const owner = await damagedCompany(set)
    expect(await deleteCompany(db, { owner, slug: 'b' })).toBe(true)
    expect(await companiesOf(owner)).toEqual(['a', 'c'])
    expect(named()).toEqual([])
  })
})

test('a company whose name would be refused now is shown as it was stored', async () => {
  const owner = await damagedCompany(`name = '', slug = 'B b', source = source || '{"match": ""}'`)
  expect((await companiesOf(owner)).toSorted()).toEqual(['B b', 'a', 'c'])
  expect(await readCompany(db, { owner, slug: 'B b' })).toMatchObject({ name: '' })
  expect(await deleteCompany(db, { owner, slug: 'B b' })).toBe(true)
  expect(named()).toEqual([])
})

test('a damaged posting hides no other, and is right again when a run finds it', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  await company.visit(['1', '2', '3'])
  await damage('postings', owner, { set: `salary = '"much"'`, where: `external_id = '2'` })
  const ids = () =>
    onePerPage(
      (cursor) => listPostings(db, { owner, limit: 1, ...cursor }),
      ({ postings }) => postings.map(({ external_id }) => external_id),
    )
  expect(await ids()).toEqual(['1', '3'])
  expect(named()).toEqual([logOf('the posting 2 of acme')])
  await expect(readPosting(db, { owner, company: 'acme', external_id: '2' })).rejects.toThrow(
    'Runcast cannot read its record of the posting 2 of acme. The next run that lists it stores it anew.',
  )
  await company.visit(['1', '2', '3'])
  expect(await ids()).toEqual(['1', '2', '3'])
})

test('the page of a crawled posting is fetched again', async () => {
  const owner = newOwner()
  const page = { url: 'https://a.test/1', sha256: 'x', etag: null, last_modified: null }
  await recorder(db, owner)(readyRow('1', { page }), readyRow('2', { page }))
  await damage('postings', owner, { set: `page = '{"url": 5}'`, where: `external_id = '1'` })
  const ids = ['1', '2'].map((id) => ExternalId.parse(id))
  const known = await knownPages(db, { owner, company: Slug.parse('acme'), visit: 1 }, ids)
  expect([...known]).toMatchObject([['2', { ...page, title: 'Engineer' }]])
  expect(named()).toEqual([logOf('the page of the posting 1 of acme')])
})

describe.each([
  ['with an unknown kind', `kind = 'hologram'`],
  ['with an impossible size', `size = 9007199254740993`],
  ['with an invalid run id', `run_id = 'x'`],
  ['without a language', `language = NULL`],
])('a document %s', (_, set) => {
  async function damagedDocument() {
    const owner = newOwner()
    const whole = await new StoredDocument(db, { owner }).index('The first lease.')
    const damaged = await new StoredDocument(db, { owner }).index('The second lease.')
    await new StoredDocument(db, { owner }).index('The third lease.')
    const where = `document_id = '${damaged.file.document_id}'`
    expect(await damage('documents', owner, { set, where })).toHaveLength(1)
    return { owner, whole, damaged, id: damaged.file.document_id }
  }

  test('hides no other document in any list or search', async () => {
    const { owner, whole, id } = await damagedDocument()
    const found = await documentsOf(owner)
    expect(found).toHaveLength(2)
    expect(found).toContain(whole.file.document_id)
    expect(named()).toEqual([logOf(`the document ${id}`)])
    const hits = await searchWords(db, { owner, limit: 10 }, 'lease')
    expect(hits.map(({ document_id }) => document_id)).toContain(whole.file.document_id)
    const asked = { owner, run_id: newRunId(), model: 'another', limit: 10, input_bytes: 1_000_000 }
    const outdated = await findOutdated(db, asked)
    expect(outdated.documents.length).toBeGreaterThanOrEqual(2)
  })

  test('is refused by its name, and everything else with it still works', async () => {
    const { owner, damaged, id } = await damagedDocument()
    await expect(readDocument(db, damaged.key)).rejects.toThrow(
      `Runcast cannot read its record of the document ${id}. Give it another file, or delete it.`,
    )
    const { name, file_key } = damaged.file
    expect(await findDocument(db, damaged.key)).toMatchObject({ name, file_key })
    const chunks = await onePerPage(
      (cursor) => listChunks(db, { ...damaged.key, limit: 1, ...cursor }),
      (page) => page.chunks,
    )
    expect(chunks.map(({ text }) => text)).toEqual(['The second lease.'])
    expect(await removeDocument(db, damaged.key)).toEqual([file_key])
    expect(await documentsOf(owner)).toHaveLength(2)
  })
})

test('a document with an invalid language does not hide others from a search', async () => {
  const owner = newOwner()
  await new StoredDocument(db, { owner }).index('The first lease.')
  const { file } = await new StoredDocument(db, { owner }).index('The second lease.')
  const where = `document_id = '${file.document_id}'`
  await damage('documents', owner, { set: `language = 'klingon'`, where })
  const hits = await searchWords(db, { owner, limit: 10 }, 'lease')
  expect(hits.map(({ text }) => text)).toContain('The first lease.')
})

test('the job of a damaged document reports the damage', async () => {
  const document = await new StoredDocument(db).index('A lease.')
  await damage('documents', document.owner, { set: `refused = '5'`, where: 'true' })
  await expect(readSource(db, { ...document.key, run_id: document.run_id })).rejects.toThrow(
    DamagedRow,
  )
})

test('a damaged chunk hides no other, in its list and in a search', async () => {
  const document = await new StoredDocument(db).index('Lease one.', 'Lease two.', 'Lease three.')
  const { owner, key } = document
  await damage('chunks', owner, { set: `headings = '{NULL}'`, where: 'n = 1' })
  const left = ['Lease one.', 'Lease three.']
  const chunks = await onePerPage(
    (cursor) => listChunks(db, { ...key, limit: 1, ...cursor }),
    (page) => page.chunks,
  )
  expect(chunks.map(({ text }) => text)).toEqual(left)
  const byWords = await searchWords(db, { owner, limit: 10 }, 'lease')
  expect(byWords.map(({ text }) => text).toSorted()).toEqual(left)
  const [vector = new Float32Array()] = await hashingEmbedder.embed(['lease'], 'query')
  const question = { model: hashingEmbedder.model, vector }
  const near = await searchVectors(db, { owner, limit: 10 }, question)
  expect(near.map(({ text }) => text)).not.toContain('Lease two.')
  expect(named()).toEqual([logOf(`piece 1 of the document ${key.document_id}`)])
})

function viewOf(given: Partial<RunView> = {}): RunView {
  return {
    run_id: newRunId(),
    pipeline: 'ingestion',
    status: 'ingesting',
    round: 1,
    cursor: 'e.1',
    counts: { total: 3, by_status: { pending: 3 } },
    groups: {},
    watchers: 0,
    created_at: '2026-11-01T10:00:00.123Z',
    ...given,
  }
}

describe.each([
  ['with an empty view', `view = '{}'`],
  ['with a view of a wrong type', `view = '[]'`],
  ['with an invalid id', `run_id = '2026-x', view = '{}'`],
  ['with more digits in its time', `created_at = created_at + '999 microseconds', view = '{}'`],
  ['from before this project', `created_at = '1970-01-01', view = '{}'`],
])('a run %s', (_, set) => {
  test('hides no other run, and the pages go on', async () => {
    const owner = newOwner()
    const views = [0, 1, 2].map(() => viewOf())
    for (const view of views) await writeRun(db, { owner, seq: 1, view })
    const [first, damaged, last] = views.map(({ run_id }) => run_id).toSorted()
    await damage('runs', owner, { set, where: `run_id = '${damaged}'` })
    const ids = await onePerPage(
      (cursor) => listRuns(db, { owner, limit: 1, ...cursor }),
      ({ runs }) => runs.map(({ run_id }) => run_id),
    )
    expect(ids.toSorted()).toEqual([first, last])
    expect(named()).toHaveLength(1)
  })
})

test('a damaged archived run is refused by its name', async () => {
  const owner = newOwner()
  const view = viewOf({ status: 'finished' })
  const { run_id } = view
  await archiveRun(db, { owner, seq: 1, view, group_keys: [GroupKey.parse('acme')] })
  await damage('runs', owner, { set: `view = '{}'`, where: 'true' })
  await expect(readArchivedRun(db, { owner, run_id })).rejects.toThrow(
    `Runcast cannot read its record of the run ${run_id}.`,
  )
})

test('a damaged archived job keeps its place, and shows what can be read', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const usual = {
    group: 'acme',
    url: null,
    status: 'ready',
    outcome: 'new',
    attempt: 1,
    error: null,
  }
  const rows = [0, 1, 2, 3].map((n) =>
    PlacedJob.parse({ ...usual, external_id: `${n}`, title: `Job ${n}`, group_ord: 0, n }),
  )
  await archiveJobs(db, scope, rows)
  await damage('run_jobs', scope.owner, { set: `error = '5'`, where: 'n = 1' })
  await damage('run_jobs', scope.owner, { set: `"group" = ''`, where: 'n = 2' })
  const error = {
    code: 'damaged',
    message: 'The stored row of this job cannot be read.',
  }
  expect(await readArchivedJobs(db, scope, { after: null, limit: 10 })).toEqual([
    rows[0],
    { ...rows[1], error },
    { ...rows[2], group: '', error },
    rows[3],
  ])
  expect(named()).toEqual([
    logOf(`the job 1 of acme in the run ${scope.run_id}`),
    logOf(`the job 2 of  in the run ${scope.run_id}`),
  ])
})

test('a damaged archived line keeps its place, and shows what can be read', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const lines = [1, 2, 3].map((seq) => {
    const ts = new Date(1_700_000_000_000 + seq).toISOString()
    return { seq, ts, level: 'info' as const, message: `line ${seq}`, as_of: seq, late: false }
  })
  await archiveLines(db, scope, { after: 0, lines })
  const [first, second, third] = lines
  await damage('run_logs', scope.owner, {
    set: `as_of = -1, ts = 'infinity'`,
    where: 'seq = 2',
  })
  expect(await readArchivedLines(db, scope, { after: 0, limit: 10 })).toEqual([
    first,
    { ...second, as_of: -1, ts: '1970-01-01T00:00:00.000Z' },
    third,
  ])
  expect(named()).toEqual([logOf(`line 2 of the run ${scope.run_id}`)])
})

test('a damaged expiry hides no other, and is refused by its name', async () => {
  const company = new VisitedCompany(db)
  const run_id = newRunId()
  const rule = { misses: 1, hold_percent: 30 }
  await company.visit(['a', 'b'])
  await company.visit(['a'], { run_id, rule })
  const { owner } = company
  await db.query(
    `INSERT INTO companies SELECT owner, 'other', name, source, visit FROM companies WHERE owner = $1`,
    [owner],
  )
  await db.query(
    `INSERT INTO visits (owner, company, visit, run_id, floor, expiry, gone, open, sample)
     SELECT owner, 'other', visit, run_id, floor, expiry, gone, open, '5' FROM visits
     WHERE owner = $1 AND run_id = $2`,
    [owner, run_id],
  )
  const listed = await listExpiries(db, { owner, run_id })
  expect(listed.map(({ company: slug }) => slug)).toEqual(['acme'])
  const what = `the expiry of other in the run ${run_id}`
  expect(named()).toEqual([logOf(what)])
  const decision = { owner, run_id, company: 'other', apply: false, by: 'alice', misses: 1 }
  await expect(decideExpiry(db, decision)).rejects.toThrow(
    `Runcast cannot read its record of ${what}.`,
  )
})
