import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { languageCodeOf } from '../../src/pipelines/text/language.ts'
import { wordsOf } from '../../src/protocol/posting-words.ts'

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}+#]*/gu
/** Their words are cut into pairs of letters. */
const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

const character = fc.oneof(
  fc.integer({ min: 0, max: 0x24f }),
  fc.integer({ min: 0x250, max: 0x5ff }),
  fc.integer({ min: 0x1e00, max: 0x27ff }),
  fc.integer({ min: 0xfe00, max: 0xfe0f }),
  fc.integer({ min: 0x1f000, max: 0x1fbff }),
)
const text = fc.string({ unit: character.map((code) => String.fromCodePoint(code)) })

test('plain ranges find the same words as the properties of Unicode', () => {
  fc.assert(
    fc.property(text, (given) => {
      const words = given.normalize('NFC').toLowerCase().match(WORD) ?? []
      expect(wordsOf(given)).toEqual([...new Set(words)].map((word) => word.slice(0, 40)))
    }),
    { numRuns: 2_000 },
  )
})

test('every character up to U+27FF is judged as Unicode judges it', () => {
  const wrong = Array.from({ length: 0x2800 }, (_, code) => String.fromCodePoint(code)).filter(
    (one) => {
      if (UNSPACED.test(one)) return false
      const around = `a${one}b`.normalize('NFC').toLowerCase()
      const words = new Set(around.match(WORD) ?? [])
      return wordsOf(`a${one}b`).join() !== [...words].join()
    },
  )
  expect(wrong).toEqual([])
})

test('a language is known beside numbers, signs and another script', () => {
  const said =
    'we are here 2026 and you are there — with us 🚀 in the house of the baker, for 東京 it is'
  expect(languageCodeOf(said)).toBe('en')
})
