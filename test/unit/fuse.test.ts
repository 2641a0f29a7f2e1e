import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { fuse } from '../../src/pipelines/documents/fuse.ts'

test('a score is the sum of weight / (60 + rank)', () => {
  const fused = fuse([
    { ids: ['a', 'b'], weight: 1 },
    { ids: ['b', 'c'], weight: 2 },
  ])
  expect(fused).toEqual([
    { id: 'b', score: 1 / 62 + 2 / 61 },
    { id: 'c', score: 2 / 62 },
    { id: 'a', score: 1 / 61 },
  ])
})

test('of equal scores, the one from an earlier list comes first', () => {
  const lists = [['a'], ['b'], ['c']].map((ids) => ({ ids, weight: 1 }))
  expect(fuse(lists).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
})

test('an id that is twice in a list counts once, at its higher rank', () => {
  expect(fuse([{ ids: ['a', 'a', 'b'], weight: 1 }])).toEqual([
    { id: 'a', score: 1 / 61 },
    { id: 'b', score: 1 / 62 },
  ])
})

const ids = fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 20 })

test('one list, or several equal lists, keep their order', () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 4 }), (list, times) => {
      const fused = fuse(Array.from({ length: times }, () => ({ ids: list, weight: 1 })))
      expect(fused.map(({ id }) => id)).toEqual(list)
    }),
  )
})

test('every id is there once, and an id above another in all lists stays above it', () => {
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      const lists = [one, other].map((list) => ({ ids: list, weight: 1 }))
      const fused = fuse(lists).map(({ id }) => id)
      expect(fused).toHaveLength(new Set(fused).size)
      expect(new Set(fused)).toEqual(new Set([...one, ...other]))
      const [first = -1, second = -1] = one
      if (second === -1 || other.includes(second)) return
      expect(fused.indexOf(first)).toBeLessThan(fused.indexOf(second))
    }),
  )
})
