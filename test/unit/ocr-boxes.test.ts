import { describe, expect, test } from 'vitest'

import { placedLines } from '../../scripts/ocr/placed-lines.ts'
import { chunkText } from '../../src/pipelines/documents/chunk/chunk.ts'
import type { Ocr, PageShare } from '../../src/pipelines/documents/ocr/ocr.ts'
import { recognisedLayout } from '../../src/pipelines/documents/ocr/recognised-layout.ts'
import { boxesWithin, partsOf } from '../../src/pipelines/documents/page-layout.ts'
import { read } from '../support/documents/reading.ts'
import { scannedPdf } from '../support/documents/scan.ts'

const UPPER_LEFT: PageShare = [0.1, 0.2, 0.5, 0.05]

const close = (share: number): unknown => expect.closeTo(share)

/** Corners in a picture of 200 by 100 pixels. */
const at = (...[x0, y0, x1, y1]: readonly [number, number, number, number]) => ({ x0, y0, x1, y1 })

describe('the lines of a picture', () => {
  const picture = { width: 200, height: 100, radians: 0 }

  test('have an empty one between two paragraphs, and each its place', () => {
    const paragraphs = [
      [{ text: 'The rent \n', bbox: at(20, 10, 120, 20) }],
      [{ text: 'is due.', bbox: at(20, 40, 80, 50) }],
    ]
    expect(placedLines(paragraphs, picture)).toEqual({
      lines: ['The rent', '', 'is due.'],
      boxes: [[0.1, 0.1, 0.5, 0.1].map(close), null, [0.1, 0.4, 0.3, 0.1].map(close)],
    })
  })

  test('are none in a picture without text', () => {
    expect(placedLines([], picture)).toEqual({ lines: [], boxes: [] })
  })

  test('stand where they were before the picture was turned', () => {
    // A quarter turn clockwise around the middle brings the middle of the left side to the top.
    const [box] = placedLines([[{ text: 'a', bbox: at(95, -5, 105, 5) }]], {
      width: 200,
      height: 200,
      radians: Math.PI / 2,
    }).boxes
    const [x = NaN, y = NaN, width = NaN, height = NaN] = box ?? []
    expect(x + width / 2).toBeCloseTo(0, 1)
    expect(y + height / 2).toBeCloseTo(0.5)
  })
})

describe('the layout of a recognised page', () => {
  const page = { page: 2, lines: ['One', ''], confidence: 90, boxes: [UPPER_LEFT, null] }

  test.each([
    [0, { x: 60, y: 160, width: 300, height: 40 }],
    [90, { x: 120, y: 320, width: 30, height: 400 }],
    [180, { x: 240, y: 600, width: 300, height: 40 }],
    [270, { x: 450, y: 80, width: 30, height: 400 }],
    [-90, { x: 450, y: 80, width: 30, height: 400 }],
  ])('is that of the page before it was turned by %d degrees', (turned, place) => {
    const layout = recognisedLayout(page, { width: 600, height: 800, turned })
    const [line, ...more] = layout.lines
    expect(more).toEqual([])
    expect(line?.text).toBe('One')
    for (const [key, value] of Object.entries(place))
      expect(line).toHaveProperty(key, expect.closeTo(value))
  })

  test('has no lines where the text recognition tells no places', () => {
    const size = { width: 600, height: 800, turned: 0 }
    expect(recognisedLayout({ page: 1, lines: ['One'], confidence: 90 }, size).lines).toEqual([])
  })
})

const ocr: Ocr = async function* () {
  const lines = ['The rent', '', 'is due.']
  yield { page: 2, lines, confidence: 90, boxes: [UPPER_LEFT, null, [0.1, 0.3, 0.4, 0.05]] }
}

test('a passage of a scanned page has its place there', async () => {
  const extracted = await read(scannedPdf(), 'a.pdf', { ocr })
  const [chunk] = chunkText(extracted, { chars: 1_000, overlap: 0 })
  const boxes = chunk && boxesWithin(partsOf(chunk), extracted.layouts ?? [])
  expect(boxes).toEqual([
    { page: 2, x: 59.5, y: 168.4, width: 297.5, height: 42.1 },
    { page: 2, x: 59.5, y: 252.6, width: 238, height: 42.1 },
  ])
})
