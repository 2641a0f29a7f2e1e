/** How tokens are checked. `none`: nothing was configured, so every token is refused. */
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

/** The Worker's variables that decide it; empty and absent mean the same. */
type AuthVariables = {
  readonly AUTH_ISSUER: string
  readonly AUTH_AUDIENCE: string
  readonly AUTH_JWKS_URL: string
  readonly AUTH_SECRET?: string
}

/** Throws for settings that contradict each other, or that would check less than they seem to. */
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
  if (value === '') throw new Error(`${name} must be set where tokens are checked`)
  return value
}

export function checkSecret(name: string, secret: string): string {
  if (secret.length < 32) throw new Error(`${name} must have at least 32 characters`)
  return secret
}

/** Keys that come in the clear could be anybody's. */
function checkUrl(text: string): string {
  const url = URL.parse(text)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '')
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return text
  throw new Error('AUTH_JWKS_URL must be an https: URL, or http: on loopback')
}

/** What watch tokens are signed with. `none`: none is made, and none is accepted. */
export type WatchTokenConfig =
  | {
      readonly kind: 'secret'
      readonly secret: string
      readonly issuer: string
      /** How long a token lasts where nothing else is asked for. */
      readonly life_ms: number
    }
  | { readonly kind: 'none' }

/** No watch token lasts longer: a revocation may be forgotten after that. */
export const WATCH_TOKEN_MAX_MS = 30 * 86_400_000

/** Where no owner's token is accepted, none that an owner gave away is either. */
export function readWatchTokenConfig(
  { WATCH_SECRET: secret = '' }: { readonly WATCH_SECRET?: string },
  auth: AuthConfig,
  life_ms: number,
): WatchTokenConfig {
  if (secret === '' || auth.kind === 'none') return { kind: 'none' }
  if (auth.kind === 'secret' && auth.secret === secret)
    throw new Error('WATCH_SECRET must be another than AUTH_SECRET: one key, one kind of token')
  if (life_ms > WATCH_TOKEN_MAX_MS) throw new Error('watch_token_ms must be at most 30 days')
  return {
    kind: 'secret',
    secret: checkSecret('WATCH_SECRET', secret),
    issuer: auth.issuer,
    life_ms,
  }
}
