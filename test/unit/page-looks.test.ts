import { expect, it } from 'vitest'

import { nextLooks } from '../../web/postings/kept-views.ts'

const HOUR = 3_600_000

it('the look before the present one is where “changed since your last look” begins', () => {
  const first = nextLooks(undefined, 0)
  expect(first.before).toBeUndefined()
  const reloaded = nextLooks(first, 60_000)
  expect(reloaded.before).toBeUndefined()
  const back = nextLooks(reloaded, 2 * HOUR)
  expect(back).toEqual({ latest: 2 * HOUR, before: 60_000 })
  expect(nextLooks(back, 2 * HOUR + 60_000).before).toBe(60_000)
})
