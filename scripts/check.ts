import pLimit from 'p-limit'

import { type Check, checks, CHECKS_ENV } from './check/checks.ts'
import { runCommand } from './check/command.ts'
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

async function run({ name, command }: Check): Promise<boolean> {
  const { ok, output, seconds } = await runCommand(command, { env: CHECKS_ENV })
  console.log(`${ok ? 'passed' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)`)
  if (!ok) console.log(output)
  return ok
}

const limit = pLimit(AT_ONCE)
const checking = checks.map((check) => limit(() => run(check)))
// wrangler.toml names the page's folder, so the Worker's tests want it built.
await Promise.all([buildPage(), ...checking])
const checked = await Promise.all(checking)
const tests = await runTests()

const passed = tests.passed + checked.filter((ok) => ok).length
const failed = tests.failed + checked.filter((ok) => !ok).length
if (failed > 0) process.exitCode = 1
console.log(`${passed} passed, ${failed} failed`)
