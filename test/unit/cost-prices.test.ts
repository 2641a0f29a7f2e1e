import { expect, it } from 'vitest'

import { readPrices } from '../../bench/cost/prices.ts'

it('the prices of docs/COST.md are those of its section, whatever the tables of figures say', () => {
  expect(readPrices()).toMatchObject({ 'rows written': 1, 'R2 class A operations': 4.5 })
  expect(() => readPrices('# Cost\n\n| rows written | 1.00 |\n')).toThrow(/lacks a price/)
})
