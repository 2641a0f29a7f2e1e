import { DAY_MS, main, report } from '../main.ts'
import { measureCosts } from './measure.ts'
import { readOptions } from './options.ts'
import { showCosts } from './table.ts'

await main({
  readOptions,
  limit_ms: DAY_MS,
  async run(workplace, options) {
    const costs = await measureCosts(workplace, options, report)
    console.log(options.json ? JSON.stringify(costs, null, 2) : showCosts(costs, options))
  },
})
