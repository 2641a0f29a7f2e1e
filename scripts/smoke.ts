import { readArguments, refuse } from './command-line.ts'
import { type Check, checks, ingestion } from './smoke/checks.ts'
import { Deployment } from './smoke/deployment.ts'
import { explain } from './start/failure.ts'

const command = {
  usage: `RUNCAST_TOKEN=… npm run smoke -- <origin> [--source <JSON>]

Checks a deployment with one small run, and exits with 0 if all checks pass.

  <origin>       its address, such as https://runcast.example.com
  --source       also ingests a company from this source, such as
                 '{"type":"greenhouse","board":"acme"}'
  --help         this text
  RUNCAST_TOKEN  a token that the deployment accepts; its owner gets the run
`,
  options: { source: { type: 'string' } },
} as const

function readOrigin([first, second]: readonly string[]): string {
  if (first === undefined) return refuse(command, 'The origin of the deployment is missing.')
  if (second !== undefined) return refuse(command, `Unexpected argument '${second}'`)
  const origin = URL.parse(first)?.origin ?? 'null'
  if (origin === 'null') return refuse(command, `Unexpected argument '${first}': it is no origin.`)
  return origin
}

function readToken(): string {
  const token = process.env['RUNCAST_TOKEN'] ?? ''
  return token === '' ? refuse(command, 'RUNCAST_TOKEN is missing.') : token
}

function readChecks(source: string | undefined): readonly Check[] {
  if (source === undefined) return checks
  try {
    return [...checks, ingestion(JSON.parse(source))]
  } catch (error) {
    return refuse(command, `--source: ${explain(error)}`)
  }
}

/** Runs a check, prints its result, and returns whether it passed. */
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
  const { positionals, values } = readArguments(command)
  const deployment = new Deployment(readOrigin(positionals), readToken())
  for (const check of readChecks(values.source)) if (!(await passes(check, deployment))) return 1
  return 0
}

process.exitCode = await smoke()
