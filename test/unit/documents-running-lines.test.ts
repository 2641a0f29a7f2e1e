import { describe, expect, test } from 'vitest'

import { pdf, type PrintedLine, typed } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'

const WORDS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth']

const body = (n: number): PrintedLine[] =>
  typed([`The ${WORDS[n]} clause binds the keeper.`, 'It ends at dawn.']).map((line) => ({
    ...line,
    y: line.y - 60,
  }))

const TOP = 810
const FOOT = 30

/** Reads a PDF whose pages have these lines at their top or at their foot. */
async function textWith(lines: readonly string[], y: number): Promise<string> {
  const pages = lines.map((text, n) => [...body(n), { text, x: 72, y }])
  return (await read(pdf({ pages }), 'a.pdf')).text
}

const BODIES = (count: number) =>
  WORDS.slice(0, count).map((word) => `The ${word} clause binds the keeper.\nIt ends at dawn.`)

const numbered = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at + 1))

describe('lines that count pages are no text', () => {
  test.each([
    ['Seite 3 von 12', numbered(4, (n) => `Seite ${n} von 4`)],
    ['the page of an excerpt', numbered(4, (n) => `Page ${n + 411}`)],
    ['a number between dashes', numbered(4, (n) => `- ${n} -`)],
    ['Roman numbers', ['Seite iii', 'Seite iv', 'Seite v', 'Seite vi']],
    ['pages of a chapter', numbered(4, (n) => `4-${n}`)],
    ['pages of two documents', ['1/2', '2/2', '1/3', '2/3', '3/3'].map((one) => `Page ${one}`)],
    ['two pages alone', ['Seite 1 von 2', 'Seite 2 von 2']],
    ['a bare number', numbered(4, (n) => `${n}`)],
  ])('%s', async (_, lines) => {
    for (const y of [TOP, FOOT])
      expect(await textWith(lines, y)).toBe(BODIES(lines.length).join('\n\n'))
  })
})

describe('a line with the page’s number is read once', () => {
  test.each([
    [
      'of a court',
      numbered(4, (n) => `Case 1:19-cv-01234 Document 45 Filed 03/12/20 Page ${n} of 4`),
    ],
    ['with a date', numbered(4, (n) => `Miller ./. Smith, 12.03.2024, Seite ${n}`)],
    ['with a Roman number', ['i', 'ii', 'iii', 'iv'].map((one) => `Deed of Eskmouth - ${one}`)],
    ['with the number first', numbered(4, (n) => `${n} Deed of Eskmouth`)],
    [
      'with Bates numbers',
      numbered(4, (n) => `ESK-${String(n + 98).padStart(6, '0')} Confidential copy`),
    ],
  ])('%s', async (_, lines) => {
    for (const y of [TOP, FOOT]) {
      const text = await textWith(lines, y)
      expect(text.replace(/\s*(?:Case|Miller|Deed|\d Deed|ESK).*/, '').trim()).toBe(
        BODIES(4).join('\n\n'),
      )
      expect(text).toContain(lines[0])
    }
  })

  test('on left and on right pages', async () => {
    const lines = numbered(8, (n) =>
      n % 2 === 0 ? `${n} Law of harbours` : `Duties of keepers ${n}`,
    )
    const text = await textWith(lines, TOP)
    expect(text.match(/Law of harbours/g)).toHaveLength(1)
    expect(text.match(/Duties of keepers/g)).toHaveLength(1)
  })

  test('in each chapter', async () => {
    const lines = numbered(8, (n) => `${n < 5 ? 'On harbours at night' : 'On lights at sea'} ${n}`)
    const text = await textWith(lines, TOP)
    expect(text.match(/On harbours at night/g)).toHaveLength(1)
    expect(text.match(/On lights at sea/g)).toHaveLength(1)
  })

  test('although it stands a little higher on some pages', async () => {
    const pages = [0, 1, 2, 3].map((n) => [
      ...body(n),
      { text: `Deed of Eskmouth, page ${n + 1}`, x: 72, y: 812.9 + (n % 2) * 0.4 },
    ])
    const { text } = await read(pdf({ pages }), 'a.pdf')
    expect(text.match(/Deed of Eskmouth/g)).toHaveLength(1)
  })

  test('with each number that counts no pages', async () => {
    const lines = ['3', '3', '3', '4', '4', '4'].map((n) => `Chapter ${n}`)
    const text = await textWith(lines, TOP)
    expect(text.match(/Chapter 3/g)).toHaveLength(1)
    expect(text.match(/Chapter 4/g)).toHaveLength(1)
  })
})

describe('numbers of the text stay', () => {
  test.each([
    ['sections, one a page', numbered(4, (n) => `Section ${n}`), TOP],
    ['sections by their sign', numbered(4, (n) => `§ ${n}`), TOP],
    ['numbered witnesses', numbered(4, (n) => `Zeuge Nr. ${n}`), TOP],
    ['sections with decimals', numbered(4, (n) => `4.${n}`), TOP],
    ['notes at the foot', numbered(4, (n) => `${n} See note ${n + 3} above.`), FOOT],
    ['years', numbered(4, (n) => `Fiscal year ${n + 2017}`), TOP],
    ['days', numbered(4, (n) => `${n}. 5. 2021`), TOP],
    ['days by their month', numbered(4, (n) => `March ${n}, 2021`), TOP],
    ['a column of amounts', ['120,00', '85,50', '7,25', '1.300,00'], FOOT],
    ['whole amounts', ['120', '85', '7', '1300'], FOOT],
    ['rows of a table', ['Rent 2021 120', 'Rent 2022 85', 'Rent 2023 7', 'Rent 2024 1300'], TOP],
    [
      'items that do not follow one another',
      [3, 9, 17, 21].map((n) => `Claim for damages no. ${n}`),
      TOP,
    ],
  ])('%s', async (_, lines, y) => {
    const text = await textWith(lines, y)
    for (const one of lines) expect(text.split('\n')).toContain(one)
  })
})
