import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { findWords, formsOf, wordsOf } from '../../src/protocol/posting-words.ts'

test.each([
  ['Baker & baker, (m/w/d)', ['baker', 'm', 'w', 'd']],
  ['C++, C# and Node.js', ['c++', 'c#', 'and', 'node', 'js']],
  ['Bäcker\u00a0–\u2028“Köln”', ['bäcker', 'köln']],
  ['Ba\u0308cker', ['bäcker']],
  ['烤面包', ['烤面', '面包']],
  ['パンを焼く。', ['パン', 'ンを', 'を焼', '焼く']],
  ['빵을 굽다', ['빵을', '굽다']],
  ['', []],
])('the words of %j', (text, words) => {
  expect(wordsOf(text)).toEqual(words)
})

test.each([
  ['engineers', 'engineer'],
  ['engineer', 'engineers'],
  ['Bäckerin', 'bäcker'],
  ['Bäcker', 'bäckerinnen'],
  ['kellner', 'kellnerin'],
])('a query for %s finds %s', (query, word) => {
  expect(wordsOf(query).flatMap(formsOf)).toContain(word)
})

test.each(['it', 'sap', '烤面', 'разработчик', 'c++'])('%s has no other form', (word) => {
  expect(formsOf(word)).toEqual([word])
})

test.each([
  ['We bake. Bakers bake bread', 'baker bread', ['Bakers', 'bread']],
  ['我们会烤面包吗', '烤面包', ['烤面包']],
  ['Ba\u0308cker', 'bäcker', ['Ba\u0308cker']],
  ['nothing', 'bread', []],
])('in %j the words of %j are marked', (text, query, marked) => {
  expect(findWords(text, query, 9).map(([from, to]) => text.slice(from, to))).toEqual(marked)
})

test('the words of any text are found in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), (text) => {
      const found = findWords(text, text, 100)
      expect(found.length > 0).toBe(wordsOf(text).length > 0)
      for (const [from, to] of found) expect(text.slice(from, to).trim()).not.toBe('')
    }),
    { numRuns: 100 },
  )
})
