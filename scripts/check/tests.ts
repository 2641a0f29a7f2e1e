import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { CACHE } from '../kept-build.ts'
import { runCommand } from './command.ts'
import { readReport, type Tally } from './report.ts'
import { scratchFolder } from './scratch.ts'

type Share = {
  readonly projects: readonly string[]
  readonly workers: number
  /**
   * Prints the output while the tests run. Only one share does, because nobody could tell two outputs
   * apart.
   */
  readonly live: boolean
}

/** The projects whose tests compute most of the time, and whose files load the same modules. */
export const COMPUTING = ['unit', 'unit-without']

/** The projects whose tests run in workerd. One worker runs them, so that they would be the last ones in another share. */
export const IN_WORKERD = ['api', 'parts', 'runs']

/**
 * The tests run in shares, side by side, so that two cores are busy to the end. The first share has the tests
 * that wait for processes, leases and hosts. The last one has the tests that compute; one worker runs all of
 * them, so that it loads their modules once.
 */
const SHARES: readonly Share[] = [
  { projects: [...IN_WORKERD, ...COMPUTING].map((name) => `!${name}`), workers: 3, live: true },
  { projects: IN_WORKERD, workers: 1, live: false },
  { projects: COMPUTING, workers: 1, live: false },
]

const ROOT = join(import.meta.dirname, '../..')

/** Runs every test, and counts them. */
export function runTests(): Promise<Tally[]> {
  process.env['TMPDIR'] = scratchFolder()
  // The tests start a hundred processes of the same tools. From compiled code wrangler starts with a third
  // less processor time.
  process.env['NODE_COMPILE_CACHE'] = join(CACHE, 'runcast-compiled')
  return Promise.all(SHARES.map(runShare))
}

async function runShare({ projects, workers, live }: Share): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'runcast-check-'))
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${file}`]
  const chosen = projects.map((name) => `--project=${name}`)
  const command = ['vitest', 'run', `--maxWorkers=${workers}`, ...chosen, ...reporters]
  const { ok, output } = await runCommand(command, { live })
  if (!live) console.log(output)
  try {
    return readReport(readFileSync(file, 'utf8'), { ok, root: ROOT })
  } catch (error) {
    console.log('vitest left no report that can be read:', error)
    return { passed: 0, red: [`vitest with ${projects.join(' ')} (left no report)`] }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
