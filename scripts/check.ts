import pLimit from 'p-limit'

import { type Check, checks, CHECKS_ENV } from './check/checks.ts'
import { runCommand } from './check/command.ts'
import { lastLines, type Tally } from './check/report.ts'
import { runTests } from './check/tests.ts'
import { readCommandLine } from './command-line.ts'
import { buildPage } from './start/page.ts'

readCommandLine({
  usage: `npm test

Checks everything: format, lint, types, dead code, and every test. The exit code is 0 if everything passed.
To run a part of it: npx vitest run --project unit, npm run lint, npm run types; CONTRIBUTING.md says more.

  --help   this text
`,
  options: {},
})

/** A check of types takes 3 GB of memory, and the tests run beside. */
const AT_ONCE = 1

async function run({ name, command }: Check): Promise<Tally> {
  const { ok, output, seconds } = await runCommand(command, { env: CHECKS_ENV })
  console.log(`${ok ? 'passed' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)`)
  if (!ok) console.log(output)
  return ok ? { passed: 1, red: [] } : { passed: 0, red: [name] }
}

const limit = pLimit(AT_ONCE)
const checking = checks.map((check) => limit(() => run(check)))
// The Worker's tests need the page: wrangler.toml names the folder in which it is built.
const testing = buildPage().then(runTests)
// The checks end long before the tests. Side by side, both keep two cores busy from the start.
const tallies = (await Promise.all([Promise.all(checking), testing])).flat()
if (tallies.some(({ red }) => red.length > 0)) process.exitCode = 1
console.log(lastLines(tallies))
