import { describe, expect, test } from 'vitest'

import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { showBy } from '../../src/pipelines/documents/read/xlsx/number-format.ts'
import { openDocument, relationsXml, xlsx } from '../support/documents/packages.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { read } from '../support/documents/reading.ts'
import { refusalOf } from '../support/documents/unreadable.ts'
import { processorMs } from '../support/processor-time.ts'

const STYLES = `<numFmts><numFmt numFmtId="170" formatCode="dd.mm.yyyy"/></numFmts><cellXfs>
  <xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="10"/></cellXfs>`

function cell(place: string, value: string, more = ''): string {
  return `<c r="${place}" ${more}><v>${value}</v></c>`
}

function row(number: number, cells: string, more = ''): string {
  return `<row r="${number}" ${more}>${cells}</row>`
}

describe('a workbook', () => {
  test('has its sheets as tables under their names', async () => {
    const {
      text: shown,
      headings,
      unpaged,
    } = await read(
      xlsx({
        strings: ['<t>Tenant</t>', '<r><t>Har</t></r><r><t>bour</t></r><rPh><t>x</t></rPh>'],
        styles: STYLES,
        sheets: [
          {
            name: 'Rent &amp; dates',
            rows: [
              row(1, cell('A1', '0', 't="s"') + cell('C1', 'from', 't="str"')),
              row(2, cell('A2', '1', 't="s"') + cell('C2', '45382', 's="1"')),
              row(3, cell('B3', '0.125', 's="3"') + cell('C3', '45382.75', 's="2"')),
              row(
                9,
                '<c r="A9" t="inlineStr"><is><t>below</t></is></c>' + cell('B9', '1', 't="b"'),
              ),
            ].join(''),
          },
          { name: 'Second', rows: row(1, cell('A1', '#REF!', 't="e"') + cell('B1', '1e3')) },
        ],
      }),
      'a.xlsx',
    )
    expect(shown).toBe(
      `Rent & dates

Tenant\t\tfrom
Harbour\t\t2024-03-31
\t12.50%\t2024-03-31

below\tTRUE

Second

#REF!\t1000`,
    )
    expect(headings.map(({ text: words }) => words)).toEqual(['Rent & dates', 'Second'])
    expect(unpaged).toBe(true)
  })

  test('shows a joined cell once, and names what is hidden', async () => {
    const { text: shown, notices } = await read(
      xlsx({
        sheets: [
          {
            name: 'Sheet',
            columns: '<cols><col min="3" max="3" hidden="1"/></cols>',
            rows: [
              row(1, cell('A1', 'joined', 't="str"') + cell('B1', 'stale', 't="str"')),
              row(2, cell('A2', 'stale', 't="str"') + cell('C2', 'secret', 't="str"')),
              row(3, cell('A3', 'secret', 't="str"'), 'hidden="1"'),
              row(4, '<c r="A4" s="0"/>', 'hidden="1"'),
            ].join(''),
            behind: '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
          },
          { name: 'Away', rows: row(1, cell('A1', 'secret', 't="str"')), state: 'veryHidden' },
        ],
      }),
      'a.xlsx',
    )
    expect(shown).toBe('Sheet\n\njoined')
    expect(notices?.map(({ code, count }) => [code, count])).toEqual([
      ['hidden_sheets_left_out', 1],
      ['hidden_rows_left_out', 1],
      ['hidden_columns_left_out', 1],
    ])
  })

  test('has the words of its charts and text boxes, and counts its comments', async () => {
    const { text: shown, notices } = await read(
      xlsx({
        sheets: [{ name: 'S', rows: row(1, cell('A1', '7')) }],
        more: {
          'xl/worksheets/_rels/sheet0.xml.rels': relationsXml([
            ['d', 'drawing', '../d.xml'],
            ['c', 'comments', '../c.xml'],
          ]),
          'xl/d.xml': '<d><a:t>A box</a:t></d>',
          'xl/_rels/d.xml.rels': relationsXml([['x', 'chart', 'chart.xml']]),
          'xl/chart.xml': '<c><c:v>Costs</c:v></c>',
          'xl/c.xml': '<comments><comment/><comment/></comments>',
        },
      }),
      'a.xlsx',
    )
    expect(shown).toBe('S\n\n7\n\nA box\n\nCosts')
    expect(notices).toMatchObject([{ code: 'comments_left_out', count: 2 }])
  })

  test('with a million empty rows costs little', async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, at) => `<row r="${at + 2}"/>`).join('')
    const file = xlsx({ sheets: [{ name: 'S', rows: row(1, cell('A1', 'x', 't="str"')) + rows }] })
    const spent = await processorMs(async () => {
      expect((await read(file, 'a.xlsx')).text).toBe('S\n\nx')
    })
    expect(spent).toBeLessThan(5_000)
  })

  test('counts days from 1904 if it says so', async () => {
    const sheets = [{ name: 'S', rows: row(1, cell('A1', '43920', 's="1"')) }]
    const file = xlsx({ sheets, styles: STYLES, properties: 'date1904="1"' })
    expect((await read(file, 'a.xlsx')).text).toBe('S\n\n2024-03-31')
  })
})

test.each([
  ['General', 0.1 + 0.2, '0.3'],
  ['0.00', 2.5, '2.50'],
  ['#,##0.00 "EUR"', 1_234_567.891, '1,234,567.89 EUR'],
  ['[$€-407] #,##0', 45_000, '€ 45,000'],
  ['#,##0;(#,##0)', -12, '(12)'],
  ['0;-0;"none"', 0, 'none'],
  [';;;', 5, ''],
  ['0%', 0.15, '15%'],
  ['00000', 7, '00007'],
  ['#,##0,', 12_345_678, '12,346'],
  ['yyyy-mm-dd hh:mm', 45_382.75, '2024-03-31 18:00'],
  ['h:mm:ss', 0.75, '18:00:00'],
  ['[h]:mm', 1.5, '36:00'],
  ['mmm yyyy', 45_382, '2024-03'],
  ['dd/mm/yyyy;@', 45_382, '2024-03-31'],
  ['yyyy', 60, '1900'],
  ['d.m.yyyy', 1, '1900-01-01'],
  ['d.m.yyyy', -1, '-1'],
  ['"Section "0', 3, 'Section 3'],
  ['0.0\\x', 2, '2.0x'],
  ['000-00-0000', 123_456_789, '123-45-6789'],
  ['(000) 000-0000', 5_551_234_567, '(555) 123-4567'],
  ['00 00 00', 7, '00 00 07'],
  ['0.00E+00', 123_456, '1.23E+05'],
  ['0.00E+00', 0.000_12, '1.20E-04'],
  ['# ?/?', 1.25, '1 1/4'],
  ['# ?/8', -2.5, '-2 4/8'],
  ['# ??/??', 3, '3'],
])('%s shows %d as %s', (code, value, shown) => {
  expect(showBy(code, { from1904: false })(value)).toBe(shown)
})

const text = (words: string) => `<text:p>${words}</text:p>`

describe('an OpenDocument spreadsheet', () => {
  test('has its visible cells', async () => {
    const { text: shown, notices } = await read(
      openDocument({
        kind: 'spreadsheet',
        automatic:
          '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>',
        body: `<table:table table:name="Rent"><table:table-column/><table:table-column table:visibility="collapse"/>
          <table:table-row><table:table-cell table:number-columns-repeated="2">${text('a')}</table:table-cell><table:table-cell/><table:table-cell office:date-value="2024-03-31">${text('31.03.24')}<office:annotation>${text('no')}</office:annotation></table:table-cell></table:table-row>
          <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
          <table:table-row table:visibility="filter"><table:table-cell>${text('secret')}</table:table-cell></table:table-row>
          <table:table-row><table:table-cell>${text('b')}${text('c')}</table:table-cell><table:covered-table-cell>${text('stale')}</table:covered-table-cell></table:table-row>
          </table:table><table:table table:name="Away" table:style-name="h"><table:table-row><table:table-cell>${text('secret')}</table:table-cell></table:table-row></table:table>`,
      }),
      'a.ods',
    )
    expect(shown).toBe('Rent\n\na\t\t\t31.03.24\n\nb c')
    expect(notices?.map(({ code, count }) => [code, count])).toEqual([
      ['hidden_sheets_left_out', 1],
      ['hidden_rows_left_out', 1],
      ['hidden_columns_left_out', 1],
      ['comments_left_out', 1],
    ])
  })
})

describe('a table of values', () => {
  test.each([
    ['commas', 'a.csv', 'Name,Rent\r\n"Smith, J.","1,200"\r\n'],
    ['semicolons', 'a.csv', 'Name;Rent\n"Smith, J.";1,200\n'],
    ['tabs', 'a.tsv', 'Name\tRent\nSmith, J.\t1,200\n'],
    ['a declared sign', 'a.csv', 'sep=|\nName|Rent\n"Smith, J."|1,200\n'],
  ])('is read with %s', async (_, name, source) => {
    expect((await read(utf8(source), name)).text).toBe('Name\tRent\nSmith, J.\t1,200')
  })

  test('has values of several lines, and quotes', async () => {
    const source = 'a,b\n"one\ntwo","says ""no"""\n\n,"c"'
    expect((await read(utf8(source), 'a.csv')).text).toBe('a\tb\none two\tsays "no"\n\n\tc')
  })

  test('with an open quote is read to its end', async () => {
    expect((await read(utf8('a,b\n"c,d\ne,f'), 'a.csv')).text).toContain('c,d e,f')
  })
})

describe('a sheet that cannot be read', () => {
  test.each([
    ['no_text', 'an empty workbook', 'a.xlsx', () => xlsx({ sheets: [{ name: 'S', rows: '' }] })],
    [
      'no_text',
      'an empty spreadsheet',
      'a.ods',
      () => openDocument({ kind: 'spreadsheet', body: '<table:table table:name="S"/>' }),
    ],
    ['empty', 'a table of commas', 'a.csv', () => utf8(',,,\n,,,\n')],
    [
      'too_large',
      'a long text that many cells show',
      'a.xlsx',
      () => {
        const rows = Array.from({ length: 400 }, (_, at) => row(at + 1, cell('A1', '0', 't="s"')))
        const strings = [`<t>${'long text '.repeat(3_000)}</t>`]
        return xlsx({ strings, sheets: [{ name: 'S', rows: rows.join('') }] })
      },
    ],
    [
      'too_large',
      'a row that is repeated a million times',
      'a.ods',
      () => {
        const cells = `<table:table-cell><text:p>${'x'.repeat(99)}</text:p></table:table-cell>`
        const rows = `<table:table-row table:number-rows-repeated="1048576">${cells}</table:table-row>`
        return openDocument({ kind: 'spreadsheet', body: `<table:table>${rows}</table:table>` })
      },
    ],
    [
      'entity_bomb',
      'a workbook with entities',
      'a.xlsx',
      () =>
        xlsx({
          sheets: [],
          more: { 'xl/sharedStrings.xml': '<!DOCTYPE s [<!ENTITY a "b">]><sst/>' },
        }),
    ],
    [
      'encrypted',
      'a protected spreadsheet',
      'a.ods',
      () =>
        openDocument({
          kind: 'spreadsheet',
          body: '',
          more: { 'META-INF/manifest.xml': '<m:manifest><m:encryption-data/></m:manifest>' },
        }),
    ],
    [
      'damaged',
      'a workbook that is cut off',
      'a.xlsx',
      () => xlsx({ sheets: [{ name: 'S', rows: row(1, cell('A1', '1')) }] }).subarray(0, 700),
    ],
  ])('%s: %s', async (...[code, , name, make]) => {
    const refusal = await refusalOf({ name, bytes: make })
    expect(refusal.code).toBe(code)
    expect(refusal.cpu_ms).toBeLessThan(3_000)
  })
})

test('the kind of a sheet is that of its content', () => {
  const workbook = xlsx({ sheets: [] })
  expect(documentKind(workbook, 'a.docx')).toBe('xlsx')
  expect(documentKind(openDocument({ kind: 'spreadsheet', body: '' }), 'a.zip')).toBe('ods')
  expect(documentKind(utf8('a,b'), 'a.csv')).toBe('csv')
  expect(documentKind(utf8('a,b'), 'a.txt')).toBe('text')
})
