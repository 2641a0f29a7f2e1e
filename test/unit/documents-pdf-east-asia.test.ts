import { describe, expect, test } from 'vitest'

import { utf8 } from '../support/documents/plain-files.ts'
import { failureOf, read } from '../support/documents/reading.ts'

/** Makes a PDF whose font is not in the file and says by its encoding alone which characters its codes are. */
function pdfOf(encoding: string, ordering: string, codes: string): Uint8Array<ArrayBuffer> {
  const content = `BT /F 12 Tf 72 700 Td <${codes}> Tj ET`
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>',
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    `<</Type/Font/Subtype/Type0/BaseFont/Mincho/Encoding/${encoding}/DescendantFonts[6 0 R]>>`,
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/Mincho/CIDSystemInfo<</Registry(Adobe)/Ordering(${ordering})/Supplement 2>>/FontDescriptor 7 0 R/DW 1000>>`,
    '<</Type/FontDescriptor/FontName/Mincho/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 859/Descent -140/CapHeight 700/StemV 80>>',
  ]
  const bodies = objects.map((object, at) => `${at + 1} 0 obj${object}\nendobj\n`)
  return utf8(`%PDF-1.4\n${bodies.join('')}trailer<</Size 8/Root 1 0 R>>\n%%EOF`)
}

const FONTS = [
  ['90ms-RKSJ-H', 'Japan1', '第一条 売主ｶﾅ A1', '91e688ea8ff02094848ee5b6c5204131'],
  ['90ms-RKSJ-V', 'Japan1', '第一条。', '91e688ea8ff08142'],
  ['EUC-H', 'Japan1', '第一条 売主 A1', 'c2e8b0ecbef220c7e4bce7204131'],
  ['UniJIS-UCS2-H', 'Japan1', '第一条 売主 A1', '7b2c4e006761002058f24e3b002000410031'],
  ['UniJIS-UTF16-H', 'Japan1', '第一条 売主 A1', '7b2c4e006761002058f24e3b002000410031'],
  ['GBK-EUC-H', 'GB1', '卖方交付船舶 A1', 'c2f4b7bdbdbbb8b6b4acb2b0204131'],
  ['UniGB-UCS2-H', 'GB1', '卖方交付船舶 A1', '535665b94ea44ed882398236002000410031'],
  ['ETen-B5-H', 'CNS1', '賣方交付船舶 A1', 'bde6a4e8a5e6a549b2eeb2ed204131'],
  ['KSCms-UHC-H', 'Korea1', '매도인은 인도한다 A1', 'b8c5b5b5c0cec0ba20c0ceb5b5c7d1b4d9204131'],
  [
    'UniKS-UCS2-H',
    'Korea1',
    '매도인은 인도한다 A1',
    'b9e4b3c4c778c7400020c778b3c4d55cb2e4002000410031',
  ],
] as const

describe('a PDF whose fonts of East Asia are not in the file is read', () => {
  test.each(FONTS)('%s of %s: %s', async (...font) => {
    const [encoding, ordering, text, codes] = font
    expect((await read(pdfOf(encoding, ordering, codes), 'a.pdf')).text).toBe(text)
  })

  test('but codes that are numbers of glyphs are no letters', async () => {
    const failure = await failureOf(pdfOf('Identity-H', 'Japan1', '7b2c4e006761'), 'a.pdf')
    expect(failure?.code).toBe('no_text')
  })
})
