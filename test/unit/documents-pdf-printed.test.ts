import { describe, expect, test } from 'vitest'

import type { PdfItem } from '../../src/pipelines/documents/read/pdf/letters.ts'
import { linesOf } from '../../src/pipelines/documents/read/pdf/lines.ts'
import { pdf, type PrintedLine } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'

const LEFT = [
  'The seller hands over the boat',
  'within three days at the quay',
  'of Eskmouth where the boat now',
  'lies since the month of May.',
]
const RIGHT = [
  'The buyer pays the whole price',
  'on the day of the delivery to',
  'the account that the seller has',
  'named in writing to the buyer.',
]

async function linesIn(lines: readonly PrintedLine[]): Promise<readonly string[]> {
  return (await read(pdf({ pages: [lines] }), 'a.pdf')).text.split(/\n+/)
}

const column = (texts: readonly string[], x: number, y: number): PrintedLine[] =>
  texts.map((text, at) => ({ text, x, y: y - at * 14 }))
const across = (y: number): PrintedLine[] =>
  LEFT.flatMap((text, at) => [
    { text, x: 60, y: y - at * 14 },
    { text: RIGHT[at] ?? '', x: 310, y: y - at * 14 },
  ])

const item = (str: string, x: number, raised = false): PdfItem => ({
  str,
  height: raised ? 10 : 12,
  width: str.length * 6,
  transform: [1, 0, 0, 1, x, raised ? 704.8 : 700],
  hasEOL: false,
})

describe('what a program printed', () => {
  test('in two columns has the rows of a table below them', async () => {
    const table = [
      { text: 'Item', x: 60, y: 640 },
      { text: 'Amount', x: 200, y: 640 },
      { text: 'Note', x: 330, y: 640 },
    ]
    const lines = [...column(LEFT, 60, 760), ...column(RIGHT, 310, 760), ...table]
    expect(await linesIn(lines)).toEqual([...LEFT, ...RIGHT, 'Item Amount Note'])
  })

  test('in two columns is divided by a short heading over both', async () => {
    const heading = { text: '2 Rent of the Boat', x: 60, y: 690, size: 16 }
    const lines = [...across(760), heading, ...across(660)]
    expect(await linesIn(lines)).toEqual([...LEFT, ...RIGHT, heading.text, ...LEFT, ...RIGHT])
  })

  test('last above the text stands before the text, and last below it stays', async () => {
    const edges = [
      { text: 'Lease of a boat', x: 20, y: 820, size: 8 },
      { text: 'Printed in May', x: 20, y: 20, size: 8 },
    ]
    expect(await linesIn([...column(LEFT, 60, 760), ...edges])).toEqual([
      'Lease of a boat',
      ...LEFT,
      'Printed in May',
    ])
  })

  test('from below stands from above, if no line stands beside another', async () => {
    expect(await linesIn(column(LEFT, 60, 760).toReversed())).toEqual(LEFT)
    const rows = [700, 710, 730, 740].map((y) => ({ text: `at ${y}`, x: y - 600, y }))
    expect(await linesIn(rows)).toEqual(rows.map(({ text }) => text))
  })

  test('with a large initial has its word', async () => {
    const initial = { text: 'T', x: 60, y: 746, size: 40 }
    const [first = '', ...others] = LEFT
    const lines = [
      initial,
      { text: first.slice(1), x: 90, y: 766 },
      ...column(others, 90, 752).slice(0, 1),
      ...column(others.slice(1), 60, 724),
    ]
    expect(await linesIn(lines)).toEqual(LEFT)
  })

  test('as a watermark is no heading', () => {
    const mark: PdfItem = {
      str: 'CONFIDENTIAL',
      height: 60,
      width: 400,
      transform: [42, 42, -42, 42, 150, 300],
      hasEOL: true,
    }
    expect(linesOf([mark]).map(({ text, size }) => [text, size])).toEqual([['CONFIDENTIAL', 0]])
  })

  test('as raised numbers of five sixths marks notes and exponents', () => {
    const line = [
      item('the rent', 60),
      item('1', 108, true),
      item(' is 10', 114),
      item('2', 150, true),
    ]
    expect(linesOf(line).map(({ text }) => text)).toEqual(['the rent[1] is 10²'])
  })
})

test('joined forms of Arabic and Hebrew are written in letters', async () => {
  const bytes = new TextEncoder().encode('ﻣﺮﺣﺒﺎ ﻻ שׁלום ﷼')
  expect((await read(bytes, 'a.txt')).text).toBe('مرحبا لا שׁלום ﷼'.normalize('NFC'))
})
