import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { z } from 'zod'

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
  // An index for words or vectors has no order that could begin with the owner. The sweep reads the runs of all
  // owners by their end.
  const others = /USING (?:gin|hnsw)|^CREATE INDEX runs_to_remove /
  const ordered = indexes.filter(({ indexdef }) => !others.test(String(indexdef)))
  for (const { indexdef } of ordered) expect(indexdef).toMatch(/\(owner, /)
  const references = await db.query(`SELECT conname FROM pg_constraint WHERE contype = 'f'`, [])
  expect(references).toEqual([])
})

const migration = (name: string) =>
  readFile(new URL(`../../src/db/migrations/${name}.sql`, import.meta.url), 'utf8')

const Results = z.array(z.object({ rows: z.array(z.record(z.string(), z.unknown())) }))

/** The tables of an older schema, in a schema beside the present one. */
class OldTables {
  readonly #schema = `old_${randomUUID().replaceAll('-', '')}`
  readonly #client = new Client({ connectionString: inject('postgres').url })

  static async create(...migrations: string[]): Promise<OldTables> {
    const old = new OldTables()
    await old.#client.connect()
    await old.#client.query(`CREATE SCHEMA ${old.#schema}`)
    for (const name of migrations) await old.exec(await migration(name))
    return old
  }

  /** Sends one message, because the embedded database has one session for all connections. */
  async exec(text: string): Promise<readonly Record<string, unknown>[]> {
    const results = await this.#client.query(
      `BEGIN; SET LOCAL search_path TO ${this.#schema}; ${text}; COMMIT`,
    )
    return Results.parse(results).at(-2)?.rows ?? []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.query(`DROP SCHEMA ${this.#schema} CASCADE`)
    await this.#client.end()
  }
}

test('a posting of the first schema is carried over', async () => {
  await using old = await OldTables.create('0000_start')
  await old.exec(`INSERT INTO postings
    (owner, company, external_id, title, url, locations, departments, description_text, visit, run_id)
    VALUES ('o', 'acme', '1', 't', 'u', '{Berlin}', '{Engineering,"Data, Inc"}', 'text', 3, 'r'),
      ('o', 'acme', '2', 't', 'u', '{}', '{}', 'text', 3, 'r')`)
  await old.exec(await migration('0001_sources'))
  const rows = await old.exec(
    `SELECT department, locations, description_html, description_text, misses, salary, visit
      FROM postings ORDER BY external_id`,
  )
  const kept = { description_html: '', description_text: 'text', misses: 0, salary: null, visit: 3 }
  expect(rows).toEqual([
    { ...kept, department: 'Engineering, Data, Inc', locations: ['Berlin'] },
    { ...kept, department: null, locations: [] },
  ])
})

test('a run that is going on keeps its rows, and goes on', async () => {
  await using old = await OldTables.create('0000_start', '0001_sources')
  await old.exec(`INSERT INTO runs VALUES
    ('o', 'r', 'ingestion', 'ingesting', 7, 1, now(), now(), NULL, 2, '{"cursor": "e.7"}')`)
  await old.exec(`INSERT INTO run_jobs (owner, run_id, "group", external_id, title, status, outcome, attempt)
    VALUES ('o', 'r', 'acme', '1', 't', 'ready', 'new', 3)`)
  const rows = (table: string) => old.exec(`SELECT * FROM ${table}`)
  const before = { runs: await rows('runs'), jobs: await rows('run_jobs') }
  await old.exec(await migration('0002_archive'))
  const fresh = { first_outcome: null, url: null, group_ord: null, n: null }
  expect(await rows('runs')).toEqual(before.runs.map((row) => ({ ...row, group_keys: null })))
  expect(await rows('run_jobs')).toEqual(before.jobs.map((row) => ({ ...row, ...fresh })))
  await old.exec(`UPDATE run_jobs SET status = 'aborted', attempt = 4 WHERE owner = 'o'`)
  expect(await rows('run_logs')).toEqual([])
})

test('postings from before their details stay as they were', async () => {
  await using old = await OldTables.create('0000_start', '0001_sources')
  await old.exec(`INSERT INTO postings
    (owner, company, external_id, title, url, locations, description_text, visit, run_id)
    VALUES ('o', 'acme', '1', 't', 'u', '{Berlin}', 'text', 3, 'r')`)
  const [before] = await old.exec('SELECT * FROM postings')
  await old.exec(await migration('0009_posting_fields'))
  const fresh = { closed_at: null, details: null, facets: null }
  expect(await old.exec('SELECT * FROM postings')).toEqual([{ ...before, ...fresh }])
})
