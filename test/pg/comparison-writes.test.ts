import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'

import { findCompany } from '../../src/db/companies.ts'
import { comparePostings } from '../../src/db/comparison.ts'
import { connect } from '../../src/db/connect.ts'
import { engineer } from '../support/database.ts'
import { startPostgres } from '../support/postgres.ts'
import { acme, atOnce, VisitedCompany } from '../support/visited-company.ts'

// Statistics count for the whole database, so this test has a database of its own. Each connection
// reports its figures late, so there is only one connection.
const postgres = await startPostgres(1)
const db = connect({ ...postgres, statement_ms: 30_000 })

afterAll(() => postgres.stop())

const Written = z.tuple([z.object({ rows: z.coerce.number() })])

/** Reads the number of rows that were ever written in this database from its statistics. */
async function writtenRows(): Promise<number> {
  await db.query('SELECT pg_stat_force_next_flush()', [])
  const rows = await db.query(
    'SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) AS rows FROM pg_stat_user_tables',
    [],
  )
  return Written.parse(rows)[0].rows
}

test('a preview’s queries write nothing, by the database’s own statistics', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  await company.visit(['same', 'gone', 'missed'])
  const before = await writtenRows()
  expect(before).toBeGreaterThanOrEqual(3)

  const given = ['same', 'fresh'].map((external_id) => ({ external_id, posting: engineer }))
  const unread = { external_id: 'missed', posting: null }
  const question = { owner, company: 'acme', found: [...given, unread], ...atOnce }
  expect(await findCompany(db, { owner, slug: 'acme' })).toEqual(acme)
  expect(await comparePostings(db, question)).toMatchObject({ gone: { count: 1 } })
  expect(await writtenRows()).toBe(before)

  await company.found(1, 'same')
  expect(await writtenRows()).toBeGreaterThan(before)
})
