import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { refusalOf } from './unreadable.ts'

/**
 * Reads the given files. Prints for each file why it has no text, the processor time of the reading (`processorMs`), and
 * the rise of the process's memory peak.
 */
const told = []
for (const path of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(path))
  const peak = process.resourceUsage().maxRSS
  const { code = 'none', cpu_ms } = await refusalOf({ name: basename(path), bytes: () => bytes })
  const risen = (process.resourceUsage().maxRSS - peak) * 1_024
  told.push({ code, ms: cpu_ms, bytes: risen })
}
process.stdout.write(JSON.stringify(told))
