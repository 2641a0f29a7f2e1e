import { expect, test } from 'vitest'

import { openDocument } from '../support/documents/packages.ts'
import { failureOf, read } from '../support/documents/reading.ts'

const p = (words: string, attributes = '') => `<text:p ${attributes}>${words}</text:p>`
const item = (words: string) => `<text:list-item>${p(words)}</text:list-item>`
const cell = (words: string) => `<table:table-cell>${p(words)}</table:table-cell>`
const row = (...cells: string[]) => `<table:table-row>${cells.join('')}</table:table-row>`
const frame = (words: string, attributes = '') =>
  `<draw:frame ${attributes}><draw:text-box>${p(words)}</draw:text-box></draw:frame>`
const master = (content: string) =>
  `<office:master-styles><style:master-page style:name="M">${content}</style:master-page></office:master-styles>`

async function textOf(body: string, more: { automatic?: string; styles?: string } = {}) {
  return (await read(openDocument({ kind: 'text', body, ...more }), 'a.odt')).text
}

test('words of drawn shapes stand behind their paragraph', async () => {
  const shape = `<draw:custom-shape>${p('In the shape')}</draw:custom-shape>`
  expect(await textOf(p(`Before ${shape}after`))).toBe('Before after\n\nIn the shape')
})

test('hidden sections, paragraphs and fields are left out, and hidden words are named', async () => {
  const section = (attributes: string) =>
    `<text:section ${attributes}>${p(attributes.length.toString())}</text:section>`
  const body =
    section('text:display="none"') +
    section('text:display="condition" text:is-hidden="true"') +
    p('<text:hidden-paragraph text:is-hidden="true"/>hidden') +
    p('Sum<text:variable-set text:display="none">5</text:variable-set>') +
    p(
      '<text:hidden-text text:is-hidden="true">no</text:hidden-text><text:hidden-text>yes</text:hidden-text>',
    )
  const { text, notices } = await read(openDocument({ kind: 'text', body }), 'a.odt')
  expect(text).toBe('Sum\n\nyes')
  expect(notices).toMatchObject([{ code: 'hidden_text_left_out', count: 4 }])
})

const listOf = (format: string) =>
  `<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="${format}" style:num-suffix="."/></text:list-style>`

test('lists have the formats of LibreOffice, and items without words their numbers', async () => {
  const list = `<text:list text:style-name="L">${item('a')}${item('')}${item('c')}</text:list>`
  const shown = async (format: string) => textOf(list, { automatic: listOf(format) })
  expect(await shown('1st')).toBe('1st. a\n2nd.\n3rd. c')
  expect(await shown('А, Б, .., Аа, Аб, ... (ru)')).toBe('А. a\nБ.\nВ. c')
  expect(await shown('a format of the future')).toBe('1. a\n2.\n3. c')
})

test('cells that another one covers keep the columns apart', async () => {
  const table = `<table:table>${row(cell('Fee'), '<table:table-cell table:number-columns-repeated="2"/>', cell('5'))}
    ${row('<table:covered-table-cell/>', cell('6'))}</table:table>`
  expect(await textOf(table)).toBe('Fee\t\t\t5\n\t6')
})

test('the title of a text is a heading without a number', async () => {
  const styles = `<style:style style:name="Title" style:family="paragraph"/><style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
    <text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/></text:outline-style>`
  const body = `${p('Lease', 'text:style-name="P1"')}<text:h text:outline-level="x">Scope</text:h>`
  const { text, headings } = await read(openDocument({ kind: 'text', body, styles }), 'a.odt')
  expect(text).toBe('Lease\n\n1. Scope')
  expect(headings.map(({ level }) => level)).toEqual([1, 1])
})

test('a wrong number of spaces is none', async () => {
  expect(await textOf(p('a<text:s text:c="-2"/>b<text:s text:c="x"/>c'))).toBe('abc')
})

test('slides have their footer and the words of their master page, each once', async () => {
  const styles = master(
    frame('Harbour Ltd.') +
      frame('Click to edit', 'presentation:class="title"') +
      `<presentation:notes>${frame('notes')}</presentation:notes>`,
  )
  const slide = (words: string, style = '') =>
    `<draw:page draw:master-page-name="M" draw:style-name="${style}" presentation:use-footer-name="f">${frame(words)}</draw:page>`
  const body = `<presentation:footer-decl presentation:name="f">Draft</presentation:footer-decl>${slide('No footer', 'n')}${slide('One')}${slide('Two')}`
  const automatic =
    '<style:style style:name="n"><style:drawing-page-properties presentation:display-footer="false" presentation:background-objects-visible="false"/></style:style>'
  const file = openDocument({ kind: 'presentation', body, styles, automatic })
  expect((await read(file, 'a.odp')).text).toBe('No footer\n\nOne\n\nDraft\nHarbour Ltd.\n\nTwo')
})

test('the preview of a table is no picture of its own', async () => {
  const body = `<draw:page><draw:frame><table:table>${row(cell('Fee'))}</table:table><draw:image xlink:href="Pictures/TablePreview1.svm"/></draw:frame></draw:page>`
  const more = { 'Pictures/TablePreview1.svm': new Uint8Array(2_000) }
  const { text, notices } = await read(openDocument({ kind: 'presentation', body, more }), 'a.odp')
  expect(text).toBe('Fee')
  expect(notices).toEqual([])
})

test('sheets have their header without its fields, and no values of other programs', async () => {
  const styles = master(
    `<style:header>${p('Harbour Ltd. <text:sheet-name>???</text:sheet-name>')}</style:header><style:footer>${p('Page <text:page-number>1</text:page-number>')}</style:footer>`,
  )
  const body = `<table:table table:name="S">${row(cell('Fee'))}</table:table><table:dde-links><table:dde-link><table:table>${row(cell('other'))}</table:table></table:dde-link></table:dde-links>`
  const file = openDocument({ kind: 'spreadsheet', body, styles })
  expect((await read(file, 'a.ods')).text).toBe('Harbour Ltd.\n\nS\n\nFee')
  const empty = openDocument({ kind: 'spreadsheet', body: '<table:table/>', styles })
  expect((await failureOf(empty, 'a.ods'))?.code).toBe('no_text')
})

const object = (name: string) => `<draw:frame><draw:object xlink:href="./${name}"/></draw:frame>`
const MATH = `<math><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac><mi>sin</mi><mi>y</mi>
  <msqrt><mi>c</mi></msqrt><mroot><mn>8</mn><mn>3</mn></mroot><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><msub><mi>k</mi><mi>i</mi></msub></mrow>
  <annotation>x^2 + {a+b} over 2</annotation></semantics></math>`
const CHART = `<office:chart><chart:chart><chart:title>${p('Costs')}</chart:title><table:table>${row(cell('Rent'), cell('5'))}${row(cell('Rent'), cell('7'))}</table:table></chart:chart></office:chart>`

test('formulas and charts have their words, and objects of other kinds are named', async () => {
  const more = {
    'F/content.xml': MATH,
    'C/content.xml': CHART,
    'T/content.xml': `<office:text>${p('other')}</office:text>`,
  }
  const body = p(`It is ${object('F')}.`) + p(object('C')) + p(object('T') + object('gone'))
  const { text, notices } = await read(openDocument({ kind: 'text', body, more }), 'a.odt')
  expect(text).toBe('It is x²+(a+b)/2sin y√c∛8∑(i=1)^n ki.\n\nCosts\nRent')
  expect(notices).toMatchObject([{ code: 'embedded_left_out', count: 2 }])
  const sheet = `<table:table table:name="S">${row(`<table:table-cell>${object('C')}</table:table-cell>`)}</table:table>`
  const workbook = openDocument({ kind: 'spreadsheet', body: sheet, more })
  expect((await read(workbook, 'a.ods')).text).toBe('S\n\nCosts\nRent')
})

test('a formula of very many levels is read in little time', async () => {
  const deep = `<math>${'<msup><mi>x</mi>'.repeat(50_000)}<mn>2</mn>${'</msup>'.repeat(50_000)}</math>`
  const body = p(`${object('F')} end`)
  const file = openDocument({ kind: 'text', body, more: { 'F/content.xml': deep } })
  expect((await read(file, 'a.odt')).text).toContain('end')
})

const numberStyle = (name: string, format: string) =>
  `<text:list-style style:name="${name}"><text:list-level-style-number text:level="1" style:num-format="${format}" style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix="." text:display-levels="2"/></text:list-style>`

const innerItem = (words: string) =>
  `<text:list-item><text:list>${item(words)}</text:list></text:list-item>`

test('lists count as LibreOffice does: by paragraphs, with styles of items, and on from lists without an id', async () => {
  const body = `<text:list xml:id="a" text:style-name="L">${innerItem('under one')}${item('two')}</text:list>${p('between')}
    <text:list text:continue-list="gone" text:style-name="L">${innerItem('under two')}<text:list-item text:style-override="R">${p('three')}</text:list-item></text:list>`
  const automatic = numberStyle('L', '1') + numberStyle('R', 'I')
  expect((await textOf(body, { automatic })).split(/\n+/)).toEqual([
    '1.1. under one',
    '2. two',
    'between',
    '2.1. under two',
    'III. three',
  ])
})

const paragraphStyle = (name: string, more: string, properties = '') =>
  `<style:style style:name="${name}" style:family="paragraph" ${more}><style:paragraph-properties ${properties}/></style:style>`

test('a page begins where a style says so, also one that the style is based on', async () => {
  const automatic =
    paragraphStyle('Base', '', 'fo:break-before="page"') +
    paragraphStyle('P1', 'style:parent-style-name="Base"') +
    paragraphStyle('P2', 'style:parent-style-name="Base"', 'fo:break-before="auto"')
  const body = p('one') + p('two', 'text:style-name="P1"') + p('too', 'text:style-name="P2"')
  const { pages } = await read(openDocument({ kind: 'text', body, automatic }), 'a.odt')
  expect(pages.map(({ page }) => page)).toEqual([1, 2])
})

const value = (attributes: string) => `<table:table-cell ${attributes}/>`

test('cells without a text have their value as it is shown, and raised digits stay raised', async () => {
  const automatic =
    '<style:style style:name="U" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'
  const raised = cell('Art. 12<text:span text:style-name="U">2</text:span> f.')
  const values =
    value('office:time-value="PT30H05M00S"') + value('office:boolean-value="true"') + raised
  const body = `<table:table table:name="S">${row(values)}</table:table>`
  const file = openDocument({ kind: 'spreadsheet', body, automatic })
  expect((await read(file, 'a.ods')).text).toBe('S\n\n30:05:00\tTRUE\tArt. 12² f.')
})
