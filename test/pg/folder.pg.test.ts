import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { openFolder } from '../../scripts/database/folder.ts'

const place = mkdtempSync(join(tmpdir(), 'runcast-folder-'))
const empty = join(place, 'cache', 'empty')

afterAll(() => rmSync(place, { recursive: true }))

async function tablesIn(name: string, statement = 'SELECT 1'): Promise<unknown[]> {
  const database = await openFolder(join(place, name), empty)
  try {
    await database.exec(statement)
    const listed = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
    return (await database.query(listed)).rows
  } finally {
    await database.close()
  }
}

test('a database is made of nothing, keeps what is its own, and passes none of it on', async () => {
  const mine = [{ tablename: 'mine' }]
  expect(await tablesIn('first', 'CREATE TABLE mine ()')).toEqual(mine)
  expect(await tablesIn('first')).toEqual(mine)

  // A start that was killed while it copied leaves a part.
  mkdirSync(join(place, 'second.new'))
  writeFileSync(join(place, 'second.new', 'PG_VERSION'), 'half')
  expect(await tablesIn('second')).toEqual([])
  expect(existsSync(join(place, 'second.new'))).toBe(false)
})
