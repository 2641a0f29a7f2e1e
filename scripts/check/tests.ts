import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { z } from 'zod'

import { runCommand } from './command.ts'
import { scratchFolder } from './scratch.ts'

export type Tally = { readonly passed: number; readonly failed: number }

/** What vitest's JSON reporter writes, as far as it is counted. */
const Report = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
})

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

/** Runs every test and counts. */
export async function runTests(): Promise<Tally> {
  process.env['TMPDIR'] = scratchFolder()
  const tallies = await Promise.all(SHARES.map(runShare))
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
  }
}

/** Whatever else makes vitest fail counts as one failed test. */
async function runShare({ projects, workers, live }: Share): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'runcast-check-'))
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${file}`]
  const chosen = projects.map((name) => `--project=${name}`)
  const command = ['vitest', 'run', `--maxWorkers=${workers}`, ...chosen, ...reporters]
  const { ok, output } = await runCommand(command, { live })
  if (!live) console.log(output)
  try {
    const { passed, failed } = count(Report.parse(JSON.parse(readFileSync(file, 'utf8'))))
    return { passed, failed: ok ? failed : Math.max(failed, 1) }
  } catch (error) {
    console.log('vitest left no report that can be read:', error)
    return { passed: 0, failed: 1 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A file that failed with no failed test in it did not load: that is one more. */
function count({ numPassedTests, testResults }: z.infer<typeof Report>): Tally {
  let failed = 0
  for (const { status, assertionResults } of testResults) {
    const inside = assertionResults.filter((test) => test.status === 'failed').length
    failed += status === 'failed' ? Math.max(inside, 1) : inside
  }
  return { passed: numPassedTests, failed }
}
