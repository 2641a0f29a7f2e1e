import { once } from 'node:events'

import { explain } from '../scripts/start/failure.ts'
import { Processes } from './bench.ts'
import { BenchFailure } from './failure.ts'
import { type Options, readOptions } from './options.ts'
import { measure } from './result.ts'
import { showResult } from './table.ts'

const LIMIT_MS = 600_000

async function run(processes: Processes, options: Options): Promise<void> {
  const bench = await processes.start(options)
  const result = await measure(bench, options, (line) => console.error(`bench: ${line}`))
  console.log(options.json ? JSON.stringify(result, null, 2) : showResult(result))
}

async function untilStopped(): Promise<never> {
  const signal = AbortSignal.timeout(LIMIT_MS)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(signal, 'abort')])
  throw new BenchFailure(signal.aborted ? `not done in ${LIMIT_MS / 1_000} s` : 'stopped')
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (process.platform !== 'linux')
    throw new BenchFailure('memory and processor time are read from /proc, which only Linux has')
  const processes = new Processes()
  try {
    await Promise.race([run(processes, options), untilStopped()])
  } finally {
    await processes.close()
  }
}

try {
  await main()
  process.exit()
} catch (error) {
  console.error(`bench: ${error instanceof BenchFailure ? error.message : explain(error)}`)
  process.exit(1)
}
