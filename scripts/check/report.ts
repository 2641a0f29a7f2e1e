import { relative } from 'node:path'

import { z } from 'zod'

/** The number of checks or tests that passed, and the names of those that failed. */
export type Tally = { readonly passed: number; readonly red: readonly string[] }

/** The part of vitest's JSON report that is counted. */
const Report = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

type TestFile = z.infer<typeof Report>['testResults'][number]

/**
 * Counts the tests in the JSON report of one run of vitest. `root` is the folder that test files are named
 * from. `ok` tells whether vitest exited with 0: an error outside of every test makes vitest fail, but no
 * test.
 */
export function readReport(json: string, { ok, root }: { ok: boolean; root: string }): Tally {
  const { numPassedTests, testResults } = Report.parse(JSON.parse(json))
  const red = testResults.flatMap((file) => redOf(file, relative(root, file.name)))
  if (!ok && red.length === 0) red.push('an error outside of the tests')
  return { passed: numPassedTests, red }
}

/** Names the failed tests of a file. A file that failed without a failed test could not be loaded. */
function redOf({ status, assertionResults }: TestFile, file: string): string[] {
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0 && status === 'failed') return [`${file} (did not load)`]
  return failed.map(({ fullName }) => `${file} "${fullName}"`)
}

/** The last lines of `npm test`: the names of everything that failed, if anything did, and the counts. */
export function lastLines(tallies: readonly Tally[]): string {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const red = tallies.flatMap((tally) => tally.red)
  const counts = `${passed} passed, ${red.length} failed`
  return red.length === 0 ? counts : `red: ${red.join('; ')}\n${counts}`
}
