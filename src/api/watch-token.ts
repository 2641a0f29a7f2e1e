import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'

import { randomHex } from '../digest.ts'
import { Owner, RunId } from '../protocol/ids.ts'
import { type WatchToken, WatchTokenId } from '../protocol/run.ts'
import type { WatchTokenConfig } from './auth-config.ts'

type SecretConfig = Extract<WatchTokenConfig, { kind: 'secret' }>

/** In milliseconds; `now` since 1970. */
type Term = { readonly now: number; readonly life_ms: number }

/** Ours alone: what is signed for one door opens no other, whatever the key. */
const TYPE = 'watch+jwt'
const AUDIENCE = 'runcast-watch'

const Claims = z.object({ sub: Owner, run: RunId, jti: WatchTokenId, exp: z.number() })

export function newTokenId(): WatchTokenId {
  return WatchTokenId.parse(randomHex(16))
}

/** Whoever holds the token may read this one run until it expires or is revoked (W-12). */
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

/** What a token says of itself only chooses the key that it must pass under. */
export function claimsToWatch(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === TYPE
  } catch {
    // It is no JWT, which the check of any token finds and says.
    return false
  }
}

/** Throws jose's errors for what is wrong with a token. */
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
    if (!claims.success) return refused('The token names nothing that could be watched')
    const { sub: owner, run: run_id, jti: token_id, exp } = claims.data
    return { kind: 'guest', guest: { owner, run_id, token_id }, until: endOf(exp) }
  }
}

function keyOf({ secret }: SecretConfig): Uint8Array {
  return new TextEncoder().encode(secret)
}

/** Who may watch one run, by a token that its owner gave away. */
export type Guest = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly token_id: WatchTokenId
}

/**
 * `until`: when what is opened with the token ends, in ms since 1970. `expired`: it was a good one.
 * `unavailable`: the key server gave no keys, so nothing can be said of the token.
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
 * What a token has opened stays open a little longer than the token lasts: a client whose clock is behind
 * ours by less than this has a new one by then.
 */
const GRACE_MS = 2_000

/** `exp` in seconds since 1970, as a token has it; it may be far beyond what a clock can show. */
export function endOf(exp: number): number {
  return Math.min(exp * 1_000 + GRACE_MS, Number.MAX_SAFE_INTEGER)
}
