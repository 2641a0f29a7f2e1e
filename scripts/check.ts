import pLimit from 'p-limit'

import { type Check, checks, CHECKS_ENV } from './check/checks.ts'
import { runCommand } from './check/command.ts'
import { lastLines, type Tally } from './check/report.ts'
import { runTests } from './check/tests.ts'
import { readCommandLine } from './command-line.ts'
import { buildPage } from './start/page.ts'

readCommandLine({
  usage: `npm test

Checks everything: format, lint, types, dead code, and every test. The code is 0 where all passed.
Some of it alone: npx vitest run --project unit, npm run lint, npm run types; CONTRIBUTING.md says more.

  --help   this text
`,
  options: {},
})

/** None of them keeps two cores busy by itself all the time. */
const AT_ONCE = 2

async function run({ name, command }: Check): Promise<Tally> {
  const { ok, output, seconds } = await runCommand(command, { env: CHECKS_ENV })
  console.log(`${ok ? 'passed' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)`)
  if (!ok) console.log(output)
  return ok ? { passed: 1, red: [] } : { passed: 0, red: [name] }
}

const limit = pLimit(AT_ONCE)
const checking = checks.map((check) => limit(() => run(check)))
// wrangler.toml names the page's folder, so the Worker's tests want it built.
await Promise.all([buildPage(), ...checking])
const checked = await Promise.all(checking)
const tallies = [...checked, ...(await runTests())]
if (tallies.some(({ red }) => red.length > 0)) process.exitCode = 1
console.log(lastLines(tallies))
