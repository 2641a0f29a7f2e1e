import {
  createRemoteJWKSet,
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose'

import { Owner } from '../protocol/ids.ts'
import type { AuthConfig, WatchTokenConfig } from './auth-config.ts'
import { claimsToWatch, createWatchCheck, endOf, refused, type Verdict } from './watch-token.ts'

export type VerifyToken = (token: string) => Promise<Verdict>

/** The most characters of a token: far more than a token of ours has, and few enough to be cheap to check. */
export const TOKEN_MAX = 8_192

/**
 * The accepted values of `typ`. A token of another type has another purpose, even if the same key signed it.
 */
const TYPES = new Set([undefined, 'jwt', 'at+jwt'])

/** Makes the function that checks tokens. The function caches the keys of the key server. */
export function createVerifier(auth: AuthConfig, watch_tokens: WatchTokenConfig): VerifyToken {
  const checkOwner = createOwnerCheck(auth)
  const checkGuest = createWatchCheck(watch_tokens)
  return async (token) => {
    if (token.length > TOKEN_MAX) return refused('The token is too long')
    try {
      return claimsToWatch(token) ? await checkGuest(token) : await checkOwner(token)
    } catch (error) {
      return explain(error)
    }
  }
}

function createOwnerCheck(config: AuthConfig): (token: string) => Promise<Verdict> {
  if (config.kind === 'none') return async () => refused('No token is accepted here yet')
  const check = createCheck(config)
  return async (token) => judge(await check(token))
}

type Check = (token: string) => Promise<JWTVerifyResult>

/**
 * The configured key alone decides which algorithms are accepted. What the token's header says decides nothing.
 */
function createCheck(config: Exclude<AuthConfig, { kind: 'none' }>): Check {
  const { issuer, audience } = config
  const claims = { issuer, audience, requiredClaims: ['exp', 'sub'], clockTolerance: 5 }
  if (config.kind === 'secret') {
    const secret = new TextEncoder().encode(config.secret)
    return (token) => jwtVerify(token, secret, { ...claims, algorithms: ['HS256'] })
  }
  const keys = remoteKeys(config.url)
  return (token) => jwtVerify(token, keys, { ...claims, algorithms: ['RS256', 'ES256', 'EdDSA'] })
}

/** Throws KeyServerError for a failure of the key server, and jose's own errors for a fault of the token. */
function remoteKeys(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url))
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (cause) {
      if (isAboutToken(cause)) throw cause
      throw new KeyServerError('the key server gave no keys', { cause })
    }
  }
}

class KeyServerError extends Error {}

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}

function judge({ payload, protectedHeader }: JWTVerifyResult): Verdict {
  const type = protectedHeader.typ?.toLowerCase().replace(/^application\//, '')
  if (!TYPES.has(type)) return refused('The token is of a type that is not accepted here')
  const owner = Owner.safeParse(payload.sub)
  return owner.success
    ? { kind: 'owner', owner: owner.data, until: endOf(payload.exp ?? 0) }
    : refused('The "sub" of the token must be a text of 1 to 255 characters')
}

/** Says what is wrong with a token, and quotes nothing of the token. */
function explain(error: unknown): Verdict {
  if (error instanceof KeyServerError) return { kind: 'unavailable', cause: error.cause }
  if (!(error instanceof errors.JOSEError)) throw error
  if (error instanceof errors.JWTExpired) return { kind: 'expired' }
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(`The "${error.claim}" of the token is missing or not what is accepted here`)
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refused('The token is signed with an algorithm that is not accepted here')
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return refused('The signature of the token is wrong')
  if (isAboutToken(error)) return refused('The token is signed with a key that is not known here')
  return refused('The token is not a signed JWT')
}
