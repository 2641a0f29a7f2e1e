import { connect, type Database } from '../db/connect.ts'
import { listsFrom, type ReadList } from '../db/replica.ts'
import type { ExpiryRule } from '../db/visit-end.ts'
import { createPoliteFetch } from '../egress/polite-fetch.ts'
import { userAgentOf } from '../egress/user-agent.ts'
import type { Env } from '../env.ts'
import { createGate, type Gate, openGate } from '../gate.ts'
import { consoleLog } from '../log.ts'
import type { Embedder } from '../pipelines/documents/embed/embedder.ts'
import { hashingEmbedder } from '../pipelines/documents/embed/hashing-embedder.ts'
import { hostedEmbedder } from '../pipelines/documents/embed/hosted-embedder.ts'
import { httpOcr } from '../pipelines/documents/ocr/http-ocr.ts'
import type { Ocr } from '../pipelines/documents/ocr/ocr.ts'
import type { FetchPort } from '../pipelines/fetch.ts'
import { checkConnections, readList, readSettings, type Settings } from '../settings.ts'
import { objectsOf } from './location.ts'
import { pacesBy } from './paces.ts'
import { checkPipelines } from './pipeline-queues.ts'

/** The parts that the API and the consumers share. */
export type Parts = {
  readonly env: Env
  readonly settings: Settings
  readonly db: Database
  /** Reads lists from the read replica, if the deployment has one. */
  readonly readLists: ReadList
  readonly gates: Gates
}

/** `egress` limits requests to sites and models, `storage` those to Postgres and R2. */
type Gates = { readonly egress: Gate; readonly storage: Gate }

/** Parts for the API. All requests share them, and each request makes at most four calls at once. */
export function assemble(env: Env): Parts {
  return connectParts(env, settingsOf(env), { egress: openGate, storage: openGate })
}

/** Parts for one batch of a queue. A batch is one invocation, so it has its own gates. */
export function assembleBatch(env: Env): Parts {
  const settings = settingsOf(env)
  const { egress_at_once, storage_at_once } = settings
  const gates = { egress: createGate(egress_at_once), storage: createGate(storage_at_once) }
  return connectParts(env, settings, gates)
}

/** Makes the same checks for the API and for the batches, so that the API starts no run that every batch refuses. */
function settingsOf(env: Env): Settings {
  checkPipelines(env)
  const settings = readSettings(env.SETTINGS)
  if (env.RUNCAST_ENV !== 'local') checkConnections(settings)
  return settings
}

function connectParts(env: Env, settings: Settings, gates: Gates): Parts {
  const { DATABASE_URL, DATABASE_REPLICA_URL = '', NEON_ENDPOINT: endpoint } = env
  const { statement_ms, probe_ms: rest_ms } = settings
  const open = (url: string | undefined) =>
    connect({ url, endpoint, statement_ms, gate: gates.storage })
  const db = open(DATABASE_URL)
  const replica = DATABASE_REPLICA_URL === '' ? undefined : open(DATABASE_REPLICA_URL)
  const readLists = listsFrom({ primary: db, replica, rest_ms, log: consoleLog })
  return { env, settings, gates, db, readLists }
}

/** Makes the only fetch of plans, jobs and previews. */
export function fetchOf({ env, settings, gates }: Parts): FetchPort {
  return createPoliteFetch({
    allow: readList(env.EGRESS_ALLOW),
    user_agent: userAgentOf(env.CONTACT),
    first_byte_ms: settings.fetch_first_byte_ms,
    total_ms: settings.fetch_ms,
    max_bytes: settings.fetch_bytes,
    pieces_bytes: settings.listing_bytes,
    host: objectsOf(env.HOSTS, env),
    pacesOf: pacesBy(settings),
    log: consoleLog,
    gate: gates.egress,
  })
}

export function expiryRule({ settings }: Parts): ExpiryRule {
  return { misses: settings.expiry_misses, hold_percent: settings.expiry_hold_percent }
}

/** Returns the hosted model if the deployment binds one, or else the embedder that needs no model. */
export function embedderOf({ env, gates }: Parts): Embedder {
  return env.AI === undefined ? hashingEmbedder : hostedEmbedder(env.AI, gates.egress)
}

/** Returns the text recognition of the deployment, if it has one. */
export function ocrOf({ env, gates }: Parts): { readonly ocr?: Ocr } {
  const { OCR_URL: url = '', OCR_TOKEN: token = '' } = env
  return url === '' ? {} : { ocr: httpOcr({ url, token }, gates.egress) }
}
