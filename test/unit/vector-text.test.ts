import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { vectorText } from '../../src/db/vector-text.ts'

/** Reads the text like pgvector. */
function readBack(text: string): number[] {
  expect(text).toMatch(/^\[-?\d+(?:,-?\d+)*\]$/)
  return text.slice(1, -1).split(',').map(Number)
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? Number.NaN), 0)
}

function cosine(one: readonly number[], other: readonly number[]): number {
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other))
}

const vector = fc
  .float32Array({ minLength: 1, maxLength: 1_024, noNaN: true, min: -1, max: 1 })
  .filter((values) => values.some((one) => Math.abs(one) > 1e-15))

const TENTH_OF_A_DEGREE = Math.PI / 1_800

test('a vector is written in whole numbers, and keeps its direction', () => {
  fc.assert(
    fc.property(vector, (values) => {
      const read = readBack(vectorText(values))
      expect(read).toHaveLength(values.length)
      expect(cosine(read, [...values])).toBeGreaterThan(Math.cos(TENTH_OF_A_DEGREE))
    }),
  )
})

test('the length of a vector makes no difference', () => {
  fc.assert(
    fc.property(vector, fc.integer({ min: -20, max: 20 }), (values, power) => {
      const longer = values.map((one) => one * 2 ** power)
      fc.pre(longer.every((one, at) => one / 2 ** power === values[at]))
      expect(vectorText(longer)).toBe(vectorText(values))
    }),
  )
})

test('a vector of zeros stays one, and an invalid number is refused by the reader', () => {
  expect(vectorText(new Float32Array(3))).toBe('[0,0,0]')
  expect(vectorText(Float32Array.of(1, Number.NaN))).toContain('NaN')
})
