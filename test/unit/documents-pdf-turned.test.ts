import { describe, expect, test } from 'vitest'

import { readLayouts } from '../../src/pipelines/documents/read/pdf/page-layouts.ts'
import { pdf, type PrintedLine } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'

const LEFT = [
  'The seller hands over the boat',
  'within three days at the quay',
  'of Eskmouth where the boat',
  'lies since the month of May.',
]
const RIGHT = [
  'The buyer pays the whole price',
  'on the day of the delivery to',
  'the account that the seller',
  'names in writing to the buyer.',
]

type Shown = { readonly text: string; readonly right: number; readonly down: number }

/** Two columns, drawn line by line over both. */
const COLUMNS: readonly Shown[] = LEFT.flatMap((text, at) => [
  { text, right: 60, down: 100 + at * 14 },
  { text: RIGHT[at] ?? '', right: 300, down: 100 + at * 14 },
])

/** Draws lines so that a page is read upright after that many quarters with the clock. */
const DRAWN: Readonly<Record<1 | 2 | 3, (line: Shown) => PrintedLine>> = {
  1: ({ text, right, down }) => ({ text, x: down, y: right, quarters: 1 }),
  2: ({ text, right, down }) => ({ text, x: 595 - right, y: down, quarters: 2 }),
  3: ({ text, right, down }) => ({ text, x: 595 - down, y: 842 - right, quarters: 3 }),
}

describe('a page whose letters are turned', () => {
  test.each([1, 2, 3] as const)('by %d quarters has its columns', async (quarters) => {
    const lines = COLUMNS.map(DRAWN[quarters])
    const { text } = await read(pdf({ pages: [lines] }), 'a.pdf')
    expect(text.split('\n')).toEqual([...LEFT, ...RIGHT])
  })

  test.each([
    [1, { x: 90.5, y: 620, width: 12 }],
    [2, { x: 373, y: 733, height: 12 }],
    [3, { x: 492.5, y: 60, width: 12 }],
  ] as const)('by %d quarters has its lines where they stand', async (quarters, place) => {
    const bytes = pdf({ pages: [COLUMNS.map(DRAWN[quarters])] })
    const [page] = await readLayouts(bytes, [1], new AbortController().signal)
    const box = page?.lines[0]
    expect(box?.text.trim()).toBe(LEFT[0])
    for (const [side, points] of Object.entries(place))
      expect(Math.abs(Number(Reflect.get(box ?? {}, side)) - points)).toBeLessThan(6)
  })

  test('has what was typed on it beside its words', async () => {
    const lines = ['Name:', 'Town:'].map((text, at) =>
      DRAWN[1]({ text, right: 60, down: 100 + at * 30 }),
    )
    const field =
      '<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(Mirela Oost)/Rect[88 120 106 300]/F 4>>'
    const { text } = await read(pdf({ pages: [lines], annotations: [field] }), 'a.pdf')
    expect(text.split(/\n+/)).toEqual(['Name: Mirela Oost', 'Town:'])
  })

  test('is not turned for a line in its margin', async () => {
    const upright = LEFT.map((text, at) => ({ text, y: 700 - at * 14 }))
    const margin: PrintedLine = { text: 'Draft of May', x: 580, y: 300, quarters: 1 }
    const { text } = await read(pdf({ pages: [[...upright, margin]] }), 'a.pdf')
    expect(text.split(/\n+/)).toEqual([...LEFT, 'Draft of May'])
  })
})

test('a visible signature is named in a notice, and an empty field of one is not', async () => {
  const signed =
    '<</Type/Annot/Subtype/Widget/FT/Sig/T(a)/AP<</N 7 0 R>>/Rect[72 640 300 660]/F 4>>'
  const empty = '<</Type/Annot/Subtype/Widget/FT/Sig/T(b)/Rect[72 600 300 620]/F 4>>'
  const unseen = '<</Type/Annot/Subtype/Widget/FT/Sig/T(c)/AP<</N 7 0 R>>/Rect[0 0 0 0]/F 4>>'
  const pages = [LEFT.map((text, at) => ({ text, y: 760 - at * 14 }))]
  const { notices } = await read(pdf({ pages, annotations: [signed, empty, unseen] }), 'a.pdf')
  expect(notices).toMatchObject([{ code: 'signatures_left_out', count: 1 }])
})
