import { hash, hex, randomHex } from '../digest.ts'
import { type Owner, RunId } from '../protocol/ids.ts'
import { checkSecret } from './auth-config.ts'

/**
 * The secrets that sign run ids, the newest first. `unkeyed`: unsigned ids are accepted too, because starts and
 * runs from before there was a secret may still be under way.
 */
export type RunIdConfig = { readonly secrets: readonly string[]; readonly unkeyed: boolean }

/** Makes run ids, and recognizes the ids that were issued (RUN-5). */
export type RunIds = {
  /**
   * Whether ids are signed. Without a secret anybody can make up an id, or compute the id of a start from its
   * owner and key.
   */
  readonly signs: boolean
  /** Makes a new id at each call. */
  make(): Promise<RunId>
  /**
   * Derives the id of all starts of this owner with this key, and the ids that these starts had under earlier
   * secrets.
   */
  derive(start: KeyedStart): Promise<{ readonly run_id: RunId; readonly earlier: readonly RunId[] }>
  /** Whether the id's signature shows that it may have been issued here. */
  isOurs(run_id: RunId): Promise<boolean>
}

type KeyedStart = { readonly owner: Owner; readonly key: string }

const UNKEYED = 'unkeyed'

/**
 * The hex digits of an id that name the run (80 bits), and those that sign the name (48 bits): guessing an id
 * takes 2⁴⁸ requests.
 */
const NAME_DIGITS = 20
const SIGNATURE_DIGITS = 12

/** Reads `RUN_SECRET`: secrets separated by commas, and perhaps the word `unkeyed` at the end. */
export function readRunIdConfig({
  RUN_SECRET: list = '',
}: {
  readonly RUN_SECRET?: string
}): RunIdConfig {
  const words = list.split(',').flatMap((word) => word.trim() || [])
  const secrets = words
    .filter((word) => word !== UNKEYED)
    .map((secret) => checkSecret('RUN_SECRET', secret))
  return { secrets, unkeyed: secrets.length === 0 || words.includes(UNKEYED) }
}

export function createRunIds({ secrets, unkeyed }: RunIdConfig): RunIds {
  const keys = secrets.map(createKey)
  const [newest] = keys
  return {
    signs: newest !== undefined,
    async make() {
      if (newest === undefined) return RunId.parse(randomHex(16))
      return sign(newest, randomHex(NAME_DIGITS / 2))
    },
    async derive(start) {
      const ids = await Promise.all(keys.map((key) => deriveKeyed(key, start)))
      if (unkeyed) ids.push(await deriveUnkeyed(start))
      const [run_id, ...earlier] = ids
      if (run_id === undefined) throw new Error('there is no way to name a run')
      return { run_id, earlier }
    },
    async isOurs(run_id) {
      if (unkeyed) return true
      const signed = await Promise.all(keys.map((key) => sign(key, run_id.slice(0, NAME_DIGITS))))
      return signed.includes(run_id)
    },
  }
}

/** Computes the HMAC-SHA-256 of a text, in hex. */
type Key = (text: string) => Promise<string>

function createKey(secret: string): Key {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const raw = encoder.encode(secret)
  return async (text) => {
    // Each request imports the key anew: a promise that another request began may never settle.
    const key = await crypto.subtle.importKey('raw', raw, algorithm, false, ['sign'])
    return hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))))
  }
}

async function sign(key: Key, name: string): Promise<RunId> {
  const signature = await key(`run ${name}`)
  return RunId.parse(name + signature.slice(0, SIGNATURE_DIGITS))
}

/** Only a holder of the secret can tell which run an owner's key names. */
async function deriveKeyed(key: Key, start: KeyedStart): Promise<RunId> {
  const name = await key(`start ${JSON.stringify([start.owner, start.key])}`)
  return sign(key, name.slice(0, NAME_DIGITS))
}

async function deriveUnkeyed(start: KeyedStart): Promise<RunId> {
  const digest = await hash([start.owner, start.key])
  return RunId.parse(digest.slice(0, 32))
}
