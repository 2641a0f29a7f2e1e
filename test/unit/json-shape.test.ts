import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { exceeds } from '../../src/json-shape.ts'

const shape = { depth: 32, members: 1_000, entries: 20_000 }
const isOversized = (text: string) => exceeds(text, shape)

/** Measures JSON by walking the value that JSON.parse makes of it. */
function widest(value: unknown, depth = 0): { depth: number; members: number } {
  if (typeof value !== 'object' || value === null) return { depth, members: 0 }
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  const inner = Object.values(value).map((one) => widest(one, depth + 1))
  return {
    depth: Math.max(depth + 1, ...inner.map((one) => one.depth)),
    members: Math.max(own, ...inner.map((one) => one.members)),
  }
}

it('accepts modest JSON, whatever its strings contain', () => {
  const key = fc.string({ unit: fc.constantFrom('{', '[', ',', '"', '\\', 'a') })
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      key,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      expect(isOversized(JSON.stringify(value))).toBe(false)
    }),
  )
})

it.each([
  ['lists', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
  ['objects', (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
])('finds %s that nest too deeply', (_, nested) => {
  const most = JSON.parse(nested(shape.depth))
  expect(widest(most).depth).toBe(shape.depth)
  expect(isOversized(nested(shape.depth))).toBe(false)
  expect(isOversized(nested(shape.depth + 1))).toBe(true)
  expect(isOversized('['.repeat(2_000_000))).toBe(true)
})

it.each([
  [
    'an object',
    shape.members,
    (n: number) => Object.fromEntries(numbers(n).map((k) => [`k${k}`, k])),
  ],
  ['a list', shape.entries, (n: number) => numbers(n).map((entry) => ({ entry, list: [1, 2] }))],
])('finds %s of more than %i', (_, most, make) => {
  const text = (count: number) => JSON.stringify([{ first: [1, 2, 3] }, make(count), {}])
  expect(isOversized(text(most))).toBe(false)
  expect(isOversized(text(most + 1))).toBe(true)
})

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}

it('ends on invalid JSON', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', ',', '"', '\\') }),
      (text) => {
        expect(typeof isOversized(text)).toBe('boolean')
      },
    ),
  )
})
