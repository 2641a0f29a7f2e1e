import { once } from 'node:events'

import { explain } from '../../scripts/start/failure.ts'
import { BenchFailure } from '../failure.ts'
import { type Options, readOptions } from './options.ts'
import { measureAll } from './result.ts'
import { ServerRack } from './servers.ts'
import { showResult } from './table.ts'

async function run(rack: ServerRack, options: Options): Promise<void> {
  const servers = await rack.start()
  const result = await measureAll(servers, options, (line) => console.error(`bench: ${line}`))
  console.log(options.json ? JSON.stringify(result, null, 2) : showResult(result))
}

async function untilStopped(): Promise<never> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  throw new BenchFailure('stopped')
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (process.platform !== 'linux')
    throw new BenchFailure('memory and processor time are read from /proc, which only Linux has')
  const rack = new ServerRack()
  try {
    await Promise.race([run(rack, options), untilStopped()])
  } finally {
    await rack.close()
  }
}

try {
  await main()
  process.exit()
} catch (error) {
  console.error(`bench: ${error instanceof BenchFailure ? error.message : explain(error)}`)
  process.exit(1)
}
