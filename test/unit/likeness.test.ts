import { describe, expect, test } from 'vitest'

import { NEAR } from '../../src/db/related-postings.ts'
import { likenessOf } from '../../src/pipelines/ingestion/likeness.ts'
import { labelledPairs } from '../support/posting-pairs.ts'

const TEXT =
  'We bake bread, rolls and cakes every morning for the whole of the town, and we clean the ovens every evening before we go home.'

function distance(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, band, place) => sum + bitsOf(band ^ (other[place] ?? 0)), 0)
}

function bitsOf(value: number): number {
  return value.toString(2).replaceAll('0', '').length
}

/** Judges labelled pairs: a pair is near if its distance is small, and found if it has a band in common as well. */
function judged(seed: number) {
  const pairs = labelledPairs(seed, 30).map(({ edit, same, one, other }) => {
    const [left, right] = [likenessOf(one), likenessOf(other)]
    const near = distance(left, right) <= NEAR
    return { edit, same, near, found: near && left.some((band, place) => band === right[place]) }
  })
  const right = pairs.filter(({ same, near }) => same && near).length
  return {
    pairs: pairs.length,
    precision: right / pairs.filter(({ near }) => near).length,
    recall: right / pairs.filter(({ same }) => same).length,
    missed: pairs.filter(({ near, found }) => near && !found).length,
  }
}

describe('of pairs that are labelled by how they were made', () => {
  // The distance was chosen on the first half.
  test.each([
    ['to choose the distance', 7],
    ['to check it', 2026],
  ])('the half %s is told apart', (half, seed) => {
    const { pairs, precision, recall, missed } = judged(seed)
    process.stdout.write(
      `${half}: ${pairs} pairs, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, ` +
        `${missed} near pairs without a common band\n`,
    )
    expect(pairs).toBeGreaterThanOrEqual(200)
    expect(precision).toBeGreaterThanOrEqual(0.98)
    expect(recall).toBeGreaterThanOrEqual(0.85)
    expect(missed).toBeLessThanOrEqual(2)
  })

  test('the same seed makes the same pairs', () => {
    expect(labelledPairs(7, 2)).toEqual(labelledPairs(7, 2))
    expect(labelledPairs(8, 2)).not.toEqual(labelledPairs(7, 2))
  })
})

test('the keys are six bands of 64 bits with their places, and the requisition', () => {
  const keys = likenessOf({ title: 'Baker', text: TEXT, requisition_id: ' R-77' })
  expect(keys).toHaveLength(7)
  expect(keys.slice(0, 6).map((key) => key >> 16)).toEqual([0, 1, 2, 3, 4, 5])
  expect(Math.max(...keys.slice(0, 4).map((key) => key & 0xffff))).toBeLessThan(2_048)
  expect(Math.max(...keys.slice(4, 6).map((key) => key & 0xffff))).toBeLessThan(1_024)
  expect(keys[6]).toBeGreaterThanOrEqual(2 ** 30)
  expect(keys[6]).toBeLessThan(2 ** 31)
  expect(likenessOf({ title: 'x', text: '', requisition_id: 'r-77' })).toEqual(keys.slice(6))
})

test('case, marks and spaces make no difference, and a short text has no bands', () => {
  const keys = likenessOf({ title: 'Baker (m/w/d)', text: TEXT })
  const plain = TEXT.toUpperCase().replaceAll(/[.,]/g, ' \n')
  expect(likenessOf({ title: 'BAKER', text: plain })).toEqual(keys)
  expect(likenessOf({ title: 'Baker', text: 'We bake bread.' })).toEqual([])
})

test('a text without spaces is compared sign by sign', () => {
  const text =
    '私たちは毎朝、町全体のためにパンとケーキを焼いています。夕方にはオーブンを掃除します。'
  const [one, other] = [text, text.replace('毎朝', '毎日')].map((t) =>
    likenessOf({ title: 'パン職人', text: t }),
  )
  expect(one).toHaveLength(6)
  expect(distance(one ?? [], other ?? [])).toBeLessThan(16)
})
