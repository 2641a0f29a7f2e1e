import { expect, test } from 'vitest'

import { formatNumber } from '../../src/pipelines/documents/read/lists/number-format.ts'
import { ownTitle } from '../../src/pipelines/documents/text/own-title.ts'
import { docx, paragraph, zip } from '../support/documents/docx.ts'
import { relationsXml } from '../support/documents/packages.ts'
import { failureOf, read } from '../support/documents/reading.ts'

const t = (text: string, properties = '') =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`
const p = (content: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${content}</w:p>`
const tc = (text: string, properties = '') =>
  `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`
const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`
const asks = (text: string) => `<w:r><w:instrText>${text}</w:instrText></w:r>`
const field = (instruction: string, result: string) =>
  `${mark('begin')}${asks(instruction)}${mark('separate')}${result}${mark('end')}`

async function textOf(body: string, more: Partial<Parameters<typeof docx>[0]> = {}) {
  return (await read(docx({ body, ...more }), 'a.docx')).text
}

const style = (type: string, id: string, rest: string) =>
  `<w:style w:type="${type}" w:styleId="${id}">${rest}</w:style>`

test('hidden text is left out, also by styles and those that they are based on, and named', async () => {
  const styles =
    style('paragraph', 'H', '<w:rPr><w:vanish/></w:rPr>') +
    style('paragraph', 'H2', '<w:basedOn w:val="H"/>') +
    style('character', 'C', '<w:rPr><w:vanish/></w:rPr>') +
    style('character', 'C2', '<w:basedOn w:val="C"/>')
  const body =
    p(t('shown') + t(' gone', '<w:vanish/>') + t(' too', '<w:rStyle w:val="C2"/>') + t(' here')) +
    p(t('hidden paragraph'), '<w:pStyle w:val="H2"/>') +
    p(t('seen', '<w:vanish w:val="0"/>') + t(' not'), '<w:pStyle w:val="H"/>') +
    p(t('also seen', '<w:rStyle w:val="C"/><w:vanish w:val="0"/>'))
  const { text, notices } = await read(docx({ body, styles }), 'a.docx')
  expect(text).toBe('shown here\n\nseen\n\nalso seen')
  expect(notices).toMatchObject([{ code: 'hidden_text_left_out', count: 3 }])
})

test('an instruction of several paragraphs is no text', async () => {
  const body =
    p(mark('begin') + asks('IF 1 = 2 "first') + field('MERGEFIELD x', t('«x»'))) +
    p(asks('second ') + field('MERGEFIELD y', t('«y»')) + asks('" "else"')) +
    p(mark('separate') + t('shown') + mark('end') + t(' after'))
  expect(await textOf(body)).toBe('shown after')
})

const font = (name: string) => `<w:rFonts w:ascii="${name}" w:hAnsi="${name}"/>`

const drawn = (instruction: string) =>
  `<w:p>${mark('begin')}${asks(instruction)}${mark('end')}</w:p>`

test('signs of symbol fonts are read, and what Word draws for a field without a result', async () => {
  const body =
    p(t('þ', font('Wingdings')) + t(' yes ') + t('a', font('Symbol')) + t(' a ')) +
    p('<w:r><w:sym w:font="Wingdings 2" w:char="F0A3"/></w:r>' + t(' no')) +
    ['SYMBOL 252 \\f "Wingdings"', 'SYMBOL 169', 'EQ \\f(1,2)', 'AUTONUM', 'AUTONUM \\s )']
      .map(drawn)
      .join('') +
    drawn('EQ \\* jc2 \\* hps10 \\o\\ad(\\s\\up 9(かんじ),漢字)')
  expect((await textOf(body)).split(/\n+/)).toEqual([
    '☑ yes α a',
    '☐ no',
    '✓',
    '©',
    '1/2',
    '1.',
    '2.',
    '漢字',
  ])
})

test('cells that the cell above covers and deleted rows are not seen, and empty cells keep the columns apart', async () => {
  const deleted = `<w:tr><w:trPr><w:del w:id="1"/></w:trPr>${tc('deleted')}</w:tr>`
  const table = `<w:tbl><w:tr>${tc('')}${tc('2023')}${tc('2024')}</w:tr>
    <w:tr>${tc('Fee', '<w:vMerge w:val="restart"/>')}${tc('')}${tc('5')}</w:tr>
    <w:tr>${tc('old', '<w:vMerge/>')}${tc('6')}${tc('7')}</w:tr>${deleted}</w:tbl>`
  expect(await textOf(table)).toBe('\t2023\t2024\nFee\t\t5\n\t6\t7')
})

const choice = (text: string) => `<mc:Choice Requires="x"><w:t>${text}</w:t></mc:Choice>`

const forms = (...all: string[]) =>
  `<w:r><mc:AlternateContent>${all.join('')}</mc:AlternateContent></w:r>`

test('one form of an alternate content is read, also if it is the only one', async () => {
  const fallback = '<mc:Fallback><w:t> other</w:t></mc:Fallback>'
  expect(await textOf(p(forms(choice('one'), choice('two'), fallback) + forms(fallback)))).toBe(
    'one other',
  )
})

const m = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`
const e = (content: string) => `<m:e>${content}</m:e>`
const power = (base: string, exponent: string) =>
  `<m:sSup>${e(m(base))}<m:sup>${m(exponent)}</m:sup></m:sSup>`

test.each([
  ['a power', power('10', '3') + m('+') + power('x', '-2'), '10³+x⁻²'],
  ['a power of several terms', power('e', '-kt') + power('2', 'n+1'), 'e^(-kt)2^(n+1)'],
  [
    'a fraction of sums',
    `<m:f><m:num>${m('a+b')}</m:num><m:den>${m('2c')}</m:den></m:f>`,
    '(a+b)/(2c)',
  ],
  [
    'a sum',
    `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${m('i=1')}</m:sub><m:sup>${m('n')}</m:sup>${e(m('i'))}</m:nary>`,
    '∑(i=1)^n i',
  ],
  [
    'a matrix',
    `<m:m><m:mr>${e(m('1'))}${e(m('2'))}</m:mr><m:mr>${e(m('3'))}${e(m('4'))}</m:mr></m:m>`,
    '1 2; 3 4',
  ],
  [
    'several values in brackets',
    `<m:d><m:dPr><m:sepChr m:val=","/></m:dPr>${e(m('a'))}${e(m('b'))}</m:d>`,
    '(a,b)',
  ],
  ['a function', `<m:func><m:fName>${m('sin')}</m:fName>${e(m('x'))}</m:func>`, 'sin x'],
  ['equations below one another', `<m:eqArr>${e(m('a=1'))}${e(m('b=2'))}</m:eqArr>`, 'a=1 b=2'],
  ['an index after a digit', `<m:sSub>${e(m('12'))}<m:sub>${m('3')}</m:sub></m:sSub>`, '12_3'],
])('a formula with %s is unambiguous', async (_, formula, shown) => {
  expect(await textOf(p(`<m:oMath>${formula}</m:oMath>`))).toBe(shown)
})

test('a formula of very many levels is read in little time', async () => {
  const deep = '<m:sSup><m:e>'.repeat(50_000) + m('x') + '</m:e></m:sSup>'.repeat(50_000)
  expect(await textOf(p(`<m:oMath>${deep}</m:oMath>`) + p(t('after')))).toBe('x\n\nafter')
})

const header = (text: string) => `<w:hdr>${paragraph(text)}</w:hdr>`

const plan = (value: string) => {
  const document = `<w:document><w:body>${paragraph('Body')}<w:sectPr><w:headerReference w:type="first" r:id="f"/><w:headerReference w:type="even" r:id="e"/><w:titlePg w:val="${value}"/></w:sectPr></w:body></w:document>`
  return zip({
    '_rels/.rels': relationsXml([['r', 'officeDocument', 'word/document.xml']]),
    'word/document.xml': document,
    'word/_rels/document.xml.rels': relationsXml([
      ['f', 'header', 'f.xml'],
      ['e', 'header', 'e.xml'],
      ['s', 'settings', 's.xml'],
    ]),
    'word/f.xml': header('First'),
    'word/e.xml': header('Even'),
    'word/s.xml': `<w:settings><w:evenAndOddHeaders w:val="${value}"/></w:settings>`,
  })
}

test('headers of first and even pages count only where the document switches them on', async () => {
  expect((await read(plan('0'), 'a.docx')).text).toBe('Body')
  expect((await read(plan('1'), 'a.docx')).text).toBe('First\n\nEven\n\nBody')
})

test('a label has no space behind it where the list has none', async () => {
  const numbering = `<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="第%1条　"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`
  const item = paragraph('本合同', '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
  expect(await textOf(item, { numbering })).toBe('第一条 本合同')
})

test('a note that is named very often does not fill the memory', async () => {
  const footnotes = `<w:footnote w:id="2">${paragraph('word '.repeat(2_000))}</w:footnote>`
  const body = `<w:p>${'<w:r><w:footnoteReference w:id="2"/></w:r>'.repeat(4_000)}</w:p>`
  expect((await failureOf(docx({ body, footnotes }), 'a.docx'))?.code).toBe('too_large')
})

test.each([
  [101, 'cardinalText', 'One hundred one'],
  [121, 'ordinalText', 'One hundred twenty-first'],
  [105, 'chineseCounting', '一百零五'],
  [15, 'japaneseCounting', '十五'],
  [11, 'koreanCounting', '십일'],
  [21, 'koreanLegal', '스물하나'],
  [12, 'ideographDigital', '一二'],
  [16, 'hebrew1', 'טז'],
  [6, 'chicago', '††'],
  [27, 'hex', '1B'],
  [12, 'thaiNumbers', '๑๒'],
])('the number %d in the format %s is %s', (value, format, shown) => {
  expect(formatNumber(value, format)).toBe(shown)
})

test.each([
  'PowerPoint Presentation',
  'Microsoft Word - contract.doc',
  'Dokument1',
  'Folie 1',
  'lease_v3.docx',
  'Untitled',
])('%s is no title', (title) => {
  expect(ownTitle(title)).toBe('')
})

test('a title of words is one', () => {
  expect(ownTitle(' Lease of\n the harbour ')).toBe('Lease of the harbour')
})

test('a cell over several columns keeps the columns apart, and words of drawings stand apart', async () => {
  const wide = tc('wide', '<w:gridSpan w:val="2"/>')
  const table = `<w:tbl><w:tr>${wide}${tc('c')}</w:tr><w:tr>${tc('a')}${tc('b')}${tc('c')}</w:tr></w:tbl>`
  const picture = '<w:r><w:drawing><wp:docPr descr="A map"/></w:drawing></w:r>'
  expect(await textOf(table + p(t('See') + picture + t('here')))).toBe(
    'wide\t\tc\na\tb\tc\n\nSee A map here',
  )
})

test('a package may name its parts as Windows does', async () => {
  const file = zip({
    '_rels\\.rels': relationsXml([['a', 'officeDocument', 'doc\\main.xml']]),
    'doc\\main.xml': `<w:document><w:body>${paragraph('Body')}</w:body></w:document>`,
  })
  expect((await read(file, 'a.docx')).text).toBe('Body')
})
