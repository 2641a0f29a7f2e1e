import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Chunk, chunkText } from '../../src/pipelines/documents/chunk/chunk.ts'
import type { Extracted, Heading } from '../../src/pipelines/documents/text/extracted.ts'
import { processorMs } from '../support/processor-time.ts'

const part = fc.oneof(
  fc.constantFrom('\n', '\n\n', ' ', '\t', '. ', '\u00a0', '\u2003', '! ', ', ', ')', '\r', '\f'),
  fc.constantFrom('1. ', '1.1 ', '(a) ', '§ 5 ', 'Article 3 ', 'Art. 12\n', 'IV. ', '- ', '(2) '),
  fc.constantFrom(
    'word',
    'The',
    'z.B.',
    'No.',
    '7',
    'Kündigungsfrist',
    'e\u0301',
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    '漢字',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.integer({ min: 1, max: 90 }).map((length) => 'x'.repeat(length)),
)

const text = fc
  .array(part, { maxLength: 150 })
  .map((parts) => parts.join('').replaceAll('\0', '').toWellFormed())

/** A text with headings and pages at any places. */
const extracted: fc.Arbitrary<Extracted> = text.chain((of) =>
  fc.record({
    text: fc.constant(of),
    headings: placesIn(of).map((places) => headingsAt(of, places)),
    pages: placesIn(of).map((places) =>
      [0, ...places.filter((at) => at > 0)].map((start, i) => ({ page: i + 1, start })),
    ),
  }),
)

function placesIn(of: string): fc.Arbitrary<number[]> {
  return fc
    .uniqueArray(fc.nat({ max: of.length }), { maxLength: 6 })
    .map((places) => places.toSorted((one, other) => one - other))
}

function headingsAt(of: string, places: readonly number[]): Heading[] {
  return places.flatMap((start, i) => {
    const end = Math.min(start + 15, places[i + 1] ?? of.length)
    return end > start ? [{ start, end, level: (i % 6) + 1, text: of.slice(start, end) }] : []
  })
}

const limits = fc.record({
  chars: fc.integer({ min: 8, max: 120 }),
  overlap: fc.integer({ min: 0, max: 40 }),
})

/** Checks everything that must be true of any text's chunks. */
function check(of: Extracted, { chars, overlap }: { chars: number; overlap: number }): Chunk[] {
  const chunks = chunkText(of, { chars, overlap })
  let before = { start: -1, end: 0 }
  for (const [i, chunk] of chunks.entries()) {
    const { start, end } = chunk
    expect(chunk.n).toBe(i)
    expect(chunk.text).toBe(of.text.slice(start, end))
    expect(chunk.text).toBe(chunk.text.trim())
    expect(chunk.text.isWellFormed()).toBe(true)
    expect(end - start).toBeGreaterThan(0)
    expect(end - start).toBeLessThanOrEqual(chars)
    expect(start).toBeGreaterThan(before.start)
    expect(end).toBeGreaterThan(before.end)
    expect(of.text.slice(before.end, Math.max(before.end, start)).trim()).toBe('')
    expect(before.end - start).toBeLessThanOrEqual(overlap)
    expect(chunk.page).toBe(of.pages.findLast((page) => page.start <= start)?.page)
    expect(chunk.page_end).toBe(of.pages.findLast((page) => page.start < end)?.page)
    before = chunk
  }
  expect(of.text.slice(before.end).trim()).toBe('')
  return chunks
}

describe('no part of a text is lost, or repeated beyond the overlap', () => {
  test('in any text', () => {
    fc.assert(
      fc.property(extracted, limits, (of, within) => {
        expect(check(of, within).length > 0).toBe(of.text.trim() !== '')
      }),
      { numRuns: 400 },
    )
  })

  const paragraph = `${'The tenant pays the rent in advance, as laid down in Art. 5. '.repeat(9)}\n\n`
  test.each([
    ['paragraphs', paragraph.repeat(1_500)],
    ['lines', 'A line of a page that ends in no particular way\n'.repeat(17_000)],
    ['one word', 'x'.repeat(170_000)],
    ['one word of families', '👩‍👩‍👧‍👦'.repeat(15_000)],
    ['nothing but lines', '\n'.repeat(800_000)],
    ['a word, lines, and a word', `x${' \n'.repeat(330_000)}x`],
    ['nothing but clauses', '1. a\n'.repeat(170_000)],
    ['nothing but titles', '1.\n'.repeat(170_000)],
    ['nothing but stops', '. '.repeat(170_000)],
    ['nothing but brackets', ')'.repeat(330_000)],
  ])('in a time that grows only with the length: %s', async (_name, long) => {
    const of = { text: long, pages: [{ page: 1, start: 0 }], headings: [] }
    let chunks: readonly Chunk[] = []
    const spent = await processorMs(() => {
      chunks = chunkText(of, { chars: 1200, overlap: 150 })
    })
    expect(spent).toBeLessThan(850)
    const held = chunks.reduce((sum, chunk) => sum + chunk.text.replace(/\s/g, '').length, 0)
    expect(held).toBeGreaterThanOrEqual(long.replace(/\s/g, '').length)
  })
})
