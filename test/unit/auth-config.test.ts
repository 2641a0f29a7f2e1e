import { describe, expect, it } from 'vitest'

import {
  readAuthConfig,
  readWatchTokenConfig,
  WATCH_TOKEN_MAX_MS,
} from '../../src/api/auth-config.ts'
import {
  AUDIENCE,
  ISSUER,
  SECRET,
  secretAuth,
  WATCH_SECRET,
  watchTokens,
} from '../support/tokens.ts'

const unset = { AUTH_ISSUER: '', AUTH_AUDIENCE: '', AUTH_JWKS_URL: '' }
const named = { ...unset, AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE }
const url = 'https://keys.test/jwks.json'

describe('the check of tokens, by the variables', () => {
  it('is off without a key', () => {
    expect(readAuthConfig(unset)).toEqual({ kind: 'none' })
    expect(readAuthConfig({ ...named, AUTH_SECRET: '' })).toEqual({ kind: 'none' })
  })

  it('uses the secret or the key server', () => {
    const expected = { issuer: ISSUER, audience: AUDIENCE }
    expect(readAuthConfig({ ...named, AUTH_SECRET: SECRET })).toEqual({
      kind: 'secret',
      secret: SECRET,
      ...expected,
    })
    expect(readAuthConfig({ ...named, AUTH_JWKS_URL: url })).toEqual({
      kind: 'jwks',
      url,
      ...expected,
    })
  })

  it.each([
    ['two keys', { ...named, AUTH_SECRET: SECRET, AUTH_JWKS_URL: url }, /both set/],
    ['a short secret', { ...named, AUTH_SECRET: 'short' }, /32 characters/],
    ['no issuer', { ...named, AUTH_ISSUER: '', AUTH_SECRET: SECRET }, /AUTH_ISSUER/],
    ['no audience', { ...named, AUTH_AUDIENCE: '', AUTH_JWKS_URL: url }, /AUTH_AUDIENCE/],
    ['no URL', { ...named, AUTH_JWKS_URL: 'keys' }, /https/],
    ['an open URL', { ...named, AUTH_JWKS_URL: 'http://keys.test/' }, /https/],
    ['a file', { ...named, AUTH_JWKS_URL: 'file:///keys' }, /https/],
  ])('is refused for %s', (_case, env, message) => {
    expect(() => readAuthConfig(env)).toThrow(message)
  })
})

describe('the signing of watch tokens, by the variables', () => {
  const { life_ms } = watchTokens
  const jwks = { kind: 'jwks', url, issuer: ISSUER, audience: AUDIENCE } as const

  it.each([secretAuth, jwks])('is by a secret of their own beside $kind', (auth) => {
    expect(readWatchTokenConfig({ WATCH_SECRET }, auth, life_ms)).toEqual(watchTokens)
  })

  it('W-12: is off without the secret, or without a check of owners', () => {
    expect(readWatchTokenConfig({}, secretAuth, life_ms)).toEqual({ kind: 'none' })
    expect(readWatchTokenConfig({ WATCH_SECRET: '' }, jwks, life_ms)).toEqual({ kind: 'none' })
    const noAuth = { kind: 'none' } as const
    expect(readWatchTokenConfig({ WATCH_SECRET }, noAuth, life_ms)).toEqual({ kind: 'none' })
  })

  it.each([
    ['a short secret', 'short', life_ms, /WATCH_SECRET must have at least 32/],
    ['the key of owners', SECRET, life_ms, /differ from AUTH_SECRET/],
    ['tokens that outlive their revocation', WATCH_SECRET, WATCH_TOKEN_MAX_MS + 1, /30 days/],
  ])('is refused for %s', (...[, secret, life, message]) => {
    const read = () => readWatchTokenConfig({ WATCH_SECRET: secret }, secretAuth, life)
    expect(read).toThrow(message)
  })
})
