import { parseArgs } from 'node:util'

import { type Check, checks, ingestion } from './smoke/checks.ts'
import { Deployment } from './smoke/deployment.ts'
import { explain } from './start/failure.ts'

const USAGE = `RUNCAST_TOKEN=… npm run smoke -- <origin> [--source <JSON>]

Checks a deployment with one small run, and exits with 0 if all checks pass.

  <origin>       its address, such as https://runcast.example.com
  --source       also ingests a company from this source, such as
                 '{"type":"greenhouse","board":"acme"}'
  RUNCAST_TOKEN  a token that the deployment accepts; its owner gets the run
`

/** The command's arguments, or undefined when they are not usable. */
function readCommand(): { deployment: Deployment; all: readonly Check[] } | undefined {
  const token = process.env['RUNCAST_TOKEN'] ?? ''
  try {
    const options = { source: { type: 'string' } } as const
    const { positionals, values } = parseArgs({ options, allowPositionals: true })
    const origin = positionals.length === 1 ? URL.parse(positionals[0] ?? '')?.origin : undefined
    if (origin === undefined || origin === 'null' || token === '') return undefined
    const { source } = values
    const all = source === undefined ? checks : [...checks, ingestion(JSON.parse(source))]
    return { deployment: new Deployment(origin, token), all }
  } catch (error) {
    console.error(explain(error))
    return undefined
  }
}

/** Runs a check, prints its result, and answers whether it passed. */
async function passes(check: Check, deployment: Deployment): Promise<boolean> {
  const began = performance.now()
  try {
    const said = await check.run(deployment)
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    console.log(`✓ ${check.name} (${seconds} s)${said === undefined ? '' : `\n  ${said}`}`)
    return true
  } catch (error) {
    console.log(`✗ ${check.name}\n  ${whyOf(error)}\n  Look at: ${check.look}`)
    return false
  }
}

function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${whyOf(error.cause)}` : ''
  return `${explain(error)}${cause}`
}

async function smoke(): Promise<number> {
  const command = readCommand()
  if (command === undefined) {
    console.error(USAGE)
    return 2
  }
  for (const check of command.all) if (!(await passes(check, command.deployment))) return 1
  return 0
}

process.exitCode = await smoke()
