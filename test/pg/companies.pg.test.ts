import { expect, test } from 'vitest'

import { visitCompany } from '../../src/db/companies.ts'
import { Company } from '../../src/protocol/company.ts'
import { newOwner, openDatabase } from '../support/database.ts'

const db = openDatabase()

const acme = Company.parse({
  slug: 'acme',
  name: 'Acme',
  source: { type: 'greenhouse', board: 'acme', base_url: 'http://127.0.0.1:1' },
})

test('a company given in full is stored, and each planning takes its next visit', async () => {
  const owner = newOwner()
  expect(await visitCompany(db, { owner, company: acme })).toEqual({ ...acme, visit: 1 })
  expect(await visitCompany(db, { owner, company: 'acme' })).toEqual({ ...acme, visit: 2 })
  const moved = { ...acme, name: 'Acme Ltd', source: { ...acme.source, board: 'acme2' } }
  expect(await visitCompany(db, { owner, company: moved })).toEqual({ ...moved, visit: 3 })
  expect(await visitCompany(db, { owner, company: 'acme' })).toEqual({ ...moved, visit: 4 })
})

test('visits taken at the same time are all different', async () => {
  const owner = newOwner()
  const taken = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      visitCompany(db, { owner, company: n % 2 === 0 ? acme : 'acme' }),
    ),
  )
  const visits = taken.flatMap((company) => company?.visit ?? []).toSorted((a, b) => a - b)
  expect(visits).toEqual(Array.from(visits, (_, n) => n + 1))
})

test('DB-2: an unknown slug, or another owner’s, is no company', async () => {
  await visitCompany(db, { owner: newOwner(), company: acme })
  const owner = newOwner()
  expect(await visitCompany(db, { owner, company: 'acme' })).toBeUndefined()
  expect(await visitCompany(db, { owner, company: 'ac\0me' })).toBeUndefined()
  expect(await visitCompany(db, { owner, company: acme })).toMatchObject({ visit: 1 })
})

test('a name is stored without what Postgres cannot hold', async () => {
  const company = { ...acme, name: 'A\0cme \uD800' }
  expect(await visitCompany(db, { owner: newOwner(), company })).toMatchObject({
    name: 'Acme \uFFFD',
  })
})
