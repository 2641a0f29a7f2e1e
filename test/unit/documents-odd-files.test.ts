import { describe, expect, test } from 'vitest'

import { zip } from '../support/documents/docx.ts'
import { msg } from '../support/documents/msg.ts'
import {
  epub,
  openDocument,
  pptx,
  relationsXml,
  shape,
  xlsx,
} from '../support/documents/packages.ts'
import { joined, objectsOf, pdf, typed } from '../support/documents/pdf.ts'
import { failureOf, read } from '../support/documents/reading.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

const DOCUMENT =
  '<w:document><w:body><w:p><w:r><w:t>The lease.</w:t></w:r></w:p></w:body></w:document>'
const cellOf = (text: string) =>
  `<row r="1"><c r="A1" t="inlineStr"><is><t>${text}</t></is></c></row>`

const sheetOf = (name: string) => ({ name, rows: cellOf(name) })

/** A message with a text and a page beside it. */
const alternative = (text: string, html: string) =>
  bytesOf(
    `Subject: S\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${text}\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`,
  )

/** A PDF whose second line is drawn by a form. */
function withForm(): Uint8Array {
  const form = 'BT /F 12 Tf 72 500 Td (In a form.) Tj ET'
  const page = 'BT /F 12 Tf 72 700 Td (On the page.) Tj ET /X Do'
  const objects = objectsOf({ pages: [[]] })
  objects[5] =
    '<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>/XObject<</X 8 0 R>>>>/Contents 7 0 R>>'
  objects[6] = `<</Length ${page.length}>>\nstream\n${page}\nendstream`
  objects.push(
    `<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>>>/Length ${form.length}>>\nstream\n${form}\nendstream`,
  )
  return joined('', objects, '')
}

const drawing = (xml: string) => ({
  'xl/worksheets/_rels/sheet0.xml.rels': relationsXml([['d', 'drawing', '../drawings/d.xml']]),
  'xl/drawings/d.xml': `<xdr:wsDr>${xml}</xdr:wsDr>`,
})

describe('the text has what a person sees', () => {
  test.each<readonly [name: string, file: Uint8Array, text: string]>([
    [
      'backslashes.docx',
      zip({
        '[Content_Types].xml': '<Types/>',
        '_rels\\.rels': relationsXml([['r', 'officeDocument', 'word/document.xml']]),
        'word\\document.xml': DOCUMENT,
      }),
      'The lease.',
    ],
    [
      'capitals.docx',
      zip({
        '[Content_Types].xml': '<Types/>',
        '_rels/.rels': relationsXml([['r', 'officeDocument', '/Word/Document.xml']]),
        'word/document.xml': DOCUMENT,
      }),
      'The lease.',
    ],
    [
      'words-in-runs.xlsx',
      xlsx({
        sheets: [{ name: 'One', rows: cellOf('Cell.') }],
        more: drawing(
          '<xdr:sp><xdr:txBody><a:p><a:r><a:t>The te</a:t></a:r><a:r><a:t>nant owes </a:t></a:r><a:r><a:t>12</a:t></a:r></a:p><a:p><a:r><a:t>euros.</a:t></a:r></a:p></xdr:txBody></xdr:sp>',
        ),
      }),
      'One\n\nCell.\n\nThe tenant owes 12\neuros.',
    ],
    [
      'values.ods',
      openDocument({
        kind: 'spreadsheet',
        body: '<table:table table:name="One"><table:table-row><table:table-cell office:value="12.5"/><table:table-cell office:string-value="euros"/></table:table-row></table:table>',
      }),
      'One\n\n12.5\teuros',
    ],
    [
      'shapes.ods',
      openDocument({
        kind: 'spreadsheet',
        body: '<table:table table:name="One"><table:table-row><table:table-cell><text:p>Cell.</text:p></table:table-cell></table:table-row><table:shapes><draw:rect><text:p>In a rectangle.</text:p></draw:rect><draw:g><draw:ellipse><text:p>In an ellipse.</text:p></draw:ellipse></draw:g></table:shapes></table:table>',
      }),
      'One\n\nCell.\n\nIn a rectangle.\n\nIn an ellipse.',
    ],
    ['empty-page.eml', alternative('The rent is due.', '<p>&nbsp;</p>'), 'S\n\nThe rent is due.'],
    [
      'empty-page.msg',
      msg({
        properties: { 0x0037: 'S', 0x1000: 'The rent is due.', 0x1013: bytesOf('<p>&nbsp;</p>') },
      }),
      'S\n\nThe rent is due.',
    ],
    [
      'drawing.epub',
      epub([
        '<svg><title>Icon</title><text>The <tspan>port</tspan></text><text>at dawn</text></svg>',
      ]),
      'The port at dawn',
    ],
    [
      'formula.html',
      bytesOf(
        '<p>Let <math><mi>x</mi><mo>=</mo><mn>2</mn><annotation>x=2</annotation></math> be.</p>',
      ),
      'Let x=2 be.',
    ],
    [
      'summary.html',
      bytesOf(
        '<details><summary>Fees</summary>Ten euros.</details><fieldset><legend>Name</legend>Ada</fieldset>',
      ),
      'Fees\n\nTen euros.\n\nName\nAda',
    ],
    [
      'a.xhtml',
      bytesOf(
        '<?xml version="1.0"?><html><head><title/><script/></head><body><p>The lease.</p></body></html>',
      ),
      'The lease.',
    ],
    ['form.pdf', withForm(), 'On the page.\nIn a form.'],
  ])('of %s', async (name, file, text) => {
    expect((await read(file, name)).text).toBe(text)
  })
})

describe('a part that the file should have is named', () => {
  const missing = [{ code: 'parts_missing', count: 1 }]

  test('a chapter', async () => {
    const book = `<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>`
    const file = epub([], { 'OEBPS/book.opf': book, 'OEBPS/a.xhtml': '<p>One.</p>' })
    expect((await read(file, 'a.epub')).notices).toMatchObject(missing)
  })

  test('a sheet', async () => {
    const more = {
      'xl/_rels/workbook.xml.rels': relationsXml([
        ['s0', 'worksheet', 'worksheets/sheet0.xml'],
        ['s1', 'worksheet', 'worksheets/gone.xml'],
      ]),
    }
    const file = xlsx({ sheets: [sheetOf('One'), sheetOf('Two')], more })
    const { text, notices } = await read(file, 'a.xlsx')
    expect(text).toBe('One\n\nOne')
    expect(notices).toMatchObject(missing)
  })

  test('a slide', async () => {
    const more = {
      'ppt/_rels/presentation.xml.rels': relationsXml([
        ['i0', 'slide', 'slides/s0.xml'],
        ['i1', 'slide', 'slides/gone.xml'],
      ]),
    }
    const slides = [{ shapes: shape(['One'], 'title') }, { shapes: shape(['Two'], 'title') }]
    const { notices } = await read(pptx(slides, more), 'a.pptx')
    expect(notices).toMatchObject([...missing, { code: 'pages_without_text' }])
  })

  test('and a workbook without any of its sheets is damaged', async () => {
    const more = {
      'xl/_rels/workbook.xml.rels': relationsXml([['s0', 'worksheet', 'worksheets/gone.xml']]),
    }
    const file = xlsx({ sheets: [{ name: 'One', rows: '' }], more })
    expect((await failureOf(file, 'a.xlsx'))?.code).toBe('damaged')
  })
})

test('comments on drawings of a PDF are named', async () => {
  const annotations = ['Line', 'Polygon', 'Ink', 'Link'].map(
    (kind) => `<</Type/Annot/Subtype/${kind}/Rect[0 0 9 9]/Contents(A remark)>>`,
  )
  const { notices } = await read(pdf({ pages: [typed(['Text.'])], annotations }), 'a.pdf')
  expect(notices).toMatchObject([{ code: 'comments_left_out', count: 3 }])
})
