import { expect, it } from 'vitest'

import { userAgentOf } from '../../src/egress/user-agent.ts'

it.each([
  [undefined, 'runcast'],
  [' ', 'runcast'],
  ['https://acme.test/crawler?a=b', 'runcast (+https://acme.test/crawler?a=b)'],
  [' crawler@acme.test ', 'runcast (+crawler@acme.test)'],
])('the contact %j makes the name %j', (contact, name) => {
  expect(userAgentOf(contact)).toBe(name)
  expect(new Headers({ 'user-agent': name }).get('user-agent')).toBe(name)
})

it.each(['a b', 'a\r\nx-evil: 1', 'münchen@acme.test', 'a)b', '(a', 'a\\b', 'a'.repeat(201)])(
  'the contact %j is refused, since a header cannot carry it',
  (contact) => {
    expect(() => userAgentOf(contact)).toThrow(/^CONTACT holds .* is not an address such as/)
  },
)
