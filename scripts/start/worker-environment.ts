import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { keepSecret } from './secret.ts'

export type WorkerVariables = {
  readonly DATABASE_URL: string
  readonly NEON_ENDPOINT: string
  readonly EGRESS_ALLOW: string
  readonly SETTINGS: string
  /** The origins whose pages may call, beside those of this machine. */
  readonly CORS_ORIGINS?: string
  /** In place of one that is made and kept. */
  readonly RUN_SECRET?: string
}

/**
 * Writes what the Worker's environment has beyond wrangler.toml into the data folder, readable by
 * its owner alone: on a command line everybody on the machine could read it.
 */
export function writeWorkerEnvironment(data: string, variables: WorkerVariables): void {
  const all = {
    AUTH_SECRET: keepSecret(join(data, 'secret')),
    WATCH_SECRET: keepSecret(join(data, 'watch-secret')),
    RUN_SECRET: keepSecret(join(data, 'run-secret')),
    ...variables,
  }
  const file = join(data, 'worker.env')
  writeFileSync(`${file}.new`, Object.entries(all).map(line).join(''), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Within single quotes nothing is an escape, but wrangler still expands a `$`. */
function line([name, value]: [string, string]): string {
  if (/['\n\r]/.test(value)) throw new TypeError(`${name} holds what an env file cannot`)
  return `${name}='${value.replaceAll('$', '\\$')}'\n`
}
