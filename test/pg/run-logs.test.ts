import { expect, test } from 'vitest'

import { readArchivedLines } from '../../src/archive/postgres-archive.ts'
import { archiveLines } from '../../src/db/run-logs.ts'
import type { PlacedLine } from '../../src/protocol/archive.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'

const db = openDatabase()

const named = { group: 'acme', external_id: 'a "1"' }

function line(seq: number, given: Partial<PlacedLine> = {}): PlacedLine {
  const ts = new Date(1_700_000_000_123 + seq).toISOString()
  return { seq, ts, level: 'info', message: `line ${seq}`, as_of: seq, late: false, ...given }
}

const all = { after: 0, limit: 100 }

test('EV-7: an archived log comes back unchanged', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const lines = [
    line(3, named),
    line(4, { group: 'acme', level: 'warn', since: '2023-11-14T22:13:19.001Z' }),
    line(5, { level: 'error', as_of: 5_000_000_000, late: true, message: 'a\nb \u2028 “c”' }),
  ]
  expect(await archiveLines(db, scope, { after: 0, lines })).toEqual([])
  expect(await archiveLines(db, scope, { after: 0, lines })).toEqual([])
  expect(await readArchivedLines(db, scope, all)).toEqual(lines)
  expect(await readArchivedLines(db, scope, { after: 3, limit: 1 })).toEqual([lines[1]])
  expect(await readArchivedLines(db, scope, { after: 999_999_999_999_999, limit: 1 })).toEqual([])
  expect(await readArchivedLines(db, { ...scope, run_id: newRunId() }, all)).toEqual([])
})

test('lines that the run has dropped since are removed, and none of another page or run', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const other = { ...scope, run_id: newRunId() }
  const lines = [1, 2, 3, 4, 5, 6].map((seq) => line(seq))
  for (const run of [scope, other]) await archiveLines(db, run, { after: 0, lines })
  await archiveLines(db, scope, { after: 0, lines: lines.slice(2, 4) })
  expect(await readArchivedLines(db, scope, all)).toEqual(lines.slice(2))
  await archiveLines(db, scope, { after: 4, lines: [line(6), line(7)] })
  expect(await readArchivedLines(db, scope, all)).toEqual([line(3), line(4), line(6), line(7)])
  expect(await readArchivedLines(db, other, all)).toEqual(lines)
  expect(await archiveLines(db, scope, { after: 7, lines: [] })).toEqual([])
})

test('a line that Postgres refuses is returned as missing, with the reason', async () => {
  const scope = { owner: newOwner(), run_id: newRunId() }
  const lines = [line(1), line(2, { ts: '2026-13-01T00:00:00.000Z' }), line(3)]
  const lacking = await archiveLines(db, scope, { after: 0, lines })
  expect(lacking).toMatchObject([{ seq: 2, why: expect.stringContaining('date/time') }])
  expect(await readArchivedLines(db, scope, all)).toEqual([line(1), line(3)])
})
