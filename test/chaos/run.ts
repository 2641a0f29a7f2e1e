import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { columns } from '../../bench/columns.ts'
import { describeMachine, load, showMachine } from '../../bench/machine.ts'
import { runCommand } from '../../scripts/check/command.ts'
import { readCommandLine } from '../../scripts/command-line.ts'
import { buildPage } from '../../scripts/start/page.ts'
import { ChaosFigures } from '../support/chaos-figures.ts'

const USAGE = `npm run chaos -- [options]

  --json file   writes the table's figures there as well
  --short       shortened settings and fewer faults, as in npm test
  --help        this text
`

const options = {
  json: { type: 'string' },
  short: { type: 'boolean', default: false },
} as const

/** Runs every scenario, one at a time, and returns whether all of them held. */
async function run(figures: string, short: boolean): Promise<boolean> {
  if (!short) process.env['RUNCAST_LONG'] = '1'
  process.env['RUNCAST_CHAOS_FIGURES'] = figures
  await buildPage()
  const command = ['vitest', 'run', '--project', 'chaos', '--no-file-parallelism']
  return (await runCommand(command, { live: true })).ok
}

function read(file: string): ChaosFigures[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  return lines
    .map((line) => ChaosFigures.parse(JSON.parse(line)))
    .toSorted((a, b) => a.scenario - b.scenario)
}

function table(all: readonly ChaosFigures[]): string {
  const rows = all.map(({ scenario, title, happened, seconds, ...counts }) => {
    const { lost, failed, twice, gaps } = counts
    const what = `${scenario} ${title}: ${happened}`
    return [what, ...[lost, failed, twice, gaps].map(String), seconds.toFixed(1)]
  })
  return columns([['scenario', 'lost', 'failed', 'twice', 'gaps', 'seconds'], ...rows])
}

const { json, short } = readCommandLine({ usage: USAGE, options })
const folder = mkdtempSync(join(tmpdir(), 'runcast-figures-'))
try {
  const load_before = load()
  const file = join(folder, 'figures')
  const held = await run(file, short)
  const machine = describeMachine(load_before)
  const scenarios = read(file)
  console.log(`${showMachine(machine)}\n\n${table(scenarios)}\n`)
  console.log(held ? 'Every scenario held.' : 'NOT every scenario held; see above.')
  if (json !== undefined) {
    const text = JSON.stringify({ machine, short, held, scenarios }, undefined, 2)
    writeFileSync(json, `${text}\n`)
  }
  process.exitCode = held ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
