import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { passageOf } from '../../src/pipelines/documents/passage.ts'

const filler = 'Nothing of interest is written here by anyone. '

/** The highlighted words. */
function marked(text: string, query: string, chars?: number): string[] {
  const passage = passageOf(text, query, chars)
  return passage.ranges.map(([start, end]) => passage.text.slice(start, end))
}

describe('the shown part', () => {
  test('is where most of the words are together, from the beginning of a sentence', () => {
    const answer = 'The deposit is returned within six months.'
    const text = `The deposit is due. ${filler.repeat(20)}${answer} ${filler.repeat(20)}`
    const passage = passageOf(text, 'When is the deposit returned?')
    expect(passage.text).toMatch(/^The deposit is returned within six months\. Nothing/)
    expect(passage.start).toBe(text.indexOf(answer))
  })

  test('is not decided by a repeated word', () => {
    const text = `${'rent '.repeat(8)}. ${filler.repeat(20)}The rent falls due on Monday.`
    expect(passageOf(text, 'rent due', 100).text).toContain('The rent falls due')
  })

  test('is the beginning if nothing matches', () => {
    const passage = passageOf(filler.repeat(20), 'Kaution')
    expect(passage).toMatchObject({ start: 0, ranges: [] })
    expect(passage.text.length).toBeGreaterThan(250)
  })

  test('is the whole of a short text', () => {
    expect(passageOf('The rent is due.', 'rent')).toEqual({
      start: 0,
      end: 16,
      text: 'The rent is due.',
      ranges: [[4, 8]],
    })
  })

  test('has whole words in a sentence that is too long', () => {
    const text = `${'word '.repeat(200)}deposit ${'word '.repeat(200)}`
    const { text: shown } = passageOf(text, 'deposit')
    expect(shown).toMatch(/^word .* deposit .* word$/)
    expect(shown.length).toBeGreaterThan(280)
  })
})

describe('the highlighted words', () => {
  test.each([
    ['The RENT is due.', 'rent', ['RENT']],
    ['The tenants were terminating.', 'tenant terminated', ['tenants', 'terminating']],
    ['La résiliation du bail', 'resiliation', ['résiliation']],
    ['Die Kündigung wirkt.', 'kuendigung', ['Kündigung']],
    ['Die Kündigungsfrist läuft.', 'Kündigung', ['Kündigungsfrist']],
    ['Eine Kündigung muss zugehen.', 'Kündigungsfrist', ['Kündigung']],
  ])('in "%s" for "%s"', (text, query, words) => {
    expect(marked(text, query)).toEqual(words)
  })

  test('have common words only if there are no others', () => {
    expect(marked('What is the rent?', 'what is the deposit')).toEqual([])
    expect(marked('To be or not.', 'to be')).toEqual(['To', 'be'])
    expect(marked('The rent is due.', ' ?! ')).toEqual([])
  })
})

const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'rent',
        'Rent.',
        'deposit',
        'Kündigungsfrist',
        '\n\n',
        ' ',
        '😀😀😀',
        'e\u0301',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.integer({ min: 1, max: 80 }).map((length) => '𝒳'.repeat(length)),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(' ').toWellFormed())

test('a passage is a part of the text that fits, and its ranges are words in it', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 120 }), (text, chars) => {
      const passage = passageOf(text, 'rent deposits Kündigung', chars)
      expect(passage.text).toBe(text.slice(passage.start, passage.end))
      expect(passage.text.length).toBeLessThanOrEqual(chars)
      expect(passage.text.isWellFormed()).toBe(true)
      let before = 0
      for (const [start, end] of passage.ranges) {
        expect(start).toBeGreaterThanOrEqual(before)
        expect(passage.text.slice(start, end)).toMatch(/^[\p{L}\p{N}\p{M}]+$/u)
        before = end
      }
      expect(before).toBeLessThanOrEqual(passage.text.length)
    }),
    { numRuns: 1_000 },
  )
})
