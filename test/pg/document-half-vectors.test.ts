import { readFileSync } from 'node:fs'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { vectorIndex } from '../../src/db/chunk-stages.ts'
import { connect, type Database, type Statement } from '../../src/db/connect.ts'
import { searchVectors } from '../../src/db/document-search.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { indexesOf, planOf, recordStatements } from '../support/plans.ts'
import { startPostgres } from '../support/postgres.ts'
import { StoredDocument } from '../support/stored-document.ts'

let postgres: Awaited<ReturnType<typeof startPostgres>>
let db: Database

beforeAll(async () => {
  postgres = await startPostgres(1)
  db = connect({ ...postgres, statement_ms: 60_000 })
})

afterAll(() => postgres.stop())

/** The block of the migration that makes the index, without the condition that leaves out the embedded Postgres. */
function migrationOfHalf(): string {
  const text = readFileSync(
    new URL('../../src/db/migrations/0006_size.sql', import.meta.url),
    'utf8',
  )
  const blocks = text.split('--> statement-breakpoint')
  const block = blocks.find((one) => one.includes('chunk_vectors_near_half'))
  const without = block?.replace(/\s+AND version\(\) NOT LIKE '%wasm%'/, '')
  if (without === undefined || without === block) throw new Error('the migration has changed')
  return without
}

test('with an index in half precision the nearest chunks are found, in the order of their vectors', async ({
  skip,
}) => {
  const [found] = await db.query(`SELECT to_regclass('chunk_vectors') IS NOT NULL AS there`, [])
  if (found?.['there'] !== true) skip('this Postgres has no pgvector')
  await db.query(migrationOfHalf(), [])
  const names = await db.query(
    `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index
     WHERE indrelid = 'chunk_vectors'::regclass AND NOT indisprimary`,
    [],
  )
  expect(names).toEqual([{ name: 'chunk_vectors_near_half', valid: true }])
  const document = await new StoredDocument(db).index('The rent is due.', 'A deposit is paid.')
  const [vector = new Float32Array()] = await hashingEmbedder.embed(
    ['Which deposit is paid?'],
    'query',
  )
  const asked = { owner: document.owner, limit: 2 }
  const search = () => searchVectors(db, asked, { model: hashingEmbedder.model, vector })
  expect((await search()).map(({ text }) => text)).toEqual([
    'A deposit is paid.',
    'The rent is due.',
  ])
  expect(await vectorIndex(db)).toBe('halfvec')
  const [[...request] = []] = await recordStatements(search)
  const statement = request.pop()
  if (statement === undefined) throw new Error('nothing was sent')
  const forced = ['seqscan', 'bitmapscan', 'sort'].map((way): Statement => [
    `SET LOCAL enable_${way} = off`,
    [],
  ])
  expect(indexesOf(await planOf(db, statement, [...request, ...forced]))).toContain(
    'chunk_vectors_near_half',
  )
})
