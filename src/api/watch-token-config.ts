import { type AuthConfig, checkSecret } from './auth-config.ts'

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
