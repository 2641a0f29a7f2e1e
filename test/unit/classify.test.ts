import { expect, test } from 'vitest'

import { classify } from '../../src/db/classify.ts'

const coded = (code: unknown, cause?: unknown) =>
  Object.assign(new Error('as Postgres says', { cause }), { code })

test.for(['08006', '40001', '40P01', '53300', '57014', '57P01', '57P03', '58030'])(
  '%s: Postgres may accept the statement later',
  (code) => {
    expect(classify(coded(code))).toEqual({ kind: 'unavailable' })
  },
)

test.for(['21000', '22P02', '22P05', '22007', '23502', '23514', '54000'])(
  '%s: a value is at fault',
  (code) => {
    expect(classify(coded(code))).toEqual({ kind: 'data', code, message: 'as Postgres says' })
  },
)

test.for(['42P01', '42703', '25006', 'XX000', 'P0001', '0A000'])('%s: neither', (code) => {
  expect(classify(coded(code))).toEqual({ kind: 'other' })
})

test.for([
  ['no code', new Error('fetch failed')],
  ['a system error', coded('EPIPE')],
  ['an invalid code', coded(500)],
  ['a time-out', new DOMException('timed out', 'TimeoutError')],
  ['no error at all', 'thrown text'],
  ['nothing', undefined],
])('%s: Postgres did not answer', ([, error]) => {
  expect(classify(error)).toEqual({ kind: 'unavailable' })
})

test('the code is found in a cause, with the message beside it', () => {
  const wrapped = new Error('outer', { cause: coded(undefined, coded('23505')) })
  expect(classify(wrapped)).toEqual({ kind: 'data', code: '23505', message: 'as Postgres says' })
})

test('a circular chain of causes is no endless loop', () => {
  const error = new Error('round')
  error.cause = error
  expect(classify(error)).toEqual({ kind: 'unavailable' })
})
