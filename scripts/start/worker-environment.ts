import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { keepSecret } from './secret.ts'

export type WorkerVariables = {
  readonly DATABASE_URL: string
  readonly NEON_ENDPOINT: string
  readonly EGRESS_ALLOW: string
  readonly SETTINGS: string
  /** The origins whose pages may call the API, in addition to those of this machine. */
  readonly CORS_ORIGINS?: string
  readonly CONTACT?: string
  readonly OCR_URL?: string
  readonly OCR_TOKEN?: string
  /** Replaces the secret that is otherwise made and kept. */
  readonly RUN_SECRET?: string
}

/**
 * Writes the Worker's variables that wrangler.toml does not have into the data folder. Only the owner can
 * read the file. On a command line everybody on the machine could read the variables.
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

/** Writes one line of an env file. Single quotes switch off all escapes, but wrangler still expands a `$`. */
function line([name, value]: [string, string]): string {
  if (/['\n\r]/.test(value)) throw new TypeError(`${name} holds what an env file cannot`)
  return `${name}='${value.replaceAll('$', '\\$')}'\n`
}
