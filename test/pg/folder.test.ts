import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { openFolder } from '../../scripts/database/folder.ts'
import { CACHE } from '../../scripts/kept-build.ts'

const place = mkdtempSync(join(tmpdir(), 'runcast-folder-'))
// A folder of this test beside the kept builds, because the empty database is moved there.
const empty = join(CACHE, `runcast-postgres-of-test-${process.pid}`)

afterAll(() => [place, empty].forEach((folder) => rmSync(folder, { recursive: true })))

async function tablesIn(name: string, statement = 'SELECT 1'): Promise<unknown[]> {
  const database = await openFolder(join(place, name), empty)
  try {
    await database.exec(statement)
    const listed = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`
    return (await database.query(listed)).rows
  } finally {
    await database.close()
  }
}

test('a database starts empty, keeps its own tables, and gives none of them to another one', async () => {
  const whole = await tablesIn('first')
  expect(whole).toContainEqual({ tablename: 'postings' })
  const withMine = [{ tablename: 'a_mine' }, ...whole]
  expect(await tablesIn('first', 'CREATE TABLE a_mine ()')).toEqual(withMine)
  expect(await tablesIn('first')).toEqual(withMine)

  // A start that was killed during the copy leaves a part of it.
  mkdirSync(join(place, 'second.new'))
  writeFileSync(join(place, 'second.new', 'PG_VERSION'), 'half')
  expect(await tablesIn('second')).toEqual(whole)
  expect(existsSync(join(place, 'second.new'))).toBe(false)
})
