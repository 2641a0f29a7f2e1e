import { describe, expect, test } from 'vitest'

import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { epub } from '../support/documents/packages.ts'
import { failureOf, read } from '../support/documents/reading.ts'

const page = (label: string) => `<span epub:type="pagebreak" title="${label}"/>`

describe('an e-book', () => {
  test('has its chapters in their order', async () => {
    const { text, headings, title, unpaged } = await read(
      epub([
        '<h1>One</h1><p>First<a id="x"/> words.</p><aside>A note.</aside>',
        '<script src="a.js"/><h1>Two</h1><ol><li>a</li><li>b</li></ol>',
      ]),
      'a.epub',
    )
    expect(text).toBe('One\n\nFirst words.\n\nA note.\n\nTwo\n\n1. a\n2. b')
    expect(headings.map(({ text: words }) => words)).toEqual(['One', 'Two'])
    expect(title).toBe('The Book')
    expect(unpaged).toBe(true)
  })

  test('has the pages of the printed book with their labels', async () => {
    const { text, pages } = await read(
      epub([`<p>Before.</p>${page('ix')}<p>Nine.</p>`, `<p>Ten ${page('3')} three.</p>`]),
      'a.epub',
    )
    expect(text).toBe('Before.\n\nNine.\n\nTen three.')
    expect(pages).toEqual([
      { page: 1, start: 0 },
      { page: 2, start: 9, label: 'ix' },
      { page: 3, start: 20 },
    ])
  })

  test.each([
    ['no_text', 'of pictures', epub(['<img src="a.png"/>'])],
    ['damaged', 'without a list of chapters', epub([])],
    ['damaged', 'that is cut off', epub(['<p>x</p>']).subarray(0, 400)],
    ['encrypted', 'with encrypted chapters', epub(['<p>x</p>'], rights('OEBPS/c%200.xhtml'))],
    ['zip_bomb', 'that unpacks to far more', epub([' '.repeat(60_000_000)])],
  ])('is refused as %s: one %s', async (code, _, bytes) => {
    expect((await failureOf(bytes, 'a.epub'))?.code).toBe(code)
  })

  test('with encrypted fonts alone is read', async () => {
    const bytes = epub(['<p>Words</p>'], rights('OEBPS/font.otf'))
    expect((await read(bytes, 'a.epub')).text).toBe('Words')
    expect(documentKind(bytes, 'a')).toBe('epub')
  })
})

function rights(path: string): Record<string, string> {
  return {
    'META-INF/encryption.xml': `<e:encryption><enc:CipherData><enc:CipherReference URI="${path}"/></enc:CipherData></e:encryption>`,
  }
}
