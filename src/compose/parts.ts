import { connect, type Database } from '../db/connect.ts'
import type { ExpiryRule } from '../db/visit-end.ts'
import { createPoliteFetch } from '../egress/polite-fetch.ts'
import type { Env } from '../env.ts'
import { CONNECTIONS, createGate, type Gate, openGate } from '../gate.ts'
import { consoleLog } from '../log.ts'
import type { FetchPort } from '../pipelines/fetch.ts'
import type { RunId } from '../protocol/ids.ts'
import { readSettings, type Settings } from '../settings.ts'
import { checkPipelines } from './pipeline-queues.ts'

/** What the API and the consumers are made of. */
export type Parts = {
  readonly env: Env
  readonly settings: Settings
  readonly db: Database
  readonly gates: Gates
}

/** `egress` limits requests to sites and models, `storage` those to Postgres and R2. */
type Gates = { readonly egress: Gate; readonly storage: Gate }

/** Without the secret, what needs Postgres says that it cannot be reached. (RFC 2606: no such host.) */
const NOWHERE = 'postgresql://nobody:nothing@unset.invalid/none'

/** Parts for the API. Its requests share them, and each makes at most four requests at once. */
export function assemble(env: Env): Parts {
  return put(env, settingsOf(env), { egress: openGate, storage: openGate })
}

/** Parts for one batch of a queue: a batch is one invocation and has gates of its own. */
export function assembleBatch(env: Env): Parts {
  const settings = settingsOf(env)
  const { egress_at_once, storage_at_once } = settings
  const gates = { egress: createGate(egress_at_once), storage: createGate(storage_at_once) }
  return put(env, settings, gates)
}

/** Throws an error for both the API and the batches, so that the API starts no run that no batch can work on. */
function settingsOf(env: Env): Settings {
  checkPipelines(env)
  const settings = readSettings(env.SETTINGS)
  const { egress_at_once, storage_at_once } = settings
  if (egress_at_once + storage_at_once > CONNECTIONS && env.RUNCAST_ENV !== 'local') {
    throw new Error(`egress_at_once and storage_at_once are more than ${CONNECTIONS} together`)
  }
  return settings
}

function put(env: Env, settings: Settings, gates: Gates): Parts {
  const endpoint = env.NEON_ENDPOINT === undefined ? {} : { endpoint: env.NEON_ENDPOINT }
  const { statement_ms } = settings
  return {
    env,
    settings,
    gates,
    db: connect({
      url: env.DATABASE_URL ?? NOWHERE,
      statement_ms,
      gate: gates.storage,
      ...endpoint,
    }),
  }
}

export function runOf({ env }: Parts) {
  return (run_id: RunId) => env.RUNS.getByName(run_id)
}

export function words(list: string): string[] {
  return list.split(',').flatMap((word) => word.trim() || [])
}

/** The one way out, for plans, jobs and previews alike. */
export function fetchOf({ env, settings, gates }: Parts): FetchPort {
  return createPoliteFetch({
    allow: words(env.EGRESS_ALLOW),
    first_byte_ms: settings.fetch_first_byte_ms,
    total_ms: settings.fetch_ms,
    max_bytes: settings.fetch_bytes,
    host: (origin) => env.HOSTS.getByName(origin),
    log: consoleLog,
    gate: gates.egress,
  })
}

export function expiryRule({ settings }: Parts): ExpiryRule {
  return { misses: settings.expiry_misses, hold_percent: settings.expiry_hold_percent }
}
