import { describe, expect, it } from 'vitest'

import { CSV_ROWS_MAX, decodeCsv, readCompanies } from '../../web/companies/companies-csv.ts'

const faults = (text: string) => readCompanies(text).wrong

describe('a CSV of companies', () => {
  it('is read with its columns in any order, and any sign between its values', () => {
    const acme = { row: 2, slug: 'acme', name: 'Acme, Inc.', address: 'https://acme.example' }
    for (const text of [
      'slug,name,address\nacme,"Acme, Inc.",https://acme.example',
      '\uFEFFAddress;Name;Slug\r\nhttps://acme.example;"Acme, Inc.";acme\r\n\r\n',
      'url\tslug\tname\nhttps://acme.example\tacme\tAcme, Inc.\n',
    ])
      expect(readCompanies(text)).toEqual({ rows: [acme], wrong: [] })
  })

  it('needs no column but that of the addresses', () => {
    expect(readCompanies('address\nhttps://a.example\n\nhttps://b.example\n').rows).toEqual([
      { row: 2, slug: '', name: '', address: 'https://a.example' },
      { row: 4, slug: '', name: '', address: 'https://b.example' },
    ])
  })

  it.each(['', 'acme,Acme,https://acme.example', 'slug,name\nacme,Acme'])(
    'without such a column (%j) says how the first row is written',
    (text) => {
      const { rows, wrong } = readCompanies(text)
      expect(rows).toEqual([])
      expect(wrong).toEqual([{ row: 1, fault: expect.stringContaining('slug, name, address') }])
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
