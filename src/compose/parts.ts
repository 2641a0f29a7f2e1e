import { connect, type Database } from '../db/connect.ts'
import type { ExpiryRule } from '../db/visit-end.ts'
import { createPoliteFetch } from '../egress/polite-fetch.ts'
import type { Env } from '../env.ts'
import { consoleLog } from '../log.ts'
import type { FetchPort } from '../pipelines/fetch.ts'
import type { RunId } from '../protocol/ids.ts'
import { readSettings, type Settings } from '../settings.ts'

/** What the API and the consumers are made of. */
export type Parts = { readonly env: Env; readonly settings: Settings; readonly db: Database }

/** Without the secret, what needs Postgres says that it cannot be reached. (RFC 2606: no such host.) */
const NOWHERE = 'postgresql://nobody:nothing@unset.invalid/none'

export function assemble(env: Env): Parts {
  const settings = readSettings(env.SETTINGS)
  const endpoint = env.NEON_ENDPOINT === undefined ? {} : { endpoint: env.NEON_ENDPOINT }
  const { statement_ms } = settings
  return {
    env,
    settings,
    db: connect({ url: env.DATABASE_URL ?? NOWHERE, statement_ms, ...endpoint }),
  }
}

export function runOf({ env }: Parts) {
  return (run_id: RunId) => env.RUNS.getByName(run_id)
}

export function words(list: string): string[] {
  return list.split(',').flatMap((word) => word.trim() || [])
}

/** The one way out, for plans, jobs and previews alike. */
export function fetchOf({ env, settings }: Parts): FetchPort {
  return createPoliteFetch({
    allow: words(env.EGRESS_ALLOW),
    first_byte_ms: settings.fetch_first_byte_ms,
    total_ms: settings.fetch_ms,
    max_bytes: settings.fetch_bytes,
    host: (origin) => env.HOSTS.getByName(origin),
    log: consoleLog,
  })
}

export function expiryRule({ settings }: Parts): ExpiryRule {
  return { misses: settings.expiry_misses, hold_percent: settings.expiry_hold_percent }
}
