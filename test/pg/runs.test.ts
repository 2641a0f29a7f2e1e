import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'

import { archiveRun } from '../../src/db/archived-runs.ts'
import { countRuns, listRuns, type RunQuery } from '../../src/db/run-list.ts'
import { renameArchived } from '../../src/db/run-naming.ts'
import { hasRun, writeRun } from '../../src/db/runs.ts'
import { Owner } from '../../src/protocol/ids.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'

const db = openDatabase()

function view(given: Partial<RunView> = {}): RunView {
  return {
    run_id: newRunId(),
    pipeline: 'ingestion',
    subject: { groups: 1, title: 'Müller ./. Schmidt' },
    status: 'ingesting',
    round: 1,
    cursor: 'e.1',
    counts: { total: 3, by_status: { pending: 3 } },
    groups: { acme: { status: 'closed', found: 3, counts: { total: 3, by_status: {} } } },
    watchers: 0,
    created_at: '2026-11-01T10:00:00.123Z',
    ...given,
  }
}

function group(): RunView['groups'][string] {
  return { status: 'closed', found: 0, counts: { total: 0, by_status: {} } }
}

async function list(query: Pick<RunQuery, 'owner'> & Partial<RunQuery>) {
  const listed = await listRuns(db, { limit: 50, ...query })
  if (listed.kind !== 'page') throw new Error(listed.kind)
  return listed.page
}

test('DB-2: a checkpoint with an earlier or the same seq changes nothing', async () => {
  const owner = newOwner()
  const first = view()
  await writeRun(db, { owner, seq: 5, view: first })
  await writeRun(db, { owner, seq: 4, view: { ...first, status: 'initializing' } })
  await writeRun(db, { owner, seq: 5, view: { ...first, status: 'pending' } })
  expect((await list({ owner })).runs).toMatchObject([{ status: 'ingesting', total: 3 }])

  const snapshot = { total: 3, ready: 2, failed: 1, skipped: 0, aborted: 0 }
  const more = { new: 1, changed: 1, unchanged: 0, groups_closed: 1, groups_failed: 0 }
  const ended = { status: 'finished', ended_at: '2026-11-01T10:01:00.000Z' } as const
  await writeRun(db, {
    owner,
    seq: 6,
    view: { ...first, ...ended, snapshot: { ...snapshot, ...more } },
  })
  expect((await list({ owner })).runs).toEqual([
    {
      run_id: first.run_id,
      pipeline: 'ingestion',
      subject: { groups: 1, title: 'Müller ./. Schmidt' },
      created_at: first.created_at,
      total: 3,
      ...ended,
      // A snapshot of an earlier version.
      group_counts: null,
      problems: { groups: 0, jobs: 1 },
      snapshot: { ...snapshot, ...more },
    },
  ])
})

test('RUN-4: a row has whether there are problems, and the groups by their ends', async () => {
  const owner = newOwner()
  const group_counts = { total: 3, by_status: { closed: 1, failed: 2 } }
  const problems = { groups: 2, jobs: 1 }
  await writeRun(db, { owner, seq: 1, view: view({ group_counts, problems }) })
  await writeRun(db, { owner, seq: 1, view: view({ created_at: '2026-10-01T10:00:00.000Z' }) })
  const { runs } = await list({ owner })
  expect(runs).toMatchObject([
    { group_counts, problems },
    { group_counts: null, problems: { groups: 0, jobs: 0 } },
  ])
})

test('a run of an earlier version is listed without a subject', async () => {
  const owner = newOwner()
  const { subject: _, ...earlier } = view()
  await writeRun(db, { owner, seq: 1, view: earlier })
  expect((await list({ owner })).runs).toMatchObject([{ subject: null }])
})

test('DB-2: the whole view is stored, with its times in columns of their own', async () => {
  const owner = newOwner()
  const full = view({ started_at: '2026-11-01T10:00:01.000Z' })
  await writeRun(db, { owner, seq: 1, view: full })
  const rows = await db.query(
    `SELECT view, seq, round, started_at = '2026-11-01T10:00:01Z' AS started, ended_at
      FROM runs WHERE owner = $1`,
    [owner],
  )
  expect(rows).toEqual([{ view: full, seq: '1', round: 1, started: true, ended_at: null }])
})

test('DB-2: results can be stored before the row of their run', async () => {
  const owner = newOwner()
  const early = view()
  const { won } = await recorder(db, owner, early.run_id)(readyRow('1'))
  expect(won).toHaveLength(1)
  expect((await list({ owner })).runs).toEqual([])
  await writeRun(db, { owner, seq: 1, view: early })
  expect((await list({ owner })).runs).toHaveLength(1)
})

test('DB-2: the same run id under two owners is two runs', async () => {
  const [one, other] = [newOwner(), newOwner()]
  const run = view()
  await writeRun(db, { owner: one, seq: 9, view: run })
  await writeRun(db, { owner: other, seq: 1, view: { ...run, status: 'pending' } })
  expect((await list({ owner: one })).runs).toMatchObject([{ status: 'ingesting' }])
  expect((await list({ owner: other })).runs).toMatchObject([{ status: 'pending' }])
})

test('DB-2: a list has only the owner’s runs, even with another owner’s cursor', async () => {
  const [one, other] = [newOwner(), newOwner()]
  for (const owner of [one, one, other]) await writeRun(db, { owner, seq: 1, view: view() })
  const { next_cursor } = await list({ owner: one, limit: 1 })
  expect(next_cursor).not.toBeNull()
  const stolen = await list({ owner: other, cursor: next_cursor ?? '' })
  const own = await list({ owner: other })
  expect(own.runs).toHaveLength(1)
  expect(own.runs).toEqual(expect.arrayContaining([...stolen.runs]))
})

test('characters that Postgres cannot store are removed from a view', async () => {
  const owner = newOwner()
  const error = { code: 'failed', message: 'a\0b\uD800' }
  await writeRun(db, { owner, seq: 1, view: view({ error, groups: {} }) })
  expect(
    await db.query(`SELECT view->'error' AS error FROM runs WHERE owner = $1`, [owner]),
  ).toEqual([{ error: { code: 'failed', message: 'ab\uFFFD' } }])
})

test('the list can be filtered by status and pipeline, the newest first', async () => {
  const owner = newOwner()
  const given = [
    view({ created_at: '2026-11-01T10:00:00.000Z', status: 'finished' }),
    view({ created_at: '2026-11-03T10:00:00.000Z', pipeline: 'documents' }),
    view({ created_at: '2026-11-02T10:00:00.000Z', status: 'finished' }),
  ]
  for (const run of given) await writeRun(db, { owner, seq: 1, view: run })
  const ids = async (query: Partial<RunQuery>) =>
    (await list({ owner, ...query })).runs.map(({ run_id }) =>
      given.findIndex((run) => run.run_id === run_id),
    )
  expect(await ids({})).toEqual([1, 2, 0])
  expect(await ids({ status: 'finished' })).toEqual([2, 0])
  expect(await ids({ pipeline: 'documents' })).toEqual([1])
  expect(await ids({ status: 'finished', pipeline: 'documents' })).toEqual([])
  expect(await ids({ pipeline: 'no\0ne' })).toEqual([])
})

test('pages have every run once, in order, for any limit, even if many have the same time', async () => {
  const times = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 9 })
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 1, max: 4 }), async (offsets, limit) => {
      const owner = newOwner()
      for (const ms of offsets) {
        const created_at = new Date(1_790_000_000_000 + ms).toISOString()
        await writeRun(db, { owner, seq: 1, view: view({ created_at }) })
      }
      const whole = (await list({ owner })).runs
      const paged = []
      for (let cursor: string | undefined, more = true; more;) {
        const page = await list({ owner, limit, cursor })
        expect(page.runs.length).toBeLessThanOrEqual(limit)
        paged.push(...page.runs)
        more = page.next_cursor !== null
        cursor = page.next_cursor ?? undefined
      }
      expect(whole).toHaveLength(offsets.length)
      expect(paged).toEqual(whole)
      const created = whole.map((run) => run.created_at)
      expect(created).toEqual(created.toSorted().toReversed())
    }),
    { numRuns: 15 },
  )
})

const problems = {
  snapshot: {
    total: 1,
    ready: 0,
    failed: 1,
    skipped: 0,
    aborted: 0,
    new: 0,
    changed: 0,
    unchanged: 0,
    groups_closed: 1,
    groups_failed: 0,
  },
}

describe('RUN-7: the list has the runs', () => {
  const owner = newOwner()
  const given = [
    view({
      created_at: '2026-11-01T10:00:00.000Z',
      status: 'finished',
      ended_at: '2026-11-01T10:10:00.000Z',
      name: 'Nightly 100%',
      labels: { team: 'growth', 'a.b/c': 'x:y' },
    }),
    view({
      created_at: '2026-11-02T10:00:00.000Z',
      status: 'finished',
      ended_at: '2026-11-02T10:01:00.000Z',
      ...problems,
      labels: { team: 'sales' },
      subject: { groups: 2 },
    }),
    view({
      created_at: '2026-11-03T10:00:00.000Z',
      pipeline: 'documents',
      groups: { 'team:growth': group(), Smith: group() },
    }),
  ]
  beforeAll(async () => {
    for (const run of given) await writeRun(db, { owner, seq: 1, view: run })
    // Another owner has the same labels and groups.
    await writeRun(db, { owner: newOwner(), seq: 1, view: given[0] ?? view() })
  })

  test.for<[string, Partial<RunQuery>, number[]]>([
    ['of a status', { status: 'finished' }, [1, 0]],
    ['with problems', { status: 'with_problems' }, [1]],
    ['with a label', { label: { key: 'team' } }, [1, 0]],
    ['with a label of a value', { label: { key: 'team', value: 'growth' } }, [0]],
    ['with a label whose value has a colon', { label: { key: 'a.b/c', value: 'x:y' } }, [0]],
    ['without such a label', { label: { key: 'growth' } }, []],
    ['of a group', { group: 'Smith' }, [2]],
    ['of a group that is named as a label is', { group: 'team:growth' }, [2]],
    ['of a group with a character that is not stored', { group: 'Sm\0ith' }, [2]],
    ['with a part of the name', { q: 'nightly 100%' }, [0]],
    ['without the wildcards of a pattern', { q: '%' }, [0]],
    ['with a part of the only group’s title', { q: './. SCHMIDT' }, [2]],
    ['started since', { started_since: '2026-11-02T10:00:00.000Z' }, [2, 1]],
    ['started before', { started_before: '2026-11-02T10:00:00.000Z' }, [0]],
    ['that took longer', { longer_than_s: 60 }, [2, 0]],
    ['of several filters', { label: { key: 'team' }, longer_than_s: 60, status: 'finished' }, [0]],
  ])('%s', async ([, query, expected]) => {
    const { runs } = await list({ owner, ...query })
    const indexes = runs.map(({ run_id }) => given.findIndex((run) => run.run_id === run_id))
    expect(indexes).toEqual(expected)
  })

  test('and counts for each status those of all other filters', async () => {
    const none = { pending: 0, initializing: 0, error: 0, aborted: 0 }
    const all = { ...none, ingesting: 1, finished: 2, with_problems: 1 }
    expect(await countRuns(db, { owner, status: 'error' })).toEqual(all)
    const labelled = await countRuns(db, { owner, label: { key: 'team', value: 'growth' } })
    expect(labelled).toEqual({ ...none, ingesting: 0, finished: 1, with_problems: 0 })
  })

  test('with their names and labels', async () => {
    const { runs } = await list({ owner })
    expect(runs.map(({ name, labels }) => ({ name, labels }))).toEqual([
      {},
      { labels: { team: 'sales' } },
      { name: 'Nightly 100%', labels: { team: 'growth', 'a.b/c': 'x:y' } },
    ])
  })
})

describe('RUN-7: the name of a run', () => {
  test('is written with the same seq, and never over a later one', async () => {
    const owner = newOwner()
    const first = view()
    const named = async () => (await list({ owner })).runs.map(({ name }) => name)
    await writeRun(db, { owner, seq: 5, view: first })
    await writeRun(db, { owner, seq: 5, view: { ...first, name: 'b', named: 2 } })
    await writeRun(db, { owner, seq: 5, view: { ...first, name: 'a', named: 1 } })
    expect(await named()).toEqual(['b'])
    await archiveRun(db, { owner, seq: 5, view: { ...first, name: 'a', named: 1 }, group_keys: [] })
    expect(await named()).toEqual(['b'])
  })

  test('is changed in Postgres once the run is archived', async () => {
    const [owner, archived] = [newOwner(), view({ status: 'finished', name: 'a' })]
    const { run_id } = archived
    const key = { owner: Owner.parse(owner), run_id }
    const labels = { team: 'x' }
    await writeRun(db, { owner, seq: 5, view: archived })
    expect(await renameArchived(db, key, { labels })).toEqual({ kind: 'unknown' })
    await archiveRun(db, { owner, seq: 5, view: archived, group_keys: [] })
    const both = [{ name: 'b' }, { labels }]
    await Promise.all(both.map((change) => renameArchived(db, key, change)))
    expect(await renameArchived(db, key, { name: 'b' })).toEqual({
      kind: 'named',
      naming: { name: 'b', labels, named: 2 },
    })
    expect(await renameArchived(db, key, { name: null })).toMatchObject({ naming: { labels } })
    const [row] = (await list({ owner, label: { key: 'team' } })).runs
    expect(row).toMatchObject({ run_id, labels })
    expect(row).not.toHaveProperty('name')
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, 'v']))
    expect(await renameArchived(db, key, { labels: many })).toEqual({ kind: 'too_many' })
  })
})

const position = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test.for([
  ['empty', ''],
  ['no base64url', '!!! %'],
  ['no JSON', 'aaaa'],
  ['another shape', position({ a: 1 })],
  ['an invalid time', position(['2026-13-01T00:00:00Z', newRunId()])],
  ['a year that Postgres lacks', position(['0000-01-01T00:00:00Z', newRunId()])],
  ['a run id that cannot be stored', position(['2026-11-01T00:00:00Z', 'a\0'])],
])('a cursor that is %s gets an answer, not an error', async ([, cursor = '']) => {
  expect(await listRuns(db, { owner: newOwner(), limit: 5, cursor })).toEqual({
    kind: 'bad_cursor',
  })
})

test('RUN-5: only the owner learns whether a run is stored', async () => {
  const owner = newOwner()
  const { run_id } = view()
  expect(await hasRun(db, { owner, run_id })).toBe(false)
  await writeRun(db, { owner, seq: 1, view: view({ run_id }) })
  expect(await hasRun(db, { owner, run_id })).toBe(true)
  expect(await hasRun(db, { owner: newOwner(), run_id })).toBe(false)
})
