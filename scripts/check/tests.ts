import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runCommand } from './command.ts'
import { readReport, type Tally } from './report.ts'
import { scratchFolder } from './scratch.ts'

type Share = {
  readonly projects: readonly string[]
  readonly workers: number
  /** Shown as it goes; the output of two at once could not be told apart. */
  readonly live: boolean
}

/** Projects that compute most of their time, and whose files load the same modules. */
export const COMPUTING = ['api', 'parts', 'unit', 'unit-without']

/**
 * What waits, for processes that boot or end, for leases and hosts, and what computes go side by side,
 * so that two cores are busy to the end. One worker has all that computes, and loads it once.
 */
const SHARES: readonly Share[] = [
  { projects: COMPUTING.map((name) => `!${name}`), workers: 3, live: true },
  { projects: COMPUTING, workers: 1, live: false },
]

const ROOT = join(import.meta.dirname, '../..')

/** Runs every test and counts. */
export function runTests(): Promise<Tally[]> {
  process.env['TMPDIR'] = scratchFolder()
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
