import { expect, test } from 'vitest'

import { measureQuality } from '../../bench/search/quality.ts'
import { hasVectors } from '../../src/db/chunk-stages.ts'
import { openDatabase } from '../support/database.ts'

const db = openDatabase()

test.skipIf(!(await hasVectors(db)))(
  'words and vectors together find most passages among the first five, and say when nothing is relevant',
  async () => {
    const halves = ['held_out'] as const
    const measured = await measureQuality(db, { halves, ways: ['words', 'both'] })
    const [words, both] = measured.map(({ quality }) => quality)
    expect(words?.hit_5).toBeGreaterThan(0)
    expect(both?.hit_5).toBeGreaterThanOrEqual(Math.max(0.8, words?.hit_5 ?? NaN))
    expect(both?.nothing.precision).toBeGreaterThanOrEqual(0.9)
    expect(both?.nothing.recall).toBeGreaterThanOrEqual(0.5)
  },
)
