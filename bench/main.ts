import { once } from 'node:events'

import { explain } from '../scripts/start/failure.ts'
import { BenchFailure } from './failure.ts'
import { Workplace } from './workplace.ts'

/** The time limit of a bench whose options decide how long it takes. */
export const DAY_MS = 86_400_000

type Program<Options> = {
  readonly readOptions: () => Options
  readonly run: (workplace: Workplace, options: Options) => Promise<void>
  readonly limit_ms: number
}

/** Runs a bench until it is done or stopped. Then ends everything that the bench has started, and exits. */
export async function main<Options>(program: Program<Options>): Promise<never> {
  try {
    await runIn(program)
    process.exit()
  } catch (error) {
    console.error(`bench: ${error instanceof BenchFailure ? error.message : explain(error)}`)
    process.exit(1)
  }
}

/** Prints a line about the progress to stderr. stdout has only the figures. */
export function report(line: string): void {
  console.error(`bench: ${line}`)
}

async function runIn<Options>({ readOptions, run, limit_ms }: Program<Options>): Promise<void> {
  const options = readOptions()
  if (process.platform !== 'linux')
    throw new BenchFailure('memory and processor time are read from /proc, which only Linux has')
  const workplace = new Workplace()
  try {
    await Promise.race([run(workplace, options), untilStopped(limit_ms)])
  } finally {
    await workplace.close()
  }
}

async function untilStopped(limit_ms: number): Promise<never> {
  const signal = AbortSignal.timeout(limit_ms)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(signal, 'abort')])
  throw new BenchFailure(signal.aborted ? `not done in ${limit_ms / 1_000} s` : 'stopped')
}
