import { expect, inject, test } from 'vitest'

import { applyMigrations } from '../../scripts/database/migrations.ts'
import { openDatabase } from '../support/database.ts'

const db = openDatabase()

const schema = () =>
  db.query(
    `SELECT table_name, column_name, data_type, is_nullable, column_default
      FROM information_schema.columns WHERE table_schema IN ('public', 'drizzle') ORDER BY 1, 2`,
    [],
  )

test('migrations that were applied are not applied again', async () => {
  const before = await schema()
  const applied = await db.query('SELECT hash, created_at FROM drizzle.__drizzle_migrations', [])
  expect(applied.length).toBeGreaterThan(0)
  await applyMigrations(inject('postgres').url)
  expect(await schema()).toEqual(before)
  expect(await db.query('SELECT hash, created_at FROM drizzle.__drizzle_migrations', [])).toEqual(
    applied,
  )
})

test('DB-2: every key begins with the owner, and no table refers to another', async () => {
  const indexes = await db.query(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'`, [])
  expect(indexes.length).toBeGreaterThan(3)
  for (const { indexdef } of indexes) expect(indexdef).toMatch(/\(owner, /)
  const references = await db.query(`SELECT conname FROM pg_constraint WHERE contype = 'f'`, [])
  expect(references).toEqual([])
})
