/** How the API checks tokens. `none`: no key is configured, so the API refuses every token. */
export type AuthConfig =
  | {
      readonly kind: 'secret'
      readonly secret: string
      readonly issuer: string
      readonly audience: string
    }
  | {
      readonly kind: 'jwks'
      readonly url: string
      readonly issuer: string
      readonly audience: string
    }
  | { readonly kind: 'none' }

/** The Worker's variables that say how tokens are checked. An empty variable counts as absent. */
type AuthVariables = {
  readonly AUTH_ISSUER: string
  readonly AUTH_AUDIENCE: string
  readonly AUTH_JWKS_URL: string
  readonly AUTH_SECRET?: string
}

/**
 * Reads how tokens are checked. Throws if the variables contradict each other, or if the check would lack the
 * issuer or the audience.
 */
export function readAuthConfig(env: AuthVariables): AuthConfig {
  const { AUTH_SECRET: secret = '', AUTH_JWKS_URL: url } = env
  if (secret === '' && url === '') return { kind: 'none' }
  if (secret !== '' && url !== '')
    throw new Error('AUTH_SECRET and AUTH_JWKS_URL are both set: choose one way to check tokens')
  const expected = {
    issuer: required('AUTH_ISSUER', env.AUTH_ISSUER),
    audience: required('AUTH_AUDIENCE', env.AUTH_AUDIENCE),
  }
  return secret === ''
    ? { kind: 'jwks', url: checkUrl(url), ...expected }
    : { kind: 'secret', secret: checkSecret('AUTH_SECRET', secret), ...expected }
}

function required(name: string, value: string): string {
  if (value === '') throw new Error(`${name} must be set if AUTH_SECRET or AUTH_JWKS_URL is`)
  return value
}

export function checkSecret(name: string, secret: string): string {
  if (secret.length < 32) throw new Error(`${name} must have at least 32 characters`)
  return secret
}

/** Refuses plain http, except on this machine, because anybody on the way could replace the keys. */
function checkUrl(text: string): string {
  const url = URL.parse(text)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '')
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return text
  throw new Error('AUTH_JWKS_URL must be an https: URL, or http: on loopback')
}

/** How the API signs watch tokens. `none`: the API neither makes nor accepts watch tokens. */
export type WatchTokenConfig =
  | {
      readonly kind: 'secret'
      readonly secret: string
      readonly issuer: string
      /** The life of a watch token if the request names none. */
      readonly life_ms: number
    }
  | { readonly kind: 'none' }

/** The longest life of a watch token. A run's object may forget a revocation after this time. */
export const WATCH_TOKEN_MAX_MS = 30 * 86_400_000

/** Reads how watch tokens are signed. If the API accepts no owner's token, it accepts no watch token either. */
export function readWatchTokenConfig(
  { WATCH_SECRET: secret = '' }: { readonly WATCH_SECRET?: string },
  auth: AuthConfig,
  life_ms: number,
): WatchTokenConfig {
  if (secret === '' || auth.kind === 'none') return { kind: 'none' }
  if (auth.kind === 'secret' && auth.secret === secret)
    throw new Error('WATCH_SECRET must differ from AUTH_SECRET: each key signs one kind of token')
  if (life_ms > WATCH_TOKEN_MAX_MS) throw new Error('watch_token_ms must be at most 30 days')
  return {
    kind: 'secret',
    secret: checkSecret('WATCH_SECRET', secret),
    issuer: auth.issuer,
    life_ms,
  }
}
