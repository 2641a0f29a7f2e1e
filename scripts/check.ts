import { checks } from './check/checks.ts'
import { runCommand } from './check/command.ts'
import { runTests } from './check/tests.ts'
import { buildPage } from './start/page.ts'

// wrangler.toml names the page's folder, so the Worker's tests want it built.
await buildPage()

let passed = 0
let failed = 0
for (const { name, command } of checks) {
  const { ok, output, seconds } = await runCommand(command)
  console.log(`${ok ? 'passed' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)`)
  if (!ok) console.log(output)
  if (ok) passed++
  else failed++
}

const tests = await runTests()
passed += tests.passed
failed += tests.failed

if (failed > 0) process.exitCode = 1
console.log(`${passed} passed, ${failed} failed`)
