import { columns, decimal } from '../columns.ts'
import { totalOf } from './bill.ts'
import type { Cost } from './measure.ts'
import type { Options } from './options.ts'
import { Prices } from './prices.ts'

/** Formats what the runs cost for a person: the units of each thing, and below them the dollars. */
export function showCosts(costs: readonly Cost[], options: Options): string {
  const { postings, companies, watchers, watched } = options
  const head = ['', ...costs.map(({ name }) => name)]
  const names = Prices.keyof().options
  const cells = (name: keyof Prices, show: (units: number, dollars: number) => string) =>
    costs.map(({ bill }) => {
      const line = bill.find((one) => one.name === name)
      return show(line?.units ?? NaN, line?.dollars ?? NaN)
    })
  return [
    `a run of ${decimal(postings)} postings at ${companies} companies, ${watchers} watchers for ${watched} s`,
    columns([
      head,
      ...names.map((name) => [name, ...cells(name, (units) => decimal(units))]),
      ['statements', ...costs.map(({ statements }) => decimal(statements))],
      ['WAL, MB', ...costs.map(({ wal_bytes }) => decimal(wal_bytes / 1_000_000, 1))],
    ]),
    columns([
      ['dollars', ...head.slice(1)],
      ...names.map((name) => [name, ...cells(name, (_units, dollars) => dollars.toFixed(5))]),
      ['sum', ...costs.map(({ bill }) => totalOf(bill).toFixed(5))],
    ]),
  ].join('\n\n')
}
