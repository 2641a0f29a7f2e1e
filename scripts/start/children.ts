import { join } from 'node:path'

import { Child } from './child.ts'
import type { StartOptions } from './options.ts'

type Report = (line: string) => void

const SCRIPTS = join(import.meta.dirname, '..')

// Slows the sample sites down, so that a person can watch a run over them.
const SITES_LATENCY_MS = '100-2500'
const SITES_KINDS = 'greenhouse,lever,ashby,site'

/** The process of the embedded database. Its address is `host:port`. */
export function databaseChild({ data }: Pick<StartOptions, 'data'>, report: Report): Child {
  return new Child({
    name: 'the database',
    script: join(SCRIPTS, 'database/process.ts'),
    args: (address) => [join(data, 'postgres'), portOf(address) ?? '0'],
    report,
  })
}

/** The connection string of the embedded database at this address. */
export function databaseUrl(address: string): string {
  return `postgresql://postgres@${address}/postgres`
}

/** The process of the sample career sites. Its address is an origin. */
export function sitesChild({ sites_port }: StartOptions, report: Report): Child {
  return new Child({
    name: 'the sample sites',
    script: join(SCRIPTS, 'sites.ts'),
    args: (address) => [
      `--port=${portOf(address) ?? sites_port}`,
      `--latency=${SITES_LATENCY_MS}`,
      `--kinds=${SITES_KINDS}`,
    ],
    report,
  })
}

/**
 * The process of the Worker in workerd. `code` returns wrangler's arguments for the code at each start. Its
 * address is an origin.
 */
export function workerChild(
  { data, port }: Pick<StartOptions, 'data' | 'port'>,
  code: () => readonly string[],
  report: Report,
): Child {
  return new Child({
    name: 'the Worker',
    script: join(SCRIPTS, 'worker/process.ts'),
    args: (address) => [data, portOf(address) ?? String(port), ...code()],
    report,
  })
}

function portOf(address: string | undefined): string | undefined {
  return address?.slice(address.lastIndexOf(':') + 1)
}
