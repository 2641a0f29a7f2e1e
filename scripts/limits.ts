import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { readCommandLine } from './command-line.ts'
import { tableOf, withPart } from './docs-table.ts'
import { readDeployment } from './limits/configuration.ts'
import { documentLimits } from './limits/document-limits.ts'
import type { PlatformLimit } from './limits/limit.ts'
import { objectLimits, queueLimits } from './limits/object-limits.ts'
import { bucketLimits, databaseLimits } from './limits/store-limits.ts'
import { workerLimits } from './limits/worker-limits.ts'

const PAGE = join(import.meta.dirname, '../docs/LIMITS.md')
const PART = {
  begin: '<!-- The limits: made of the code and the configuration by `npm run limits`. -->',
  end: '<!-- The end of the limits. -->',
}

type Platforms = readonly (readonly [string, readonly PlatformLimit[]])[]

/** All limits, by whose they are. */
export async function platformLimits(): Promise<Platforms> {
  const deployment = await readDeployment()
  return PLATFORMS.map(([name, limits]) => [name, limits.map((of) => of(deployment))])
}

const PLATFORMS = [
  ['Workers', workerLimits],
  ['Durable Objects', objectLimits],
  ['Queues', queueLimits],
  ['R2', bucketLimits],
  ['Neon', databaseLimits],
  ['Documents', documentLimits],
] as const

/** Formats a table for each platform, under its heading. */
function sectionsOf(all: Platforms): string {
  return all
    .map(([name, limits]) => `## ${name}\n\n${tableOf([HEAD, ...limits.map(rowOf)])}`)
    .join('\n\n')
}

const HEAD = ['limit', 'platform', 'Runcast', 'at the limit', 'shown by']

function rowOf({ name, page, platform, runcast, outcome, tests }: PlatformLimit): string[] {
  const files = [...new Set(tests.map(([file]) => `\`${file.replace(/^test\//, '')}\``))]
  return [`[${name}][${page}]`, platform, runcast, outcome, files.join(', ')]
}

/** Replaces the tables in docs/LIMITS.md. */
export async function withLimits(page: string): Promise<string> {
  return withPart(page, PART, sectionsOf(await platformLimits()))
}

if (import.meta.main) {
  readCommandLine({
    usage: `npm run limits

Writes the tables of docs/LIMITS.md from the code, the settings' defaults and wrangler.toml.

  --help   this text
`,
    options: {},
  })
  writeFileSync(PAGE, await withLimits(readFileSync(PAGE, 'utf8')))
}
