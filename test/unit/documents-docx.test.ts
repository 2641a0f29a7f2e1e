import { describe, expect, test } from 'vitest'

import { docx, paragraph } from '../support/documents/docx.ts'
import { read } from '../support/documents/reading.ts'

function level(depth: number, format: string, text: string): string {
  return `<w:lvl w:ilvl="${depth}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`
}

/** List 1 has the numbers of a contract. List 2 continues it, list 3 starts anew, and list 4 has bullets. */
const NUMBERING = `
  <w:abstractNum w:abstractNumId="0">${level(0, 'decimal', '%1.')}${level(1, 'decimal', '%1.%2')}${level(2, 'lowerLetter', '(%3)')}${level(3, 'lowerRoman', '(%4)')}</w:abstractNum>
  <w:abstractNum w:abstractNumId="1">${level(0, 'bullet', '\uf0b7')}</w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
  <w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>
  <w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
  <w:num w:numId="4"><w:abstractNumId w:val="1"/></w:num>`

function item(text: string, list: number, depth: number): string {
  return paragraph(text, `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="${list}"/></w:numPr>`)
}

function run(content: string): string {
  return `<w:p><w:r>${content}</w:r></w:p>`
}

function row(...cells: string[]): string {
  return `<w:tr>${cells.map((text) => `<w:tc>${paragraph(text)}</w:tc>`).join('')}</w:tr>`
}

function t(text: string): string {
  return `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`
}

async function textOf(
  body: string,
  more: Partial<Parameters<typeof docx>[0]> = {},
): Promise<string> {
  return (await read(docx({ body, ...more }), 'a.docx')).text
}

describe('the text of a DOCX', () => {
  test('is its paragraphs', async () => {
    expect(await textOf(paragraph('One &amp; all.') + paragraph('') + paragraph('Two.'))).toBe(
      'One & all.\n\nTwo.',
    )
  })

  test('has the numbers that Word computes and shows', async () => {
    const body = [
      item('Term', 1, 0),
      item('It begins.', 1, 1),
      item('It ends', 1, 1),
      item('by notice', 1, 2),
      item('in writing', 1, 3),
      item('by time', 1, 2),
      item('Payment', 2, 0),
      item('Invoices', 2, 1),
      item('Anew', 3, 0),
      item('a point', 4, 0),
    ].join('')
    expect((await textOf(body, { numbering: NUMBERING })).split('\n')).toEqual([
      '1. Term',
      '1.1 It begins.',
      '1.2 It ends',
      '(a) by notice',
      '(i) in writing',
      '(b) by time',
      '2. Payment',
      '2.1 Invoices',
      '1. Anew',
      '• a point',
    ])
  })

  test('knows its headings by their styles, in other languages too, and by their outline', async () => {
    const styles = `<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
      <w:style w:type="paragraph" w:styleId="Klausel"><w:name w:val="Klausel"/><w:basedOn w:val="berschrift2"/></w:style>
      <w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>`
    const body =
      paragraph('Der Vertrag', '<w:pStyle w:val="T"/>') +
      paragraph('Laufzeit', '<w:pStyle w:val="Klausel"/>') +
      paragraph('Zwei Jahre.') +
      paragraph('Zahlung', '<w:outlineLvl w:val="2"/>')
    const { headings, text } = await read(docx({ body, styles, title: 'Vertrag' }), 'a.docx')
    expect(headings.map(({ level: depth, text: words }) => [depth, words])).toEqual([
      [1, 'Der Vertrag'],
      [2, 'Laufzeit'],
      [3, 'Zahlung'],
    ])
    expect(text).toBe('Der Vertrag\n\nLaufzeit\n\nZwei Jahre.\n\nZahlung')
  })

  test('has a style’s number before a heading', async () => {
    const styles = `<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>`
    const body =
      paragraph('Term', '<w:pStyle w:val="H"/>') + paragraph('Fee', '<w:pStyle w:val="H"/>')
    const { headings } = await read(docx({ body, styles, numbering: NUMBERING }), 'a.docx')
    expect(headings.map(({ text }) => text)).toEqual(['1. Term', '2. Fee'])
  })

  test('has a table row by row', async () => {
    const table = `<w:tbl>${row('Fee', 'EUR 100')}${row('', 'monthly')}${row('Tax', '19 %')}</w:tbl>`
    expect(await textOf(paragraph('Prices:') + table + paragraph('End.'))).toBe(
      'Prices:\n\nFee\tEUR 100\n\tmonthly\nTax\t19 %\n\nEnd.',
    )
  })

  test('has its footnotes at the end', async () => {
    const footnotes = `<w:footnote w:id="2">${paragraph('Two lines')}${paragraph('of a note.')}</w:footnote>`
    const body =
      run('<w:t>Words</w:t><w:footnoteReference w:id="2"/><w:t>.</w:t>') + paragraph('End.')
    expect(await textOf(body, { footnotes })).toBe('Words[1].\n\nEnd.\n\n[1] Two lines\nof a note.')
  })

  test('is the shown text: with insertions, without deletions and hidden text', async () => {
    const body = `<w:p>${t('a ')}<w:ins>${t('new ')}</w:ins><w:del>${t('old ')}</w:del>
      <w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden </w:t></w:r>${t('word')}</w:p>`
    expect(await textOf(body)).toBe('a new word')
  })

  test('has a drawing once, even if old programs get another one', async () => {
    const box = `<w:txbxContent>${paragraph('In a box')}</w:txbxContent>`
    const drawing = `<mc:AlternateContent><mc:Choice>${box}</mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent>`
    expect(await textOf(run(`<w:t>Before</w:t>${drawing}<w:t>after</w:t>`))).toBe(
      'Beforeafter\n\nIn a box',
    )
  })

  test('has its tabs, breaks, hyphens and check boxes', async () => {
    const body = run(
      '<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:t>e </w:t><w:sym w:font="Wingdings" w:char="F0FE"/>',
    )
    expect(await textOf(body)).toBe('a b\nc-de ☑')
  })

  test('is read with any XML prefix', async () => {
    const body = paragraph('words')
    const other = new TextEncoder().encode(
      `<ns0:document xmlns:ns0="http://purl.oclc.org/ooxml/wordprocessingml/main"><ns0:body>${body.replaceAll('w:', 'ns0:')}</ns0:body></ns0:document>`,
    )
    expect(await textOf('', { more: { 'word/document.xml': other } })).toBe('words')
  })

  test('takes no longer if it is nested endlessly', async () => {
    const depth = 100_000
    const body = '<w:sdt>'.repeat(depth) + paragraph('deep') + '</w:sdt>'.repeat(depth)
    expect(await textOf(body)).toBe('deep')
  })
})

const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`
const field = (instruction: string, result: string) =>
  mark('begin') + instruction + mark('separate') + result + mark('end')
const words = (text: string) => `<w:r><w:instrText>${text}</w:instrText></w:r>`
const sym = (font: string, char: string) => `<w:sym w:font="${font}" w:char="${char}"/>`

const m = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`

describe('the text of a DOCX has', () => {
  test('the result of a field, and no field within its instruction', async () => {
    const inner = field(words('MERGEFIELD n'), t('INNER'))
    const outer = field(`${words('IF ')}${inner}${words(' = "1" "one"')}`, t('one'))
    expect(await textOf(`<w:p>${t('It is ')}${outer}${t('.')}</w:p>`)).toBe('It is one.')
  })

  test('what comes after a field that a damaged file never ends', async () => {
    const begun = `<w:p>${t('It is ')}${mark('begin')}${words('IF ')}</w:p>`
    expect(await textOf(`${begun}<w:p>${t('Rent: ')}${field(words('X'), t('900'))}</w:p>`)).toBe(
      'It is\n\nRent: 900',
    )
  })

  test('the signs between the parts of a formula', async () => {
    const half = `<m:f><m:num>${m('1')}</m:num><m:den>${m('2')}</m:den></m:f>`
    const bracket = `<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>${m('a')}<m:d><m:e>${m('b')}</m:e></m:d></m:e></m:d>`
    const sum = `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:e>${m('x')}</m:e></m:nary>`
    const root = `<m:rad><m:e>${m('c')}</m:e></m:rad>`
    const body = `<w:p>${t('It is ')}<m:oMath>${half}${bracket}${sum}${root}</m:oMath></w:p>`
    expect(await textOf(body)).toBe('It is 1/2[a(b)]∑x√c')
  })

  test('the letters of the font Symbol', async () => {
    const body = run(`${sym('Symbol', 'F061')}${sym('Symbol', '57')}${sym('Symbol', 'F0B3')}`)
    expect(await textOf(body)).toBe('αΩ≥')
    expect(await textOf(run(`<w:t>a </w:t>${sym('Wingdings', 'F0FE')}`))).toBe('a ☑')
  })
})
