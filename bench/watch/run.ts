import { DAY_MS, main, report } from '../main.ts'
import { readOptions } from './options.ts'
import { measureAll } from './result.ts'
import { startServers } from './servers.ts'
import { showResult } from './table.ts'

await main({
  readOptions,
  limit_ms: DAY_MS,
  async run(workplace, options) {
    const result = await measureAll(await startServers(workplace), options, report)
    console.log(options.json ? JSON.stringify(result, null, 2) : showResult(result))
  },
})
