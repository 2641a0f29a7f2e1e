import { expect, test } from 'vitest'

import { measureQuality } from '../../bench/search/quality.ts'
import { hasVectors } from '../../src/db/chunk-stages.ts'
import { openDatabase } from '../support/database.ts'

const db = openDatabase()

test.skipIf(!(await hasVectors(db)))(
  'words and vectors together find most passages among the first five, and say when nothing is relevant',
  async () => {
    const measured = await measureQuality(db)
    for (const half of ['tuning', 'held_out']) {
      const quality = (way: string) =>
        measured.find((one) => one.half === half && one.way === way)?.quality.hit_5 ?? NaN
      expect(quality('words')).toBeGreaterThan(0)
      expect(quality('both')).toBeGreaterThanOrEqual(quality('words'))
    }
    const held_out = measured.find((one) => one.half === 'held_out' && one.way === 'both')?.quality
    expect(held_out?.hit_5).toBeGreaterThanOrEqual(0.8)
    expect(held_out?.nothing.precision).toBeGreaterThanOrEqual(0.9)
    expect(held_out?.nothing.recall).toBeGreaterThanOrEqual(0.5)
  },
)
