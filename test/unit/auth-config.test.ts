import { describe, expect, it } from 'vitest'

import { readAuthConfig } from '../../src/api/auth-config.ts'
import { AUDIENCE, ISSUER, SECRET } from '../support/tokens.ts'

const unset = { AUTH_ISSUER: '', AUTH_AUDIENCE: '', AUTH_JWKS_URL: '' }
const named = { ...unset, AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE }
const url = 'https://keys.test/jwks.json'

describe('how tokens are checked, by the variables', () => {
  it('is not at all without a key', () => {
    expect(readAuthConfig(unset)).toEqual({ kind: 'none' })
    expect(readAuthConfig({ ...named, AUTH_SECRET: '' })).toEqual({ kind: 'none' })
  })

  it('is by the secret, or by the key server', () => {
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
