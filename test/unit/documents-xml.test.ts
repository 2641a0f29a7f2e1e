import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'

import { htmlOfXml } from '../../src/pipelines/documents/read/xml/xml-html.ts'
import { docx, paragraph } from '../support/documents/docx.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { failureOf, read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

const XML = '<?xml version="1.0" encoding="UTF-8"?>'

const row = (...cells: string[]) =>
  `<Row>${cells.map((cell) => `<Cell><Data>${cell}</Data></Cell>`).join('')}</Row>`
const mark = (at: string, id: string) => `<text:change-${at} text:change-id="${id}"/>`

async function readXml(xml: string, name = 'a.xml') {
  const { text, headings, title } = await read(utf8(`${XML}${xml}`), name)
  return {
    text: text.replaceAll(/\n+/g, '\n'),
    title,
    headings: headings.map((heading) => `${heading.level} ${heading.text}`),
  }
}

describe('XML is read as its words', () => {
  test('a paragraph for each block, and inline elements within their line', async () => {
    const { text } = await readXml(
      '<!-- made --><r><case><party>Acme &amp; Co</party><note><![CDATA[Pay <now>]]></note></case><case><party>The <who>Warden</who> of Eskmouth</party></case></r>',
    )
    expect(text).toBe('Acme & Co\nPay <now>\nThe Warden of Eskmouth')
  })

  test('in its declared encoding, and without its own entities', async () => {
    const bytes = new Uint8Array(
      Buffer.from(
        '<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE r [<!ENTITY a "b">]><r><p>Geb\xfchr &sect; 5 &a;</p></r>',
        'latin1',
      ),
    )
    expect((await read(bytes, 'a.xml')).text).toBe('Gebühr § 5 &a;')
  })

  test('of Akoma Ntoso, with numbers, headings and notes', async () => {
    const paragraphs = `<paragraph><num>(1)</num><content><p>It applies to <ref href="#">quays</ref>.<authorialNote><p>See the gazette.</p></authorialNote></p></content></paragraph><paragraph><num>(2)</num><list><intro><p>The warden may:</p></intro><point><num>(a)</num><content><p>close it.</p></content></point></list></paragraph>`
    const body = `<part><num>Part I</num><heading>General</heading><article><num>Article 1</num><heading>Scope</heading>${paragraphs}</article><article><num>Article 2</num><content><p>Fees.</p></content></article></part>`
    const law = await readXml(
      `<akomaNtoso xmlns="x"><act><preface><longTitle><p>The <docTitle>Quay</docTitle> Act</p></longTitle></preface><body>${body}</body></act></akomaNtoso>`,
    )
    expect(law.text).toBe(
      'The Quay Act\nPart I General\nArticle 1 Scope\n(1) It applies to quays.[1]\n(2) The warden may:\n(a) close it.\nArticle 2\nFees.\n[1] See the gazette.',
    )
    expect(law.headings).toEqual([
      '1 The Quay Act',
      '1 Part I General',
      '2 Article 1 Scope',
      '2 Article 2',
    ])
    expect(law.title).toBe('The Quay Act')
  })

  test('of a German law', async () => {
    const law = await readXml(
      '<dokumente><norm><metadaten><jurabk>HafG</jurabk><enbez>§ 1</enbez><titel>Hafen</titel></metadaten><textdaten><text><Content><P>(1) Er ist <I>frei</I>:<DL><DT>1.</DT><DD><LA>Kais,</LA></DD></DL></P></Content></text></textdaten></norm><norm><metadaten><enbez>§ 2</enbez></metadaten><textdaten><text><Content><P>Ende.</P></Content></text></textdaten></norm></dokumente>',
    )
    expect(law.text).toBe('§ 1 Hafen\n(1) Er ist frei:\n1. Kais,\n§ 2\nEnde.')
    expect(law.headings).toEqual(['1 § 1 Hafen', '1 § 2'])
  })

  test('of DocBook, with lists and tables', async () => {
    const book = await readXml(
      '<book><info><title>Rope</title></info><chapter><title>Use</title><para>Good <emphasis>rope</emphasis>.</para><orderedlist><listitem><para>One</para></listitem><listitem><para>Two</para></listitem></orderedlist><section><title>Sizes</title><table><tgroup><row><entry>Thin</entry><entry>8</entry></row></tgroup></table></section></chapter></book>',
    )
    expect(book.text).toBe('Rope\nUse\nGood rope.\n1. One\n2. Two\nSizes\nThin\t8')
    expect(book.headings).toEqual(['1 Rope', '2 Use', '3 Sizes'])
  })

  test('of an article in JATS', async () => {
    const article = await readXml(
      '<article><front><article-meta><title-group><article-title>On <italic>Mytilus</italic></article-title></title-group></article-meta></front><body><sec><label>1</label><title>Shells</title><p>Old [<xref>1</xref>].</p></sec></body></article>',
    )
    expect(article.text).toBe('On Mytilus\n1 Shells\nOld [1].')
    expect(article.headings).toEqual(['1 On Mytilus', '2 1 Shells'])
  })

  test('of a workbook of Excel 2003', async () => {
    const { text } = await readXml(
      `<?mso-application progid="Excel.Sheet"?><Workbook><Worksheet><Table>${row('Berth', 'Rent')}${row('A1', '500')}</Table></Worksheet></Workbook>`,
    )
    expect(text).toBe('Berth\tRent\nA1\t500')
  })

  test.each(['<a>', '<num>', '<title>x', '<a><num>1</num>', '<footnote>x', '<a>x<b/></a>'])(
    'in linear time: %s',
    (piece) => {
      const began = performance.now()
      htmlOfXml(`${XML}<r>${piece.repeat(50_000)}`)
      expect(performance.now() - began).toBeLessThan(10_000)
    },
  )
})

describe('a document of Office that is one file of XML is read as its package', () => {
  const OFFICE = '<?mso-application progid="Word.Document"?>'

  test('Word 2003, with its numbers', async () => {
    const { text, headings } = await readXml(
      `${OFFICE}<w:wordDocument xmlns:w="w" xmlns:wx="x"><w:styles><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style></w:styles><w:body><w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr><w:r><w:t>Lease</w:t></w:r></w:p><w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><wx:t wx:val="1."/></w:listPr></w:pPr><w:r><w:t>The rent is due.</w:t></w:r></w:p></w:body></w:wordDocument>`,
    )
    expect(text).toBe('Lease\n1. The rent is due.')
    expect(headings).toEqual(['1 Lease'])
  })

  test('Word, as a flat package', async () => {
    const parts = unzipSync(docx({ body: paragraph('The rent is due.') }))
    const written = Object.entries(parts).map(
      ([name, bytes]) =>
        `<pkg:part pkg:name="/${name}"><pkg:xmlData>${new TextDecoder().decode(bytes).replace(/^<\?xml[^>]*\?>/, '')}</pkg:xmlData></pkg:part>`,
    )
    const binary = `<pkg:part pkg:name="/word/media/a.bin"><pkg:binaryData>AAAA</pkg:binaryData></pkg:part>`
    const xml = `${OFFICE}<pkg:package xmlns:pkg="p">${written.join('')}${binary}</pkg:package>`
    expect((await readXml(xml)).text).toBe('The rent is due.')
  })

  test('LibreOffice, without what was deleted while changes were tracked', async () => {
    const changes =
      '<text:tracked-changes><text:changed-region text:id="a"><text:deletion/></text:changed-region><text:changed-region text:id="b"><text:insertion/></text:changed-region></text:tracked-changes>'
    const line = `<text:p>Rent: ${mark('start', 'a')}old ${mark('end', 'a')}${mark('start', 'b')}new${mark('end', 'b')}</text:p>`
    const xml = `<office:document office:mimetype="application/vnd.oasis.opendocument.text" xmlns:office="o" xmlns:text="t"><office:body><office:text>${changes}${line}</office:text></office:body></office:document>`
    expect((await readXml(xml, 'a.fodt')).text).toBe('Rent: new')
  })

  test.each([
    ['damaged', 'a.xml', `${OFFICE}<pkg:package xmlns:pkg="p"><pkg:part`],
    ['no_text', 'a.xml', `${OFFICE}<w:wordDocument xmlns:w="w"/>`],
    [
      'no_text',
      'a.fodt',
      '<office:document office:mimetype="application/vnd.oasis.opendocument.text" xmlns:office="o"/>',
    ],
  ])('or fails in words: %s, %s', async (code, name, xml) => {
    expect((await failureOf(utf8(`${XML}${xml}`), name))?.code).toBe(code)
  })
})

const many = 40_000
test.each([
  ['headings within each other', `${'<a><title>t</title>'.repeat(many)}${'</a>'.repeat(many)}`],
  ['parts around a heading', `<a>${'<info><title>t</title>'.repeat(many)}`],
  ['items within each other', '<list-item>t'.repeat(many)],
  ['numbers', '<article><num>1</num>'.repeat(many)],
  ['notes', '<p>a<note>n</note></p>'.repeat(many)],
  ['declarations', '<!DOCTYPE a ['.repeat(many)],
])('XML is read in linear time: %s', async (_, xml) => {
  expect(await processorMs(() => htmlOfXml(`${XML}<r>${xml}`))).toBeLessThan(1_000)
})
