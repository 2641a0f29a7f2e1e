import { expect, test } from 'vitest'

import { createCompany } from '../../src/db/companies.ts'
import { countFacets } from '../../src/db/posting-facets.ts'
import { listPostings } from '../../src/db/posting-list.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import { readRelated } from '../../src/db/related-postings.ts'
import { Company } from '../../src/protocol/company.ts'
import { newOwner, openDatabase, readyRow, recorder } from '../support/database.ts'

const db = openDatabase()
const likeness = [1, 2, 3, 4, 5, 6]

/** An owner with the company `acme`, and with postings of it and of a company that is not stored. */
async function withPostings(name: string): Promise<string> {
  const owner = newOwner()
  const source = { type: 'greenhouse', board: 'acme' }
  await createCompany(db, { owner, company: Company.parse({ slug: 'acme', name, source }) })
  await recorder(db, owner)(
    readyRow('1', { group: 'acme', posting: { likeness } }),
    readyRow('1', { group: 'gone', posting: { likeness } }),
  )
  return owner
}

test('a posting says what its owner calls the company, and not what another owner calls it', async () => {
  const owner = await withPostings('Acme “& Söhne”')
  await withPostings('Somebody else’s Acme')
  const listed = await listPostings(db, { owner, limit: 10 })
  if (listed.kind !== 'page') throw new Error(listed.kind)
  expect(listed.page.postings.map((one) => [one.company, one.company_name])).toEqual([
    ['acme', 'Acme “& Söhne”'],
    ['gone', null],
  ])
  expect(await readPosting(db, { owner, company: 'acme', external_id: '1' })).toMatchObject({
    company_name: 'Acme “& Söhne”',
  })
})

test('the values of the facet of companies have the names', async () => {
  const owner = await withPostings('Acme')
  const { values } = await countFacets(db, { owner }, ['company', 'status'])
  expect(values).toEqual({
    company: [
      { value: 'acme', count: 1, title: 'Acme' },
      { value: 'gone', count: 1 },
    ],
    status: [{ value: 'open', count: 2 }],
  })
})

test('a related posting has the name of its company', async () => {
  const owner = await withPostings('Acme')
  const related = await readRelated(db, { owner, company: 'gone', external_id: '1' })
  expect(related?.postings).toMatchObject([{ company: 'acme', company_name: 'Acme' }])
})
