import { relative } from 'node:path'

import { z } from 'zod'

/** How many checks or tests passed, and the name of each that did not. */
export type Tally = { readonly passed: number; readonly red: readonly string[] }

/** What vitest's JSON reporter writes, as far as it is counted. */
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
 * Counts what vitest's JSON reporter wrote of one run, whose tests were read from files under `root`.
 * `ok` is whether vitest itself ended well: an error outside of every test fails it, and no test is red.
 */
export function readReport(json: string, { ok, root }: { ok: boolean; root: string }): Tally {
  const { numPassedTests, testResults } = Report.parse(JSON.parse(json))
  const red = testResults.flatMap((file) => redOf(file, relative(root, file.name)))
  if (!ok && red.length === 0) red.push('an error outside of the tests')
  return { passed: numPassedTests, red }
}

/** A file that failed without a failed test in it did not load. */
function redOf({ status, assertionResults }: TestFile, file: string): string[] {
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0 && status === 'failed') return [`${file} (did not load)`]
  return failed.map(({ fullName }) => `${file} "${fullName}"`)
}

/** The last words of `npm test`: a line that names what was red where anything was, and the counts. */
export function lastLines(tallies: readonly Tally[]): string {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const red = tallies.flatMap((tally) => tally.red)
  const counts = `${passed} passed, ${red.length} failed`
  return red.length === 0 ? counts : `red: ${red.join('; ')}\n${counts}`
}
