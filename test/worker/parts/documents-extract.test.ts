import { expect, test } from 'vitest'

import { docx, paragraph } from '../../support/documents/docx.ts'
import { xlsx } from '../../support/documents/packages.ts'
import { pdf, typed } from '../../support/documents/pdf.ts'
import { read } from '../../support/documents/reading.ts'

test('a PDF is read in workerd, and other work runs between its pages', async () => {
  const pages = Array.from({ length: 32 }, (_, at) => typed([`This is clause ${at + 1}.`]))
  const said: string[] = []
  let turns = 0
  const ticking = setInterval(() => turns++, 0)
  const text = await read(pdf({ pages }), 'a.pdf', {
    say: (progress, message) => said.push(`${Math.floor(progress)} ${message}`),
  })
  clearInterval(ticking)
  expect(text.pages).toHaveLength(32)
  expect(text.text).toContain('This is clause 32.')
  expect(said[0]).toBe('0 Page 1 of 32')
  expect(said[16]).toBe('50 Page 17 of 32')
  expect(turns).toBeGreaterThan(10)
})

test('a DOCX is read in workerd', async () => {
  const body = paragraph('Term', '<w:pStyle w:val="Heading1"/>') + paragraph('Two years.')
  const text = await read(docx({ body }), 'a.docx')
  expect(text.text).toBe('Term\n\nTwo years.')
  expect(text.headings).toEqual([{ start: 0, end: 4, level: 1, text: 'Term' }])
})

test('a workbook is read in workerd, with its numbers as Excel shows them', async () => {
  const styles = '<cellXfs><xf numFmtId="4"/></cellXfs>'
  const rows = '<row><c s="0"><v>1234.5</v></c></row>'
  const text = await read(xlsx({ styles, sheets: [{ name: 'Fees', rows }] }), 'a.xlsx')
  expect(text.text).toBe('Fees\n\n1,234.50')
})

test('the text of an HTML page is found in workerd', async () => {
  const sentence =
    '<p>We bake bread, rolls and cakes, every morning, for the whole of the town.</p>'
  const html = `<!doctype html><html><head></head><body><nav><a href="/x">Menu</a></nav><article>
    <h2>Bread</h2>${sentence.repeat(10)}</article></body></html>`
  const text = await read(new TextEncoder().encode(html), 'a.html')
  expect(text.headings).toMatchObject([{ level: 2, text: 'Bread' }])
  expect(text.text).not.toContain('Menu')
})

test('files in other encodings are read in workerd', async () => {
  const latin = new Uint8Array([0x93, 0xa7, 0x20, 0x35, 0x94])
  expect((await read(latin, 'a.txt')).text).toBe('“§ 5”')
  const wide = new Uint8Array([0xfe, 0xff, 0, 0xa7, 0, 0x20, 0, 0x35])
  expect((await read(wide, 'a.txt')).text).toBe('§ 5')
})
