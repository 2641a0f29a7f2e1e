import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { jsonText } from '../../src/db/json.ts'
import { cleanText } from '../../src/protocol/clean-text.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 8 })
const badText = fc
  .tuple(anyText, fc.constantFrom('\0', '\uD800', '\uDFFF', String.raw`\u0000`, ''), anyText)
  .map((parts) => parts.join(''))

test('JOB-4: any text comes out without NUL and lone surrogates', () => {
  fc.assert(
    fc.property(badText, (text) => {
      const cleaned = cleanText(text)
      expect(cleaned.includes('\0')).toBe(false)
      expect(cleaned.isWellFormed()).toBe(true)
      expect(cleanText(cleaned)).toBe(cleaned)
    }),
  )
})

test('JOB-4: so does every text and key in a value, and the rest is unchanged', () => {
  const value = fc.dictionary(
    badText,
    fc.oneof(badText, fc.array(badText), fc.double(), fc.boolean()),
  )
  fc.assert(
    fc.property(value, (given) => {
      const text = jsonText([given])
      expect(text).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/)
      if (JSON.stringify(given).includes('\\u')) return
      expect(text).toBe(JSON.stringify([given]))
    }),
  )
})

test('JOB-4: a backslash that only looks like an escape is unchanged', () => {
  const given = { path: String.raw`\u0000`, emoji: '😀' }
  expect(JSON.parse(jsonText(given))).toEqual(given)
})
