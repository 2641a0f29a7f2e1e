import { describeMachine, load } from '../machine.ts'
import { DAY_MS, main, report } from '../main.ts'
import { measureQueues } from './measure.ts'
import { readOptions } from './options.ts'
import { startQueues } from './queues.ts'
import { showQueues } from './table.ts'

await main({
  readOptions,
  limit_ms: DAY_MS,
  async run(workplace, options) {
    const load_before = load()
    const started = await startQueues(workplace, options)
    for (const name of started.skipped) report(`${name} is not installed, and skipped`)
    const measured = await measureQueues(started, options, report)
    const queues = started.queues.map(({ name, writes }) => ({ name, writes }))
    const { skipped } = started
    const result = { machine: describeMachine(load_before), queues, skipped, ...measured }
    console.log(options.json ? JSON.stringify(result, null, 2) : showQueues(result, options))
  },
})
