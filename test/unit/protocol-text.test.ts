import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { cleanText } from '../../src/protocol/clean-text.ts'
import { givenName, givenText } from '../../src/protocol/text.ts'

const kinds = { text: givenText(20), name: givenName(20) }

function messageOf(kind: keyof typeof kinds, value: unknown): string {
  const read = kinds[kind].safeParse(value)
  return read.success ? 'taken' : read.error.issues.map(({ message }) => message).join(' / ')
}

describe.each(['text', 'name'] as const)('a %s that somebody gives', (kind) => {
  it.each([
    [undefined, 'is missing'],
    [3, 'must be text'],
    ['', 'must not be empty'],
    ['a'.repeat(21), 'must have at most 20 characters'],
    ['\0'.repeat(21), 'must have at most 20 characters'],
    ['\0', 'must not contain the character U+0000: take it out'],
    ['a\0b', 'must not contain the character U+0000: take it out'],
    ['a\ud800', 'must not contain the character U+D800: take it out'],
    ['\udc00\ud800', 'must not contain the character U+DC00: take it out'],
  ])('%j: %s', (value, message) => {
    expect(messageOf(kind, value)).toContain(message)
  })

  it.each(['Müller ./. Schmidt', '日本', '👩‍👩‍👧', 'می‌خواهم', 'שלום', '\u200fשלום', 'a/b?c#d%'])(
    'accepts %j unchanged',
    (value) => {
      expect(kinds[kind].parse(value)).toBe(value)
    },
  )

  it('an accepted text can be stored as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const read = kinds[kind].safeParse(value)
        if (!read.success) return
        expect(cleanText(read.data)).toBe(read.data)
        expect(read.data.length).toBeLessThanOrEqual(20)
      }),
      { numRuns: 2_000 },
    )
  })
})

it.each([
  ['a\nb', 'U+000A'],
  ['a\u007f', 'U+007F'],
  ['a\u009b2J', 'U+009B'],
  ['a\u2028b', 'U+2028'],
  ['gpj.\u202egnp', 'U+202E'],
  ['\u2066a', 'U+2066'],
])('a name contains nothing that breaks or turns the line around it: %j', (value, name) => {
  expect(messageOf('name', value)).toBe(`must not contain the character ${name}: take it out`)
  expect(kinds.text.parse(value)).toBe(value)
})

it.each(['\u200b', '\u00ad\u00a0\u2060', '\u3000'])('a name is seen: %j is blank', (value) => {
  expect(messageOf('name', value)).toMatch(/must not be (blank|empty)/)
})

it('a name has no white space around it', () => {
  expect(kinds.name.parse(' \u00a0Acme\t')).toBe('Acme')
  expect(messageOf('name', '   ')).toBe('must not be empty')
})
