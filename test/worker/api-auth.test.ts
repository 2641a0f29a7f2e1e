import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, expect, it, vi } from 'vitest'

import { createVerifier } from '../../src/api/verify-token.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

it.each(['RS256', 'ES256', 'EdDSA'])('workerd checks %s under a key server', async (alg) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg }]
  // The key server alone is played: its keys, and what is done with them, are real.
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ keys })))
  const verify = createVerifier({
    kind: 'jwks',
    url: 'https://keys.test/',
    issuer: 'i',
    audience: 'a',
  })
  const sign = (audience: string) =>
    new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg, kid: 'k' })
      .setIssuer('i')
      .setAudience(audience)
      .setExpirationTime('1m')
      .sign(privateKey)
  expect(await verify(await sign('a'))).toEqual({ kind: 'valid', owner: 'alice' })
  expect(await verify(await sign('b'))).toMatchObject({ kind: 'refused' })
})
