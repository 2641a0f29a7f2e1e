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
