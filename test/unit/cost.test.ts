import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

const cost = readFileSync(join(import.meta.dirname, '../../docs/COST.md'), 'utf8')

it('W-14: COST says what a stream that stays open costs in a month, by its own price', () => {
  const [, price = ''] = /^\| object duration, GB-s \| +([\d.]+) /m.exec(cost) ?? []
  const gb_s = 0.128 * 30 * 86_400
  expect(cost).toContain(`${gb_s.toLocaleString('en')} GB-s`)
  expect(cost).toContain(`**$${((gb_s / 1e6) * Number(price)).toFixed(2)}**`)
})
