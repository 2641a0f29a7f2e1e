import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { failureOf } from './reading.ts'

/**
 * Reads the given files. Prints for each file why it has no text, the processor time of the reading, and
 * the rise of the process's memory peak.
 */
const told = []
for (const path of process.argv.slice(2)) {
  const bytes = new Uint8Array(readFileSync(path))
  const peak = process.resourceUsage().maxRSS
  const started = process.cpuUsage()
  const failure = await failureOf(bytes, basename(path))
  const spent = process.cpuUsage(started)
  const ms = (spent.user + spent.system) / 1_000
  const risen = (process.resourceUsage().maxRSS - peak) * 1_024
  told.push({ code: failure?.code ?? 'none', ms, bytes: risen })
}
process.stdout.write(JSON.stringify(told))
