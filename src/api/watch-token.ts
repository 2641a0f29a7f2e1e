import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'

import { randomHex } from '../digest.ts'
import { Owner, RunId } from '../protocol/ids.ts'
import { MatterId } from '../protocol/matter.ts'
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

const AnyClaims = z.object({ sub: Owner, jti: WatchTokenId, exp: z.number() })
/** A token names a run or a matter, and never both. */
const Claims = z.union([
  AnyClaims.extend({ run: RunId, matter: z.undefined().optional() }),
  AnyClaims.extend({ matter: MatterId, run: z.undefined().optional() }),
])

export function newTokenId(): WatchTokenId {
  return WatchTokenId.parse(randomHex(16))
}

/**
 * Makes a watch token. Its holder may read this one run, or this one matter, until the token expires or is revoked
 * (W-12, SHARE-1).
 */
export async function signWatchToken(
  config: SecretConfig,
  guest: Guest,
  { now, life_ms }: Term,
): Promise<WatchToken> {
  const { owner, token_id } = guest
  const expires = Math.floor((now + life_ms) / 1000)
  const token = await new SignJWT(shownTo(guest))
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

/** The claim that names what a guest may read. */
function shownTo(guest: Guest): Readonly<Record<string, string>> {
  return guest.kind === 'run' ? { run: guest.run_id } : { matter: guest.matter_id }
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
    requiredClaims: ['exp', 'iat', 'sub', 'jti'],
  }
  return async (token) => {
    const claims = Claims.safeParse((await jwtVerify(token, key, expected)).payload)
    if (!claims.success) return refused('The token does not name a run or a matter, and its owner')
    return { kind: 'guest', guest: guestOf(claims.data), until: endOf(claims.data.exp) }
  }
}

function guestOf({ sub: owner, jti: token_id, ...shown }: z.infer<typeof Claims>): Guest {
  if (shown.run !== undefined) return { kind: 'run', owner, token_id, run_id: shown.run }
  return { kind: 'matter', owner, token_id, matter_id: shown.matter }
}

function keyOf({ secret }: SecretConfig): Uint8Array {
  return new TextEncoder().encode(secret)
}

/** The holder of a watch token: may read one run or one matter of the owner who gave the token away. */
export type Guest = RunGuest | MatterGuest

type TokenOfOwner = { readonly owner: Owner; readonly token_id: WatchTokenId }
export type RunGuest = TokenOfOwner & { readonly kind: 'run'; readonly run_id: RunId }
export type MatterGuest = TokenOfOwner & { readonly kind: 'matter'; readonly matter_id: MatterId }

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
