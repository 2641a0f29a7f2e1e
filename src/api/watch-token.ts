import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'

import { randomHex } from '../digest.ts'
import { Owner, RunId } from '../protocol/ids.ts'
import { type WatchToken, WatchTokenId } from '../protocol/run.ts'
import type { WatchTokenConfig } from './auth-config.ts'

type SecretConfig = Extract<WatchTokenConfig, { kind: 'secret' }>

/** When a watch token is made, in ms since 1970, and how long it lasts, in ms. */
type Term = { readonly now: number; readonly life_ms: number }

/**
 * Only watch tokens have this type and this audience. A token for another purpose is refused, whatever key
 * signed it.
 */
const TYPE = 'watch+jwt'
const AUDIENCE = 'runcast-watch'

const Claims = z.object({ sub: Owner, run: RunId, jti: WatchTokenId, exp: z.number() })

export function newTokenId(): WatchTokenId {
  return WatchTokenId.parse(randomHex(16))
}

/** Makes a watch token. Its holder may read this one run until the token expires or is revoked (W-12). */
export async function signWatchToken(
  config: SecretConfig,
  { owner, run_id, token_id }: Guest,
  { now, life_ms }: Term,
): Promise<WatchToken> {
  const expires = Math.floor((now + life_ms) / 1000)
  const token = await new SignJWT({ run: run_id })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .setSubject(owner)
    .setIssuer(config.issuer)
    .setAudience(AUDIENCE)
    .setJti(token_id)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(expires)
    .sign(keyOf(config))
  return { token, token_id, expires_at: new Date(expires * 1000).toISOString() }
}

/** Whether a token says that it is a watch token. This only chooses the key that must have signed it. */
export function claimsToWatch(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === TYPE
  } catch {
    // The text is no JWT. The check of an owner's token finds and says so.
    return false
  }
}

/** Makes the check of watch tokens. The check throws jose's errors for a faulty token. */
export function createWatchCheck(config: WatchTokenConfig): (token: string) => Promise<Verdict> {
  if (config.kind === 'none') return async () => refused('No watch token is accepted here')
  const key = keyOf(config)
  const expected = {
    typ: TYPE,
    issuer: config.issuer,
    audience: AUDIENCE,
    algorithms: ['HS256'],
    requiredClaims: ['exp', 'iat', 'sub', 'run', 'jti'],
  }
  return async (token) => {
    const claims = Claims.safeParse((await jwtVerify(token, key, expected)).payload)
    if (!claims.success) return refused('The token does not name a run and its owner')
    const { sub: owner, run: run_id, jti: token_id, exp } = claims.data
    return { kind: 'guest', guest: { owner, run_id, token_id }, until: endOf(exp) }
  }
}

function keyOf({ secret }: SecretConfig): Uint8Array {
  return new TextEncoder().encode(secret)
}

/** The holder of a watch token: may read one run of the owner who gave the token away. */
export type Guest = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly token_id: WatchTokenId
}

/**
 * The result of a token's check. `until`, in ms since 1970: the end of what the token opens. `expired`: the
 * token was valid until then. `unavailable`: the key server gave no keys, so the token could not be checked.
 */
export type Verdict =
  | { readonly kind: 'owner'; readonly owner: Owner; readonly until: number }
  | { readonly kind: 'guest'; readonly guest: Guest; readonly until: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly cause: unknown }

export function refused(detail: string): Verdict {
  return { kind: 'refused', detail: `${detail}.` }
}

/**
 * A stream stays open this much longer than its token lasts. A client whose clock is behind ours by less has a
 * new token by then.
 */
const GRACE_MS = 2_000

/**
 * The end of what a token opens. `exp` is in seconds since 1970, as tokens have it, and may be beyond any date.
 */
export function endOf(exp: number): number {
  return Math.min(exp * 1_000 + GRACE_MS, Number.MAX_SAFE_INTEGER)
}
