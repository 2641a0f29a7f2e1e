import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { formatCursor, parseCursor } from '../../src/protocol/cursor.ts'

describe('a cursor', () => {
  it('W-4: is read as it was written', () => {
    const epochs = fc.stringMatching(/^[0-9a-z]{1,16}$/)
    fc.assert(
      fc.property(epochs, fc.nat({ max: 999_999_999_999_999 }), (epoch, seq) => {
        expect(parseCursor(formatCursor({ epoch, seq }))).toEqual({ epoch, seq })
      }),
    )
  })

  it.each([
    ['nothing', null],
    ['nothing at all', undefined],
    ['an empty one', ''],
    ['no seq', 'abc'],
    ['an empty seq', 'abc.'],
    ['an empty epoch', '.1'],
    ['a leading zero', 'abc.01'],
    ['a sign', 'abc.+1'],
    ['a negative seq', 'abc.-1'],
    ['a fraction', 'abc.1.5'],
    ['an exponent', 'abc.1e3'],
    ['a seq that no number holds', 'abc.9999999999999999'],
    ['upper case', 'ABC.1'],
    ['a space', ' abc.1'],
    ['a line break', 'abc.1\n'],
    ['digits of another script', 'abc.١'],
    ['12 KB', 'a'.repeat(12_288)],
    ['12 KB of digits', `abc.${'1'.repeat(12_288)}`],
    ['NUL', 'abc.1\0'],
  ])('W-4: %s is no cursor', (_, text) => {
    expect(parseCursor(text)).toBeUndefined()
  })

  it('W-4: any other text that a client sends is written the same or is no cursor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cursor = parseCursor(text)
        expect(cursor === undefined ? text : formatCursor(cursor)).toBe(text)
      }),
    )
  })
})
