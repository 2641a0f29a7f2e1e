import { readFile } from 'node:fs/promises'

import { PGlite } from '@electric-sql/pglite'
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

const migration = (name: string) =>
  readFile(new URL(`../../src/db/migrations/${name}.sql`, import.meta.url), 'utf8')

test('a posting of the first schema is carried over', async () => {
  await using old = await PGlite.create()
  await old.exec(await migration('0000_start'))
  await old.exec(`INSERT INTO postings
    (owner, company, external_id, title, url, locations, departments, description_text, visit, run_id)
    VALUES ('o', 'acme', '1', 't', 'u', '{Berlin}', '{Engineering,"Data, Inc"}', 'text', 3, 'r'),
      ('o', 'acme', '2', 't', 'u', '{}', '{}', 'text', 3, 'r')`)
  await old.exec(await migration('0001_sources'))
  const { rows } = await old.query(
    `SELECT department, locations, description_html, description_text, misses, salary, visit
      FROM postings ORDER BY external_id`,
  )
  const kept = { description_html: '', description_text: 'text', misses: 0, salary: null, visit: 3 }
  expect(rows).toEqual([
    { ...kept, department: 'Engineering, Data, Inc', locations: ['Berlin'] },
    { ...kept, department: null, locations: [] },
  ])
})
