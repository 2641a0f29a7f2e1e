import { expect, test } from 'vitest'

import { retryAt } from '../../src/egress/retry-at.ts'

const NOW = Date.UTC(1994, 10, 6, 8, 0, 0)
const THEN = Date.UTC(1994, 10, 6, 8, 49, 37)

test.each([
  ['seconds', '120', NOW + 120_000],
  ['no time at all', '0', NOW],
  ['space around', ' 5 ', NOW + 5_000],
  ['a date', 'Sun, 06 Nov 1994 08:49:37 GMT', THEN],
  ['a date of RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', THEN],
  ['a date of asctime, which is in GMT', 'Sun Nov  6 08:49:37 1994', THEN],
  ['a date that is past', 'Sun, 06 Nov 1994 07:00:00 GMT', NOW - 3_600_000],
])('%s: %j', (_, header, at) => {
  expect(retryAt(header, NOW)).toBe(at)
})

test.each([
  null,
  '',
  ' ',
  'soon',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  '12 seconds',
  '1994-11-06T08:49:37Z',
  'Sun, 06 Nov 1994',
  'Sun, 99 Nov 1994 08:49:37 GMT',
  '9'.repeat(30),
  '9'.repeat(400),
])('%j has no time', (header) => {
  expect(retryAt(header, NOW)).toBeNull()
})
