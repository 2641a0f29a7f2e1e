import { startBench } from './bench.ts'
import { main, report } from './main.ts'
import { readOptions } from './options.ts'
import { measure } from './result.ts'
import { showResult } from './table.ts'

await main({
  readOptions,
  limit_ms: 600_000,
  async run(workplace, options) {
    const result = await measure(await startBench(workplace, options), options, report)
    console.log(options.json ? JSON.stringify(result, null, 2) : showResult(result))
  },
})
