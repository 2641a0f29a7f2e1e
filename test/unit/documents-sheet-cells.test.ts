import { expect, test } from 'vitest'

import { showBy } from '../../src/pipelines/documents/read/xlsx/number-format.ts'
import { relationsXml, xlsx } from '../support/documents/packages.ts'
import { failureOf, read } from '../support/documents/reading.ts'

const cell = (place: string, inner: string, attributes = '') =>
  `<c r="${place}" ${attributes}>${inner}</c>`

const named = (place: string, at: number, style = 0) =>
  cell(place, `<v>${at}</v>`, `t="s" s="${style}"`)

const raised = (text: string) =>
  `<r><rPr><vertAlign val="superscript"/></rPr><t>${text}</t></r><r><t> f.</t></r>`

test.each([
  ['_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', 0, '-'],
  ['_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', -1_234.5, '(1,234.50)'],
  ['[>=1000000]0.0,,"M";[>=1000]0.0,"k";0', 2_500, '2.5k'],
  ['[>=1000000]0.0,,"M";[>=1000]0.0,"k";0', 12, '12'],
  ['[<=9999999]###-####;(###) ###-####', 5_551_234, '555-1234'],
  ['[h]:mm:ss', 1.5103, '36:14:50'],
  ['[mm]:ss', 0.0523, '75:19'],
  ['mm:ss.0', 0.001_23, '01:46.3'],
  ['##0.0E+0', 12_345, '12.3E+3'],
  ['#.##', 0.5, '.5'],
  ['[$€-407] #,##0.00', 9.5, '€ 9.50'],
  ['General', 0.000_000_15, '1.5E-07'],
  ['[[wrong', 5, '5'],
  ['0;0;0;"Mr. "@', 'Young', 'Mr. Young'],
  [';;;', 'hidden', ''],
  ['0.00', 'words', 'words'],
])('%s shows %s as %s', (code, value, shown) => {
  expect(showBy(code, { from1904: false })(value)).toBe(shown)
})

test('a row has its cells in the order of the columns, whatever the order in the file', async () => {
  const rows = `<row r="1">${cell('C1', '<v>3</v>')}${cell('A1', '<v>1</v>')}${cell('A1', '<v>2</v>')}</row>`
  expect((await read(xlsx({ sheets: [{ name: 'S', rows }] }), 'a.xlsx')).text).toBe(
    'S\n\n1\t2\t\t3',
  )
})

test('cells have their texts and dates as they are shown, and formulas without results are named', async () => {
  const rows = `<row r="1">${named('A1', 0)}${named('B1', 1)}${named('C1', 2, 1)}</row>
    <row r="2">${cell('A2', '<f>A1&amp;B1</f><v>a_x000D_b</v>', 't="str"')}${cell('B2', '<v>2024-03-31T00:00:00</v>', 't="d"')}${cell('C2', '<v>2024-03-31T18:30:00</v>', 't="d"')}</row>
    <row r="3">${cell('A3', '<f>SUM(B1:B2)</f>')}${cell('B3', '<f>C1</f><v></v>', 't="str"')}${cell('C3', '<v>#DIV/0!</v>', 't="e"')}</row>`
  const file = xlsx({
    strings: ['<t>two\nlines</t>', `<r><t>Art. 12</t></r>${raised('2')}`, '<t>secret</t>'],
    styles:
      '<numFmts><numFmt numFmtId="200" formatCode=";;;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs>',
    sheets: [{ name: 'S', rows }],
  })
  const { text, notices } = await read(file, 'a.xlsx')
  expect(text).toBe(
    'S\n\ntwo lines\tArt. 12² f.\na b\t2024-03-31\t2024-03-31 18:30:00\n\t\t#DIV/0!',
  )
  expect(notices).toMatchObject([{ code: 'formulas_left_out', count: 1 }])
})

test('a sheet has its header and its footer, which several sheets have once', async () => {
  const rows = `<row r="1">${cell('A1', '<v>1</v>')}</row>`
  const behind = `<headerFooter differentFirst="1"><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Draft &amp;&amp; secret&amp;C&amp;A&amp;R&amp;D</oddHeader>
    <oddFooter>&amp;CPage &amp;P of &amp;N</oddFooter><evenFooter>Even</evenFooter><firstFooter>&amp;LHarbour Ltd.</firstFooter></headerFooter>`
  const sheets = ['One', 'Two'].map((name) => ({ name, rows, behind }))
  expect((await read(xlsx({ sheets }), 'a.xlsx')).text).toBe(
    'One\n\nDraft & secret\n\n1\n\nHarbour Ltd.\n\nTwo\n\n1',
  )
})

test('a header alone is no text', async () => {
  const behind = '<headerFooter><oddHeader>Draft</oddHeader></headerFooter>'
  const file = xlsx({ sheets: [{ name: 'S', rows: '', behind }] })
  expect((await failureOf(file, 'a.xlsx'))?.code).toBe('no_text')
})

const words = (text: string) => `<xdr:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></xdr:txBody>`
const points = (names: readonly string[]) =>
  names.map((name) => `<c:pt><c:v>${name}</c:v></c:pt>`).join('')
const series = (name: string) =>
  `<c:ser><c:tx><c:strCache>${points([name])}</c:strCache></c:tx><c:cat><c:strCache>${points(['Fees &amp; costs', 'Rent'])}</c:strCache></c:cat>
   <c:val><c:numCache><c:formatCode>General</c:formatCode>${points(['1E-3'])}</c:numCache></c:val></c:ser>`

test('drawings have the words that are seen, each name of a chart once', async () => {
  const drawing = `<mc:AlternateContent><mc:Choice Requires="sle15">${words('Slicer')}</mc:Choice><mc:Choice Requires="a14">${words('Slicer')}</mc:Choice>
    <mc:Fallback>${words('Slicers are supported in Excel 2010 or later.')}</mc:Fallback></mc:AlternateContent>
    <xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" descr="A harbour"/></xdr:nvSpPr>${words('A box')}</xdr:sp>
    <xdr:grpSp><xdr:cNvPr id="3" hidden="1"/><xdr:sp>${words('hidden')}</xdr:sp></xdr:grpSp><xdr:sp>${words('Last')}</xdr:sp>`
  const file = xlsx({
    sheets: [{ name: 'S', rows: '', behind: '<drawing r:id="d"/>' }],
    more: {
      'xl/worksheets/_rels/sheet0.xml.rels': relationsXml([['d', 'drawing', '../d.xml']]),
      'xl/d.xml': drawing,
      'xl/_rels/d.xml.rels': relationsXml([['c', 'chart', 'c.xml']]),
      'xl/c.xml': `<c:chart>${series('Year 1')}${series('Year 2')}</c:chart>`,
    },
  })
  expect((await read(file, 'a.xlsx')).text).toBe(
    'S\n\nSlicer\nA harbour\nA box\nLast\n\nYear 1\nFees & costs\nRent\nYear 2',
  )
})

test('cells have the formats that Excel knows by number', async () => {
  const numbers = [11, 12, 43, 44, 48]
  const styles = `<cellXfs>${numbers.map((at) => `<xf numFmtId="${at}"/>`).join('')}</cellXfs>`
  const cells = numbers.map((_, at) => `<c s="${at}"><v>1234.5</v></c>`)
  const file = xlsx({ styles, sheets: [{ name: 'S', rows: `<row>${cells.join('')}</row>` }] })
  expect((await read(file, 'a.xlsx')).text).toBe(
    'S\n\n1.23E+03\t1234 1/2\t1,234.50\t1,234.50\t1.2E+3',
  )
})
