import { describeMachine, load, showMachine } from '../machine.ts'
import { DAY_MS, main, report } from '../main.ts'
import { measureIngest } from './measure.ts'
import { readOptions } from './options.ts'
import { showIngest } from './table.ts'

await main({
  readOptions,
  limit_ms: DAY_MS,
  async run(workplace, options) {
    const before = load()
    const pairs = await measureIngest(workplace, options, report)
    const machine = describeMachine(before)
    const shown = `${showIngest(pairs, options)}\n\n${showMachine(machine)}`
    console.log(options.json ? JSON.stringify({ machine, pairs }, null, 2) : shown)
  },
})
