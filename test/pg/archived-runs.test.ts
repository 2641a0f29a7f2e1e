import { expect, test } from 'vitest'

import { openArchive, readArchivedRun } from '../../src/archive/postgres-archive.ts'
import { archiveRun } from '../../src/db/archived-runs.ts'
import { writeRun } from '../../src/db/runs.ts'
import { GroupKey } from '../../src/protocol/ids.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'

const db = openDatabase()

const KEYS = ['zeta, the longest of them', 'a', '__proto__', 'mid'].map((key) =>
  GroupKey.parse(key),
)

function archiveOf(seq: number, given: Partial<RunView> = {}) {
  const group = {
    title: 'Müller ./. Schmidt',
    status: 'closed',
    found: 1,
    counts: { total: 1, by_status: { ready: 1 } },
  } as const
  const groups = Object.fromEntries(KEYS.map((key) => [key, group]))
  const view: RunView = {
    run_id: newRunId(),
    pipeline: 'ingestion',
    subject: { groups: 4 },
    status: 'finished',
    round: 1,
    cursor: `epoch.${seq}`,
    counts: { total: 3, by_status: { ready: 3 } },
    groups,
    watchers: 0,
    created_at: '2026-01-02T03:04:05.678Z',
    started_at: '2026-01-02T03:04:06.000Z',
    ended_at: '2026-01-02T03:05:05.678Z',
    ...given,
  }
  return { owner: newOwner(), seq, view, group_keys: KEYS, inputs: KEYS.map((key) => inputOf(key)) }
}

/** JSON text whose escape would be NUL, which no text of Postgres can hold. */
function inputOf(key: string): string {
  return JSON.stringify({ key, odd: '\0 "quoted" ünlike' })
}

test('an archived run keeps what each group was started with, and says where an earlier version kept nothing', async () => {
  const { inputs, ...earlier } = archiveOf(7)
  const { owner, view } = earlier
  const name = { owner, run_id: view.run_id }
  const archive = openArchive(db)
  expect(await archive.readInputs(name)).toBeUndefined()
  expect(await archiveRun(db, earlier)).toBe(true)
  expect(await archive.readInputs(name)).toEqual({ groups: null })
  expect(await archiveRun(db, { ...earlier, inputs })).toBe(true)
  const groups = KEYS.map((key) => ({ key, input: inputOf(key) }))
  expect(await archive.readInputs(name)).toEqual({ groups })
})

test('an archived run comes back unchanged, with its groups in order', async () => {
  const archive = archiveOf(7)
  const { owner, view } = archive
  const { run_id } = view
  expect(await readArchivedRun(db, { owner, run_id })).toBeUndefined()
  await writeRun(db, archive)
  expect(await readArchivedRun(db, { owner, run_id })).toBeUndefined()
  expect(await archiveRun(db, archive)).toBe(true)
  expect(await archiveRun(db, archive)).toBe(true)
  const read = await readArchivedRun(db, { owner, run_id })
  expect(read).toEqual({ view, group_keys: KEYS })
  expect(Object.keys(read?.view.groups ?? {})).toEqual(KEYS)
  expect(await readArchivedRun(db, { owner: newOwner(), run_id })).toBeUndefined()
})

test('DB-2: the archive does not replace a row with a later seq, and is incomplete then', async () => {
  const archive = archiveOf(7)
  await writeRun(db, { ...archive, seq: 8, view: { ...archive.view, round: 2 } })
  expect(await archiveRun(db, archive)).toBe(false)
})

test('a row with the same seq is replaced, whatever its shape is', async () => {
  const archive = archiveOf(7)
  await writeRun(db, { ...archive, view: { ...archive.view, watchers: 4 } })
  expect(await archiveRun(db, archive)).toBe(true)
})

test('RUN-3: a run of an earlier version is shown with the counts of its groups, and those that an abort ended are aborted', async () => {
  const counts = { total: 0, by_status: {} }
  const failed = (code: string) =>
    ({ status: 'failed', found: 0, counts, reason: { code, message: 'Not read.' } }) as const
  const [closed = '', ended = '', broken = ''] = KEYS
  const jobs = { total: 3, ready: 1, failed: 2, skipped: 0, aborted: 0 }
  const earlier = { ...jobs, new: 1, changed: 0, unchanged: 0, groups_closed: 1, groups_failed: 2 }
  const archive = archiveOf(7, {
    status: 'aborted',
    groups: {
      [closed]: { status: 'closed', found: 3, counts },
      [ended]: failed('aborted'),
      [broken]: failed('board_not_found'),
    },
    snapshot: earlier,
  })
  const { owner, view } = archive
  expect(await archiveRun(db, archive)).toBe(true)
  const read = await readArchivedRun(db, { owner, run_id: view.run_id })
  const group_counts = { total: 3, by_status: { closed: 1, aborted: 1, failed: 1 } }
  expect(read?.view).toEqual({
    ...view,
    groups: { ...view.groups, [ended]: { ...failed('aborted'), status: 'aborted' } },
    group_counts,
    problems: { groups: 1, jobs: 2 },
    snapshot: { ...earlier, groups_failed: 1, group_counts },
  })
})
