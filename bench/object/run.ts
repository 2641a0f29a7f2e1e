import { columns, decimal } from '../columns.ts'
import { DAY_MS, main } from '../main.ts'
import { ObjectHost } from './object-host.ts'
import { readOptions } from './options.ts'
import { measureAll } from './scenarios.ts'

await main({
  readOptions,
  limit_ms: DAY_MS,
  async run(workplace, options) {
    const figures = await measureAll(await ObjectHost.start(workplace), options)
    if (options.json) return console.log(JSON.stringify(figures, null, 2))
    const rows = figures.map(({ name, value, digits }) => [name, decimal(value, digits)])
    console.log(columns([['an object at size', ''], ...rows]))
  },
})
