import { randomBytes } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import type { Ocr } from '../../src/pipelines/documents/ocr/ocr.ts'
import { EXTRACT_LIMITS } from '../../src/pipelines/documents/read/extract-limits.ts'
import { docx, paragraph } from '../support/documents/docx.ts'
import { msg } from '../support/documents/msg.ts'
import { epub, openDocument, relationsXml, xlsx } from '../support/documents/packages.ts'
import { read } from '../support/documents/reading.ts'
import { SCAN } from '../support/documents/scan.ts'

const SCANNED = 'The tenant pays the rent\n\nin May.'

const ocr: Ocr = async function* () {
  yield { page: 1, lines: SCANNED.split('\n'), confidence: 90 }
}

const BASE64 = Buffer.from(SCAN).toString('base64')
const HEX = Buffer.from(SCAN).toString('hex')
const DATA = `data:image/png;base64,${BASE64}`
const bytesOf = (text: string) => new TextEncoder().encode(text)

/** A message in HTML with the picture as a part of the page. */
function mail(html: string, type = 'image/png'): Uint8Array {
  const lines = [
    'From: a@b.test',
    'To: c@d.test',
    'Subject: S',
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary=b',
    '',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
    '--b',
    `Content-Type: ${type}; name="scan.png"`,
    'Content-ID: <scan@x>',
    'Content-Transfer-Encoding: base64',
    '',
    BASE64.replaceAll(/.{76}/g, '$&\r\n'),
    '--b--',
    '',
  ]
  return bytesOf(lines.join('\r\n'))
}

const HEADER = 'S\n\nFrom: a@b.test\nTo: c@d.test\n\n'
const page = '<p>Before.</p><p><img src="cid:scan@x"></p><p>After.</p>'

const outlook = (body: Readonly<Record<number, string | Uint8Array>>) =>
  msg({
    properties: { 0x001a: 'IPM.Note', 0x0037: 'S', ...body },
    attachments: [{ 0x3707: 'scan.png', 0x3712: 'scan@x', 0x370e: 'image/png', 0x3701: SCAN }],
  })

/** RTF as Outlook packs it: without compression. */
function packed(rtf: string): Uint8Array {
  const bytes = Buffer.alloc(16 + rtf.length)
  bytes.writeUInt32LE(rtf.length + 12, 0)
  bytes.writeUInt32LE(rtf.length, 4)
  bytes.write('MELA', 8, 'latin1')
  bytes.write(rtf, 16, 'latin1')
  return bytes
}

const cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>Before.</t></is></c></row>'
const drawn = {
  'xl/worksheets/_rels/sheet0.xml.rels': relationsXml([['d', 'drawing', '../drawings/d.xml']]),
  'xl/drawings/d.xml':
    '<xdr:wsDr><xdr:pic><xdr:blipFill><a:blip r:embed="p"/></xdr:blipFill></xdr:pic></xdr:wsDr>',
  'xl/drawings/_rels/d.xml.rels': relationsXml([['p', 'image', '../media/scan.png']]),
  'xl/media/scan.png': SCAN,
}
const frame = '<draw:frame><draw:image xlink:href="media/scan.png"/></draw:frame>'
const row = (text: string) =>
  `<table:table-row><table:table-cell><text:p>${text}</text:p></table:table-cell></table:table-row>`

const linked = `<w:p><w:r><w:drawing><a:blip r:embed="p"/></w:drawing></w:r></w:p>`
const imported = (name: string, file: Uint8Array | string) =>
  docx({
    body: `${paragraph('Before.')}<w:altChunk r:id="c"/>${paragraph('After.')}`,
    more: {
      'word/_rels/document.xml.rels': bytesOf(relationsXml([['c', 'aFChunk', name]])),
      [`word/${name}`]: typeof file === 'string' ? bytesOf(file) : file,
    },
  })

const AROUND = `Before.\n\n${SCANNED}\n\nAfter.`
/** The lines of texts that stand within another text. */
const LINES = SCANNED.replace('\n\n', '\n')
const IN_LINES = AROUND.replace(SCANNED, LINES)

/** Files with the picture, and the text in which the lines of the picture stand. */
const FILES: readonly (readonly [name: string, file: Uint8Array, text: string])[] = [
  [
    'a.xlsx',
    xlsx({ sheets: [{ name: 'One', rows: cells }], more: drawn }),
    `One\n\nBefore.\n\n${SCANNED}`,
  ],
  [
    'in-a-cell.xlsx',
    xlsx({
      sheets: [{ name: 'One', rows: cells }],
      more: {
        'xl/_rels/workbook.xml.rels': relationsXml([
          ['s0', 'worksheet', 'worksheets/sheet0.xml'],
          ['v', 'richValueRel', 'richData/richValueRel.xml'],
        ]),
        'xl/richData/richValueRel.xml': '<richValueRels/>',
        'xl/richData/_rels/richValueRel.xml.rels': relationsXml([['r', 'image', '../media/s.png']]),
        'xl/media/s.png': SCAN,
      },
    }),
    `One\n\nBefore.\n\n${SCANNED}`,
  ],
  [
    'a.ods',
    openDocument({
      kind: 'spreadsheet',
      body: `<table:table table:name="One"><table:shapes>${frame}<draw:custom-shape><text:p>A shape.</text:p></draw:custom-shape></table:shapes>${row('Cell.')}</table:table>`,
      more: { 'media/scan.png': SCAN },
    }),
    `One\n\n${SCANNED}\n\nA shape.\n\nCell.`,
  ],
  [
    'anchored.ods',
    openDocument({
      kind: 'spreadsheet',
      body: `<table:table table:name="One">${row(`Before.</text:p>${frame}<text:p>`)}${row('After.')}</table:table>`,
      more: { 'media/scan.png': SCAN },
    }),
    `One\n\n${AROUND}`,
  ],
  [
    'of-word.odt',
    openDocument({
      kind: 'text',
      body: `<text:p>Before.${frame}</text:p><text:p>After.</text:p>`,
      more: { 'media/scan.png': SCAN },
    }),
    AROUND,
  ],
  [
    'a.epub',
    epub(
      [
        '<p>Before.</p><p><img src="scan.png" alt=""/></p>',
        '<img src="scan.png" alt=""/><p>After.</p>',
      ],
      { 'OEBPS/scan.png': SCAN },
    ),
    AROUND,
  ],
  [
    'cover.epub',
    epub(['<svg><image xlink:href="scan.png"/></svg><p>After.</p>'], { 'OEBPS/scan.png': SCAN }),
    `${SCANNED}\n\nAfter.`,
  ],
  ['a.eml', mail(page), HEADER + AROUND],
  [
    'inline.eml',
    mail(`<p>Before.</p><img src="${DATA}"><p>After.</p>`, 'text/css'),
    HEADER + AROUND,
  ],
  ['html.msg', outlook({ 0x1013: bytesOf(page) }), `S\n\n${AROUND}`],
  [
    'rtf.msg',
    outlook({
      0x1009: packed(
        String.raw`{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Before.\htmlrtf\par}\htmlrtf0 {\*\htmltag84 <img width=9 src="cid:scan@x">}\pard After.}`,
      ),
    }),
    `S\n\n${AROUND}`,
  ],
  [
    'a.rtf',
    bytesOf(
      String.raw`{\rtf1\ansi Before.\par{\*\shppict{\pict{\*\picprop}\pngblip\picw9 ${HEX.replaceAll(/.{78}/g, '$&\r\n')}}}{\nonshppict{\pict\wmetafile8 ${HEX}}}\par After.}`,
    ),
    AROUND,
  ],
  [
    'floating.rtf',
    bytesOf(
      String.raw`{\rtf1\ansi Before.\par{\shp{\*\shpinst{\sp{\sn pib}{\sv {\pict\pngblip ${HEX}}}}}{\shprslt{\*\do{\pict\wmetafile8 ${HEX}}}}}\par After.}`,
    ),
    AROUND,
  ],
  ['a.html', bytesOf(`<p>Before.</p><img src="${DATA}"><p>After.</p>`), AROUND],
  ['object.html', bytesOf(`<p>Before.</p><object data="${DATA}"></object><p>After.</p>`), AROUND],
  ['a.md', bytesOf(`Before.\n\n![](${DATA})\n\nAfter.`), AROUND],
  ['named.md', bytesOf(`Before.\n\n![][p]\n\nAfter.\n\n[p]: <${DATA}>\n`), AROUND],
  ['tag.md', bytesOf(`Before.\n\n<img src="${DATA}">\n\nAfter.`), AROUND],
  ['page.docx', imported('a.html', `<p><img src="${DATA}"></p>`), AROUND],
  ['mht.docx', imported('a.mht', mail('<img src="cid:scan@x">')), AROUND],
  ['rtf.docx', imported('a.rtf', String.raw`{\rtf1{\pict\pngblip ${HEX}}}`), IN_LINES],
  [
    'within.docx',
    imported(
      'a.docx',
      docx({
        body: linked,
        more: {
          'word/_rels/document.xml.rels': bytesOf(relationsXml([['p', 'image', 'scan.png']])),
          'word/scan.png': SCAN,
        },
      }),
    ),
    AROUND,
  ],
  [
    'header.docx',
    docx({
      body: `${paragraph('After.')}<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>`,
      more: {
        'word/_rels/document.xml.rels': bytesOf(relationsXml([['h', 'header', 'header1.xml']])),
        'word/header1.xml': bytesOf(`<w:hdr>${linked}</w:hdr>`),
        'word/_rels/header1.xml.rels': bytesOf(relationsXml([['p', 'image', 'scan.png']])),
        'word/scan.png': SCAN,
      },
    }),
    `${LINES}\n\nAfter.`,
  ],
]

describe.each(FILES)('the picture in %s', (name, file, text) => {
  test('is read once, where it stands', async () => {
    const found = await read(file, name, { ocr })
    expect(found.text).toBe(text)
    expect(found.notices).toMatchObject([{ code: 'pictures_recognised', count: 1 }])
  })

  test('is named if there is no text recognition', async () => {
    const { notices } = await read(file, name)
    expect(notices).toContainEqual(expect.objectContaining({ code: 'pictures_left_out', count: 1 }))
  })
})

test('a picture of a message that its page does not show is an attached file', async () => {
  const { text, notices } = await read(mail('<p>Before.</p>'), 'a.eml', { ocr })
  expect(text).toContain('Attachments: scan.png')
  expect(notices).toMatchObject([{ code: 'attachments_left_out', count: 1 }])
})

test.each([
  ['is elsewhere', '<img src="https://elsewhere.test/a.png">'],
  ['has a broken address', '<img src="data:image/png;base64,@@@">'],
  ['is an icon', `<img src="data:image/png;base64,${BASE64.slice(0, 400)}">`],
])('a picture that %s leaves the page as it is', async (_, picture) => {
  const { text } = await read(bytesOf(`<p>Before.</p>${picture}<p>After.</p>`), 'a.html', { ocr })
  expect(text).toBe('Before.\n\nAfter.')
})

test('a picture in the XML of OpenDocument is named', async () => {
  const inlined = `<draw:frame><draw:image><office:binary-data>${BASE64}</office:binary-data></draw:image></draw:frame>`
  const file = openDocument({ kind: 'text', body: `<text:p>Words.${inlined}</text:p>` })
  expect((await read(file, 'a.odt', { ocr })).notices).toMatchObject([
    { code: 'pictures_left_out', count: 1 },
  ])
})

test('a drawing and a picture that is too large are named', async () => {
  const drawing = `data:image/svg+xml,${encodeURIComponent(`<svg>${' '.repeat(3_000)}</svg>`)}`
  const large = `data:image/png;base64,${randomBytes(9_000_000).toString('base64').slice(0, 9_900_000)}`
  const html = `<p>Before.</p><img src="${drawing}">`
  expect((await read(bytesOf(html), 'a.html', { ocr })).notices).toMatchObject([
    { code: 'pictures_left_out', count: 1 },
  ])
  const limits = { ...EXTRACT_LIMITS, text_bytes: 20_000_000 }
  const whole = bytesOf(`<p>Before.</p><img src="${large}${large}">`)
  expect((await read(whole, 'a.html', { ocr, limits })).notices).toMatchObject([
    { code: 'pictures_left_out', count: 1 },
  ])
})
