import { type CryptoKey, SignJWT } from 'jose'

import type { AuthConfig, WatchTokenConfig } from '../../src/api/auth-config.ts'

export const ISSUER = 'https://issuer.test'
export const AUDIENCE = 'runcast-test'
export const SECRET = 'a secret that only the tests know, long enough'

export const secretAuth = {
  kind: 'secret',
  secret: SECRET,
  issuer: ISSUER,
  audience: AUDIENCE,
} as const satisfies AuthConfig

export const WATCH_SECRET = 'another secret that only the tests know, as long'

export const RUN_SECRET = 'a third secret that only the tests know'

export const watchTokens = {
  kind: 'secret',
  secret: WATCH_SECRET,
  issuer: ISSUER,
  life_ms: 3_600_000,
} as const satisfies WatchTokenConfig

type Signing = {
  readonly key?: CryptoKey | Uint8Array
  readonly header?: { readonly alg: string; readonly kid?: string; readonly typ?: string }
  /** Claims that replace the usual ones. `undefined` removes a claim. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** Signs a token that `secretAuth` accepts, unless the test changes something. */
export function signToken({ key, header, claims }: Signing = {}): Promise<string> {
  const payload = { sub: 'alice', iss: ISSUER, aud: AUDIENCE, exp: inSeconds(600), ...claims }
  return new SignJWT(payload)
    .setProtectedHeader(header ?? { alg: 'HS256', typ: 'JWT' })
    .sign(key ?? new TextEncoder().encode(SECRET))
}

export function tokenOf(sub: string): Promise<string> {
  return signToken({ claims: { sub } })
}

/** Signs a watch token of alice's run that `watchTokens` accepts, unless the test changes something. */
export function signGuest(run_id: string, { key, header, claims }: Signing = {}): Promise<string> {
  const named = { aud: 'runcast-watch', run: run_id, jti: 'b'.repeat(32), iat: inSeconds(0) }
  return signToken({
    key: key ?? new TextEncoder().encode(WATCH_SECRET),
    header: header ?? { alg: 'HS256', typ: 'watch+jwt' },
    claims: { ...named, ...claims },
  })
}

/** Signs a watch token of alice's matter, as `signGuest` does for a run. */
export function signMatterGuest(matter_id: string, signing: Signing = {}): Promise<string> {
  return signGuest('', {
    ...signing,
    claims: { run: undefined, matter: matter_id, ...signing.claims },
  })
}

/** The time in so many seconds, in the form of a token's claims. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}
