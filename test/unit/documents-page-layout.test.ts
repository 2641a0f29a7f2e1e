import { describe, expect, test } from 'vitest'

import { boxesOf, type PageLayout } from '../../src/pipelines/documents/page-layout.ts'
import { readLayouts } from '../../src/pipelines/documents/read/pdf/page-layouts.ts'
import { encryptedPdf } from '../support/documents/encrypted-pdf.ts'
import { pdf, typed } from '../support/documents/pdf.ts'

const lines = [
  'The tenant pays the rent in ad-',
  'vance. A deposit is due.',
  'It is returned.',
].map((text, at) => ({ text, x: 72, y: 100 + at * 14, width: 200, height: 12 }))
const layout: PageLayout = { page: 3, width: 595, height: 842, lines }

describe('the boxes of a passage', () => {
  test('are the lines that the passage covers, also across a divided word', () => {
    expect(boxesOf('The tenant pays the rent in advance. A deposit is due.', layout)).toEqual([
      { page: 3, x: 72, y: 100, width: 200, height: 12 },
      { page: 3, x: 72, y: 114, width: 200, height: 12 },
    ])
  })

  test('have the part of a line that the passage has', () => {
    const [box, ...more] = boxesOf('A deposit is due.', layout)
    expect(more).toEqual([])
    expect(box?.x).toBeGreaterThan(100)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeCloseTo(272, 0)
  })

  test('are found one by one where another line stands between them', () => {
    const header = { text: 'Page 3 of the lease', x: 72, y: 107, width: 90, height: 12 }
    const [first, second, last] = lines
    if (!first || !second || !last) throw new Error('a line is missing')
    const between = { ...layout, lines: [first, header, second, last] }
    expect(boxesOf(lines.map(({ text }) => text).join('\n'), between).map(({ y }) => y)).toEqual([
      100, 114, 128,
    ])
  })

  test.each(['', '§', 'Words of another page.'])('are none for %j', (text) => {
    expect(boxesOf(text, layout)).toEqual([])
  })
})

describe('the layout of a PDF', () => {
  const { signal } = new AbortController()

  test('has the lines of the wanted pages, from the upper left', async () => {
    const file = pdf({ pages: [typed(['One.']), typed(['Two words.', 'Below.'])] })
    const [page, ...more] = await readLayouts(file, [2, 9], signal)
    expect(more).toEqual([])
    expect(page).toMatchObject({
      page: 2,
      lines: [{ text: 'Two words.', x: 72 }, { text: 'Below.' }],
    })
    const [first, second] = page?.lines ?? []
    expect(first?.y).toBeLessThan(second?.y ?? 0)
    expect(page?.height).toBeGreaterThan(700)
  })

  test.each([
    ['protected', encryptedPdf({ pages: [typed(['x'])] }, 'secret')],
    ['cut off', pdf({ pages: [typed(['x'])] }).subarray(0, 300)],
  ])('is none for a %s file', async (_, bytes) => {
    expect(await readLayouts(bytes, [1], signal)).toEqual([])
  })
})
