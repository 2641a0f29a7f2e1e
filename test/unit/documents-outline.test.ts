import { expect, test } from 'vitest'

import { chunkText } from '../../src/pipelines/documents/chunk/chunk.ts'
import { type HeadedChunk, outlineOf } from '../../src/pipelines/documents/outline.ts'
import { read } from '../support/documents/reading.ts'

const LEASE = `# Lease

## 1. Rent

The rent is due in May. It is paid in advance.

## 2. Deposit

A deposit is paid.

### 2.1 Its return

It is returned at the end.

## 2. Deposit

A second one is paid, too.
`

test.each([30, 60, 2_000])(
  'an outline has each heading once, with chunks of %d characters',
  async (chars) => {
    const extracted = await read(new TextEncoder().encode(LEASE), 'lease.md')
    const chunks = chunkText(extracted, { chars, overlap: 15 })
    const outline = outlineOf(chunks)
    expect(outline.map(({ title, level }) => [level, title])).toEqual([
      [1, 'Lease'],
      [2, '1. Rent'],
      [2, '2. Deposit'],
      [3, '2.1 Its return'],
      [2, '2. Deposit'],
    ])
    for (const { title, passage } of outline) {
      const chunk = chunks.find(({ n }) => n === passage)
      expect(chunk?.places.some(({ headings }) => headings.includes(title))).toBe(true)
    }
  },
)

test('a chunk of an earlier version has the headings of its beginning', () => {
  const chunk: HeadedChunk = { n: 4, start: 90, page: 2, headings: ['Rent'] }
  expect(outlineOf([chunk])).toEqual([{ title: 'Rent', level: 1, page: 2, passage: 4 }])
})

test('a document without headings has none', () => {
  expect(outlineOf([])).toEqual([])
})
