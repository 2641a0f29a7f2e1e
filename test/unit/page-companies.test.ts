import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Company, type CompanyView } from '../../src/protocol/company.ts'
import { csvTable } from '../../src/protocol/csv.ts'
import { Labels } from '../../src/protocol/naming.ts'
import { CSV_ROWS_MAX, decodeCsv, readCompanies } from '../../web/companies/companies-csv.ts'
import { exportedCompanies } from '../../web/companies/company-cells.ts'

const NOT_GIVEN = { labels: {}, source: undefined }

const faults = (text: string) => readCompanies(text).wrong

describe('a CSV of companies', () => {
  it('is read with its columns in any order, and any sign between its values', () => {
    const acme = {
      row: 2,
      slug: 'acme',
      name: 'Acme, Inc.',
      address: 'https://acme.example',
      ...NOT_GIVEN,
    }
    for (const text of [
      'slug,name,address\nacme,"Acme, Inc.",https://acme.example',
      '\uFEFFAddress;Name;Slug\r\nhttps://acme.example;"Acme, Inc.";acme\r\n\r\n',
      'url\tslug\tname\nhttps://acme.example\tacme\tAcme, Inc.\n',
    ])
      expect(readCompanies(text)).toEqual({ rows: [acme], wrong: [] })
  })

  it('needs no column but that of the addresses', () => {
    expect(readCompanies('address\nhttps://a.example\n\nhttps://b.example\n').rows).toEqual([
      { row: 2, slug: '', name: '', address: 'https://a.example', ...NOT_GIVEN },
      { row: 4, slug: '', name: '', address: 'https://b.example', ...NOT_GIVEN },
    ])
  })

  it.each(['', 'acme,Acme,https://acme.example', 'slug,name\nacme,Acme'])(
    'without such a column (%j) says how the first row is written',
    (text) => {
      const { rows, wrong } = readCompanies(text)
      expect(rows).toEqual([])
      expect(wrong).toEqual([
        { row: 1, fault: expect.stringContaining('slug, name, labels, source, address') },
      ])
    },
  )

  it.each([
    ['acme,Acme,', 'has no address'],
    ['acme,Acme,acme.example', 'An address begins with https://'],
    ['acme,Acme,https://', 'An address begins with https://'],
    ['Acme GmbH,Acme,https://acme.example', 'Write it as “acme-gmbh”'],
    [`acme,${'x'.repeat(201)},https://acme.example`, 'has a name that'],
    ['acme,Acme,https://acme.example,more', 'does not fit the columns'],
    ['acme,"Acme,https://acme.example', 'does not fit the columns'],
    ['first,Other,https://acme.example', 'has the same slug as row 2'],
    ['acme,Acme,https://first.example', 'has the same address as row 2'],
  ])('names the row %j, which %s', (line, fault) => {
    const text = `slug,name,address\nfirst,First,https://first.example\n${line}`
    const { rows, wrong } = readCompanies(text)
    expect(rows.map(({ slug }) => slug)).toEqual(['first'])
    expect(wrong).toEqual([{ row: 3, fault: expect.stringContaining(fault) }])
  })

  it('is read up to as many rows as the API looks at', () => {
    const lines = Array.from({ length: CSV_ROWS_MAX + 2 }, (_, n) => `https://a${n}.example`)
    const text = ['address', ...lines].join('\n')
    expect(readCompanies(text).rows).toHaveLength(CSV_ROWS_MAX)
    expect(faults(text)).toEqual([
      { row: CSV_ROWS_MAX + 2, fault: expect.stringContaining('another file') },
    ])
  })
})

it.each([
  ['UTF-8', Buffer.from('name\nMüller')],
  ['UTF-8 with a mark', Buffer.from('\ufeffname\nMüller')],
  ['the code page of Windows', Buffer.from('name\nMüller', 'latin1')],
  ['UTF-16, as Excel calls Unicode', Buffer.from('\ufeffname\nMüller', 'utf16le')],
])('a CSV in %s is read as it was written', (_, bytes) => {
  expect(decodeCsv(new Uint8Array(bytes).buffer)).toBe('name\nMüller')
})

const LETTERS = `"',;\t=+-@＝:{}| a1üéأש日💼\u200f\u00a0\\\n\r`

/** Names that a CSV could take for something else: quotes, signs between values, formulas, other scripts. */
const ODD = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc
    .array(fc.constantFrom(...Array.from(LETTERS)), { minLength: 1, maxLength: 12 })
    .map((letters) => letters.join('')),
)
const name = ODD.filter((text) => Company.shape.name.safeParse(text).success).map((text) =>
  text.trim(),
)
const label = fc.tuple(fc.stringMatching(/^[a-z0-9][a-z0-9._/-]{0,5}$/), name)
const source = fc.record(
  { type: fc.constantFrom('greenhouse', 'site', 'later'), board: ODD, company_name: ODD },
  { requiredKeys: ['type'] },
)
const stored = fc
  .record({ name, source, labels: fc.array(label, { maxLength: 4 }) })
  .map((one) => ({ ...one, labels: Labels.parse(Object.fromEntries(one.labels)) }))

function view(one: Pick<CompanyView, 'name' | 'source' | 'labels'>, n: number): CompanyView {
  const slug = Company.shape.slug.parse(`company-${n}`)
  return { ...one, slug, created_at: '', updated_at: '', attention: null }
}

describe('a CSV that the page of companies exported', () => {
  it('is read again as the same companies, whatever is in their names, labels and sources', () => {
    fc.assert(
      fc.property(fc.array(stored, { minLength: 1, maxLength: 6 }), (companies) => {
        const views = companies.map(view)
        const { rows, wrong } = readCompanies(csvTable(exportedCompanies(views, new Map())))
        expect(wrong).toEqual([])
        const given = companies.map((one, n) => ({ ...one, slug: `company-${n}` }))
        expect(rows).toEqual(given.map((one, n) => ({ ...one, row: n + 2, address: '' })))
      }),
    )
  })

  it.each([
    ['a,A,,{', 'in the column “source” what cannot be read'],
    ['a,A,,"{""type"":1}"', 'in the column “source” what cannot be read'],
    ['a,A,{,"{""type"":""lever""}"', 'in the column “labels” what cannot be read'],
    ['a,A,Team:x,"{""type"":""lever""}"', 'labels that are not valid'],
    ['a,A,,', 'has no address'],
  ])('names the row %j, which has %s', (line, fault) => {
    expect(faults(`slug,name,labels,source\n${line}`)).toEqual([
      { row: 2, fault: expect.stringContaining(fault) },
    ])
  })
})
