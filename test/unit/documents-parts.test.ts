import { describe, expect, test } from 'vitest'

import { docx, paragraph, zip } from '../support/documents/docx.ts'
import { read } from '../support/documents/reading.ts'

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The relations of a document to other parts: [id, type, target]. */
function related(...parts: readonly (readonly [id: string, type: string, target: string])[]) {
  const rows = parts.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${TYPE}/${type}" Target="${target}"/>`,
  )
  return { 'word/_rels/document.xml.rels': utf8(`<Relationships>${rows.join('')}</Relationships>`) }
}

function field(settings: string, instruction: string, result = ''): string {
  return `${mark('begin', `<w:ffData>${settings}</w:ffData>`)}<w:r><w:instrText>${instruction}</w:instrText></w:r>${mark('separate')}${result}${mark('end')}`
}

function t(text: string): string {
  return `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`
}

async function textOf(body: string): Promise<string> {
  return (await read(docx({ body }), 'a.docx')).text
}

const imported = async (name: string, bytes: Uint8Array) => {
  const body = `${paragraph('Before.')}<w:altChunk r:id="c1"/>${paragraph('After.')}`
  const more = { ...related(['c1', 'aFChunk', name]), [`word/${name}`]: bytes }
  return read(docx({ body, more }), 'a.docx')
}

describe('an imported part of a DOCX is read at its place', () => {
  const mht = (encoding: string, content: string) =>
    utf8(
      `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${content}\r\n--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n`,
    )

  test.each([
    [
      'a.html',
      utf8('<!DOCTYPE html><html><body><h2>Lien</h2><ol><li>One<li>Two</ol></body></html>'),
      'Lien\n\n1. One\n2. Two',
    ],
    ['a.htm', utf8('<p>Größe</p>'), 'Größe'],
    ['a.xhtml', utf8('<html xmlns="x"><body><p>One</p></body></html>'), 'One'],
    ['a.txt', utf8('One\r\nTwo'), 'One\nTwo'],
    [
      'a.mht',
      mht(
        'quoted-printable',
        '<html><body><p>The lessee waives =\r\nGr=C3=B6=C3=9Fe.</p></body></html>',
      ),
      'The lessee waives Größe.',
    ],
    [
      'b.mht',
      mht('base64', Buffer.from('<p>The lessor pays.</p>').toString('base64')),
      'The lessor pays.',
    ],
    ['a.docx', docx({ body: paragraph('A deed within.') }), 'A deed within.'],
    ['a.rtf', utf8('{\\rtf1 One}'), 'One'],
  ])('%s', async (name, bytes, words) => {
    const { text, notices } = await imported(name, bytes)
    expect(text).toBe(`Before.\n\n${words}\n\nAfter.`)
    expect(notices).toEqual([])
  })

  test.each([
    ['a.rtf', utf8('{\\rtf1 One')],
    ['a.xml', utf8('<pkg:package/>')],
    ['b.docx', zip({ 'x.txt': 'no document' })],
  ])('or is named by a notice: %s', async (name, bytes) => {
    const { text, notices } = await imported(name, bytes)
    expect(text).toBe('Before.\n\nAfter.')
    expect(notices).toMatchObject([{ code: 'imported_left_out', count: 1 }])
  })

  test('even if it is all of the document', async () => {
    const more = { ...related(['c1', 'aFChunk', 'a.html']), 'word/a.html': utf8('<p>All.</p>') }
    expect((await read(docx({ body: '<w:altChunk r:id="c1"/>', more }), 'a.docx')).text).toBe(
      'All.',
    )
  })
})

const partOf = (kind: string, text: string) =>
  utf8(`<w:${kind} xmlns:w="${W}">${paragraph(text)}</w:${kind}>`)

describe('a form of a DOCX shows', () => {
  test.each([
    [
      'a ticked box',
      field('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', 'FORMCHECKBOX'),
      '☒',
    ],
    [
      'a box that is ticked at first',
      field('<w:checkBox><w:default w:val="1"/></w:checkBox>', 'FORMCHECKBOX'),
      '☒',
    ],
    [
      'a box whose tick was taken away',
      field(
        '<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>',
        'FORMCHECKBOX',
      ),
      '☐',
    ],
    ['an empty box', field('<w:checkBox/>', 'FORMCHECKBOX'), '☐'],
    [
      'the chosen entry',
      field(
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="weekly"/><w:listEntry w:val="monthly"/></w:ddList>',
        'FORMDROPDOWN',
      ),
      'monthly',
    ],
    [
      'the first entry',
      field(
        '<w:ddList><w:listEntry w:val="weekly"/><w:listEntry w:val="monthly"/></w:ddList>',
        'FORMDROPDOWN',
      ),
      'weekly',
    ],
    [
      'the entry that is chosen at first',
      field(
        '<w:ddList><w:default w:val="2"/><w:listEntry w:val="a"/><w:listEntry w:val="b"/><w:listEntry w:val="c"/></w:ddList>',
        'FORMDROPDOWN',
      ),
      'c',
    ],
    [
      'an entry once, if it is stored as text too',
      field('<w:ddList><w:listEntry w:val="weekly"/></w:ddList>', 'FORMDROPDOWN', t('weekly')),
      'weekly',
    ],
    ['typed words', field('<w:textInput/>', 'FORMTEXT', t('Odile Brink')), 'Odile Brink'],
    [
      'the words of a button',
      field('', 'MACROBUTTON NoMacro [Enter the name]'),
      '[Enter the name]',
    ],
    [
      'a new box',
      '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:sym w:font="MS Gothic" w:char="2612"/></w:r></w:sdtContent></w:sdt>',
      '☒',
    ],
    [
      'a new list’s entry',
      `<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:value="weekly"/></w:dropDownList></w:sdtPr><w:sdtContent>${t('monthly')}</w:sdtContent></w:sdt>`,
      'monthly',
    ],
  ])('%s', async (_, content, shown) => {
    expect(await textOf(`<w:p>${t('Rent: ')}${content}${t(' due.')}</w:p>`)).toBe(
      `Rent: ${shown} due.`,
    )
  })
})

const ref = (kind: string, type: string, id: string) =>
  `<w:${kind}Reference w:type="${type}" r:id="${id}"/>`

const section = (refs: string) => `<w:sectPr>${refs}</w:sectPr>`

describe('the headers and footers of a DOCX', () => {
  const more = {
    ...related(
      ['h', 'header', 'h.xml'],
      ['f', 'footer', 'f.xml'],
      ['t', 'header', 't.xml'],
      ['n', 'footer', 'n.xml'],
      ['s', 'header', 's.xml'],
    ),
    'word/h.xml': partOf('hdr', 'File QX-5'),
    'word/s.xml': partOf('hdr', 'File QX-5'),
    'word/t.xml': partOf('hdr', 'Letterhead'),
    'word/f.xml': partOf('ftr', 'Quayside 4'),
    'word/n.xml': partOf('ftr', 'Page 1 of 3'),
  }

  test('are read once, before and after the text', async () => {
    const body = `<w:p><w:pPr>${section(ref('header', 'default', 'h') + ref('footer', 'default', 'f'))}</w:pPr>${t('One.')}</w:p>${paragraph('Two.')}${section(ref('header', 'default', 's') + ref('footer', 'default', 'f'))}`
    expect((await read(docx({ body, more }), 'a.docx')).text).toBe(
      'File QX-5\n\nOne.\n\nTwo.\n\nQuayside 4',
    )
  })

  test('of first pages are read only where the document has such pages', async () => {
    const refs = ref('header', 'first', 't')
    const text = async (more_: string) =>
      (await read(docx({ body: paragraph('One.') + section(refs + more_), more }), 'a.docx')).text
    expect(await text('')).toBe('One.')
    expect(await text('<w:titlePg/>')).toBe('Letterhead\n\nOne.')
  })

  test('that only count pages are left out', async () => {
    const body = paragraph('One.') + section(ref('footer', 'default', 'n'))
    expect((await read(docx({ body, more }), 'a.docx')).text).toBe('One.')
  })
})

test('a DOCX names the parts that it leaves out', async () => {
  const comments = utf8(
    `<w:comments xmlns:w="${W}"><w:comment w:id="1">${paragraph('Check')}</w:comment><w:comment w:id="2">${paragraph('this')}</w:comment></w:comments>`,
  )
  const body = `${paragraph('One.')}<w:p><w:r><w:object/></w:r></w:p>`
  const more = { ...related(['c', 'comments', 'comments.xml']), 'word/comments.xml': comments }
  const { notices } = await read(docx({ body, more }), 'a.docx')
  expect(notices).toMatchObject([
    {
      code: 'embedded_left_out',
      count: 1,
      message: expect.stringContaining('1 embedded object was left out'),
    },
    { code: 'comments_left_out', count: 2 },
  ])
})

const drawing = (content: string) =>
  `<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" descr="The seal"/>${content}</wp:inline></w:drawing></w:r></w:p>`

test('a DOCX has the words of its charts, diagrams and pictures', async () => {
  const more = {
    ...related(['d', 'diagramData', 'd.xml'], ['k', 'chart', 'k.xml']),
    'word/d.xml': utf8('<dgm:dataModel><a:t>Owner</a:t><a:t>Keeper</a:t></dgm:dataModel>'),
    'word/k.xml': utf8('<c:chart><a:t>Dues by year</a:t><c:v>2024</c:v><c:v>Quay</c:v></c:chart>'),
  }
  const body = drawing('<dgm:relIds r:dm="d"/>') + drawing('<c:chart r:id="k"/>')
  const { text } = await read(docx({ body, more }), 'a.docx')
  for (const word of ['The seal', 'Owner', 'Keeper', 'Dues by year', 'Quay'])
    expect(text).toContain(word)
})

async function readHtml(body: string) {
  return read(
    utf8(`<!doctype html><html><head><title>x</title></head><body>${body}</body></html>`),
    'a.html',
  )
}

describe('an HTML page', () => {
  test.each([
    ['<p><input type=checkbox checked> insured</p>', '☒ insured'],
    [
      '<p><input type="radio"> weekly <input type=radio checked=""> monthly</p>',
      '☐ weekly ☒ monthly',
    ],
    ['<p>Name: <input value="Odile Brink"></p>', 'Name: Odile Brink'],
    ['<p>Key: <input type=hidden value=secret><input type=password value=secret>.</p>', 'Key: .'],
    ['<p>Rent <select><option>weekly<option selected>monthly</select> due</p>', 'Rent monthly due'],
    [
      '<p>Rent <select><option>weekly</option><option>monthly</option></select> due</p>',
      'Rent weekly due',
    ],
    ['<p><textarea>Typed words</textarea></p>', 'Typed words'],
    ['<p>See <img src=x alt="the seal">.</p>', 'See the seal.'],
  ])('shows the values of its form and its pictures’ words: %s', async (body, shown) => {
    expect((await readHtml(body)).text).toBe(shown)
  })

  test('has each of its headings at its level, whether they are titles or chapters', async () => {
    const words =
      'The wardens keep the lights and the marks of the channel, and they hear the pilots. '.repeat(
        5,
      )
    const body = `<article><h1>x</h1><p>${words}</p><h1>Part One</h1><h2>Dues</h2><p>${words}</p><h1>Part Two</h1><h3>Theft</h3><p>${words}</p></article>`
    const { headings } = await readHtml(body)
    expect(headings.map(({ level, text }) => [level, text])).toEqual([
      [1, 'x'],
      [1, 'Part One'],
      [2, 'Dues'],
      [1, 'Part Two'],
      [3, 'Theft'],
    ])
  })

  test('keeps a title that stands above its main text', async () => {
    const words =
      'The wardens keep the lights and the marks of the channel, and they hear the pilots. '.repeat(
        8,
      )
    const body = `<header><h1>Charter of the Port</h1></header><main><article><p>${words}</p><p>${words}</p></article></main>`
    const { headings, text } = await readHtml(body)
    expect(headings.map(({ text: title }) => title)).toEqual(['Charter of the Port'])
    expect(text).toContain('Charter of the Port\n\nThe wardens')
  })

  test('names what is left out of it', async () => {
    const words = 'The wardens keep the lights and the marks of the channel. '.repeat(8)
    const aside = `<aside>${'Dues were last raised in spring by the town. '.repeat(2)}</aside>`
    const { notices, text } = await readHtml(
      `<article><p>${words}</p></article>${aside}<iframe src="/x"></iframe>`,
    )
    expect(text).not.toContain('Dues')
    expect(notices).toMatchObject([
      { code: 'asides_left_out', count: 1 },
      { code: 'frames_left_out', count: 1 },
    ])
    expect((await readHtml(`<p>${words}</p>`)).notices).toEqual([])
  })
})

describe('the pages of a DOCX', () => {
  const rendered = '<w:r><w:lastRenderedPageBreak/></w:r>'
  const broken = '<w:r><w:br w:type="page"/></w:r>'

  test.each([
    [
      'where Word began them',
      `<w:p>${t('One')}${rendered}${t(' two')}</w:p><w:p>${rendered}${t('three')}</w:p>`,
      [0, 4, 9],
    ],
    ['within a word', `<w:p>${t('One')}${rendered}${t('two')}</w:p>`, [0, 3]],
    ['where somebody broke them', `<w:p>${t('One')}${broken}</w:p>${paragraph('two')}`, [0, 5]],
    [
      'once, where a break was made and Word began a page',
      `<w:p>${t('One')}${broken}</w:p><w:p>${rendered}${t('two')}</w:p><w:p>${rendered}${t('x')}</w:p>`,
      [0, 5, 10],
    ],
    [
      'before a paragraph that wants it',
      paragraph('One') + paragraph('two', '<w:pageBreakBefore/>'),
      [0, 5],
    ],
  ])('begin %s', async (_, body, starts) => {
    const { pages, unpaged } = await read(docx({ body }), 'a.docx')
    expect(pages.map(({ start }) => start)).toEqual(starts)
    expect(unpaged).toBeUndefined()
  })

  test('are not claimed where nothing shows them', async () => {
    expect((await read(docx({ body: paragraph('One') }), 'a.docx')).unpaged).toBe(true)
    const long = paragraph('The keeper shall log each vessel. '.repeat(300))
    const body = `<w:p>${t('One')}${broken}</w:p>${long}`
    expect((await read(docx({ body }), 'a.docx')).unpaged).toBe(true)
  })
})

const mark = (type: string, more = '') =>
  `<w:r><w:fldChar w:fldCharType="${type}">${more}</w:fldChar></w:r>`

test.each(['a.md', 'a.txt', 'a.html'])('%s claims no pages', async (name) => {
  const { unpaged } = await read(
    utf8('<!doctype html><html><body><p>words</p></body></html>'),
    name,
  )
  expect(unpaged).toBe(true)
})
