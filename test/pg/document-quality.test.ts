import { expect, test } from 'vitest'

import { measureQuality } from '../../bench/search/quality.ts'
import { hasVectors } from '../../src/db/chunk-stages.ts'
import { openDatabase } from '../support/database.ts'

const db = openDatabase()

test.skipIf(!(await hasVectors(db)))(
  'words and vectors together find at least as many passages among the first five as words alone',
  async () => {
    const measured = await measureQuality(db)
    for (const half of ['tuning', 'held_out']) {
      const quality = (way: string) =>
        measured.find((one) => one.half === half && one.way === way)?.quality.hit_5 ?? NaN
      expect(quality('words')).toBeGreaterThan(0)
      expect(quality('both')).toBeGreaterThanOrEqual(quality('words'))
    }
  },
)
