import { array, assert, asyncProperty, pre, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { pdf, typed } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'

function large(text: string, size: number) {
  return { text, y: 800, size }
}

function column(x: number, name: string) {
  return ['one', 'two', 'three'].map((word, at) => ({
    text: `${name} ${word}`,
    x,
    y: 700 - at * 14,
  }))
}

describe('the text of a PDF', () => {
  test('is its lines, with a blank line between separate blocks', async () => {
    const lines = [
      { text: 'First line', y: 700 },
      { text: 'second line', y: 686 },
      { text: 'third line.', y: 672 },
      { text: 'New paragraph.', y: 640 },
    ]
    const { text } = await read(pdf({ pages: [lines] }), 'a.pdf')
    expect(text).toBe('First line\nsecond line\nthird line.\n\nNew paragraph.')
  })

  test('knows its headings by their size', async () => {
    const body = typed(['One line.', 'Another line.', 'And one more.', 'The last one.'])
    const pages = [[large('The Agreement', 24), ...body], [large('Term', 18), ...body], body]
    const { headings, text } = await read(pdf({ pages, title: 'An Agreement' }), 'a.pdf')
    expect(headings.map(({ level, text: words }) => [level, words])).toEqual([
      [1, 'The Agreement'],
      [2, 'Term'],
    ])
    for (const heading of headings)
      expect(text.slice(heading.start, heading.end)).toBe(heading.text)
  })

  test('has its own title', async () => {
    const file = pdf({ pages: [typed(['words'])], title: 'An Agreement' })
    expect((await read(file, 'a.pdf')).title).toBe('An Agreement')
  })

  test('has the text of filled-in fields', async () => {
    const file = pdf({ pages: [typed(['Name:']), typed(['Page two'])], field: 'Ada Lovelace' })
    expect((await read(file, 'a.pdf')).text).toBe('Name:\nAda Lovelace\n\nPage two')
  })

  test.each(['\r\n', '\ufeff', 'HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\n\r\n'])(
    'is found after %j',
    async (before) => {
      const file = pdf({ pages: [typed(['words'])], before })
      expect((await read(file, 'a.txt')).text).toBe('words')
    },
  )

  test('is read from packed pages', async () => {
    const file = pdf({ pages: [typed(['words'])], deflated: true })
    expect((await read(file, 'a.pdf')).text).toBe('words')
  })

  test('has one column after the other', async () => {
    const { text } = await read(
      pdf({ pages: [[...column(72, 'left'), ...column(320, 'right')]] }),
      'a.pdf',
    )
    expect(text).toBe('left one\nleft two\nleft three\nright one\nright two\nright three')
  })
})

describe('a word that is divided at the end of a line', () => {
  test.each([
    ['is joined', ['of the indemni-', 'ties, all'], 'of the indemnities,\nall'],
    [
      'is joined without the hyphen of the line end',
      ['at the court-', 'house court house'],
      'at the court-house\ncourt house',
    ],
    [
      'keeps a hyphen that it has elsewhere in the text',
      ['a third-party x', 'a third-', 'party y'],
      'a third-party x\na third-party\ny',
    ],
    [
      'is joined as it is written elsewhere',
      ['the payment is', 'a pay-', 'ment y'],
      'the payment is\na payment\ny',
    ],
    [
      'keeps its hyphen before "und"',
      ['die Arbeit-', 'und Auftraggeber'],
      'die Arbeit-\nund Auftraggeber',
    ],
    ['keeps its hyphen before a capital', ['Baden-', 'Baden'], 'Baden-Baden'],
    ['may have several hyphens', ['der Nicht-', 'EU-Staat, wo'], 'der Nicht-EU-Staat,\nwo'],
    ['keeps its hyphen after one letter', ['Die E-', 'mail kam'], 'Die E-mail\nkam'],
    ['keeps its hyphen after a figure', ['nach 10-', 'tägiger Frist'], 'nach 10-tägiger\nFrist'],
    ['may be two figures', ['im Jahr 2023-', '2024 galt'], 'im Jahr 2023-2024\ngalt'],
    ['is joined in capitals', ['DIE BEDIN-', 'GUNGEN GELTEN'], 'DIE BEDINGUNGEN\nGELTEN'],
    ['keeps its hyphen between abbreviations', ['der EU-', 'USA Gipfel'], 'der EU-USA\nGipfel'],
    ['keeps the hyphen of an address', ['Bei www.a-', 'b.de steht'], 'Bei www.a-b.de\nsteht'],
    ['is no word after a dash', ['Er kam -', 'Sie ging'], 'Er kam -\nSie ging'],
    ['is no price', ['EUR 100,-', '200 Stück'], 'EUR 100,-\n200 Stück'],
    ['keeps its hyphen before "UND"', ['HAUPT-', 'UND NEBENSACHE'], 'HAUPT-\nUND NEBENSACHE'],
  ])('%s', async (_, lines, expected) => {
    expect((await read(pdf({ pages: [typed(lines)] }), 'a.pdf')).text).toBe(expected)
  })

  test('is joined over the end of a page as well', async () => {
    const pages = [typed(['One line.', 'of the indemni-']), typed(['ties, all', 'of them'])]
    const { text, pages: starts } = await read(pdf({ pages }), 'a.pdf')
    expect(text).toBe('One line.\nof the indemnities,\n\nall\nof them')
    expect(starts[1]?.start).toBe(text.indexOf('all'))
  })
})

describe('the pages of a PDF', () => {
  test('begin where their text begins', async () => {
    const page = array(stringMatching(/^[A-Za-z0-9 ,.;]{1,30}$/), { maxLength: 4 })
    await assert(
      asyncProperty(array(page, { minLength: 1, maxLength: 6 }), async (plan) => {
        pre(/[A-Za-z0-9]/.test(plan.flat().join('')))
        const { text, pages } = await read(
          pdf({ pages: plan.map((lines) => typed(lines)) }),
          'a.pdf',
        )
        expect(pages.map(({ page: number }) => number)).toEqual(plan.map((_, at) => at + 1))
        const slices = pages.map(({ start }, at) => text.slice(start, pages[at + 1]?.start))
        expect(slices.join('')).toBe(text)
        for (const [at, lines] of plan.entries()) {
          const words = lines.join('').replaceAll(/\s/g, '')
          expect(slices[at]?.replaceAll(/\s/g, '')).toBe(words)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('are reported one by one, in percent', async () => {
    const said: [number, string][] = []
    const pages = Array.from({ length: 4 }, (_, at) => typed([`Page ${at}`]))
    await read(pdf({ pages }), 'a.pdf', { say: (...what) => said.push(what) })
    expect(said).toEqual([
      [0, 'Page 1 of 4'],
      [25, 'Page 2 of 4'],
      [50, 'Page 3 of 4'],
      [75, 'Page 4 of 4'],
      [100, 'The whole text is read'],
    ])
  })
})
