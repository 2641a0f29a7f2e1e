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

/** Runs every test and counts; whatever else makes vitest fail counts as one failed test. */
export async function runTests(): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'runcast-check-'))
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${file}`]
  process.env['TMPDIR'] = scratchFolder()
  const { ok } = await runCommand(['vitest', 'run', ...reporters], { live: true })
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
