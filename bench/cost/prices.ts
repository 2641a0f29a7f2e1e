import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import { BenchFailure } from '../failure.ts'

const PAGE = join(import.meta.dirname, '../../docs/COST.md')

const price = z.coerce.number().positive()

/** Dollars for a million units, by the names of the table in docs/COST.md. */
export const Prices = z.object({
  'Worker requests': price,
  'Worker CPU, ms': price,
  'object requests': price,
  'object duration, GB-s': price,
  'rows read': price,
  'rows written': price,
  'queue operations': price,
  'R2 class A operations': price,
  'R2 class B operations': price,
})
export type Prices = z.infer<typeof Prices>

/** Reads the table in the section "Prices" of docs/COST.md. A line is `| name | dollars a million units | … |`. */
export function readPrices(text = readFileSync(PAGE, 'utf8')): Prices {
  const [section = ''] = text.split('\n## Prices\n').slice(1)
  const [table = ''] = section.split('\n## ')
  const lines = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const { data, error } = Prices.safeParse(
    Object.fromEntries(lines.map(([, name = '', dollars]) => [name, dollars])),
  )
  if (error) throw new BenchFailure(`docs/COST.md lacks a price: ${z.prettifyError(error)}`)
  return data
}
