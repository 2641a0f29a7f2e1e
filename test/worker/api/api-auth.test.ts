import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, expect, it, vi } from 'vitest'

import { createVerifier } from '../../../src/api/verify-token.ts'
import { newTokenId, signWatchToken } from '../../../src/api/watch-token.ts'
import { Owner, RunId } from '../../../src/protocol/ids.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

it.each(['RS256', 'ES256', 'EdDSA'])('workerd checks %s under a key server', async (alg) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg }]
  // Only the key server is a fake. Its keys and their use are real.
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ keys })))
  const auth = { kind: 'jwks', url: 'https://keys.test/', issuer: 'i', audience: 'a' } as const
  const verify = createVerifier(auth, { kind: 'none' })
  const sign = (audience: string) =>
    new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg, kid: 'k' })
      .setIssuer('i')
      .setAudience(audience)
      .setExpirationTime('1m')
      .sign(privateKey)
  expect(await verify(await sign('a'))).toMatchObject({ kind: 'owner', owner: 'alice' })
  expect(await verify(await sign('b'))).toMatchObject({ kind: 'refused' })
})

it('W-12: workerd signs and checks a watch token under its own key', async () => {
  const auth = { kind: 'secret', secret: 'a'.repeat(32), issuer: 'i', audience: 'a' } as const
  const config = { kind: 'secret', secret: 'b'.repeat(32), issuer: 'i', life_ms: 60_000 } as const
  const guest = {
    kind: 'run' as const,
    owner: Owner.parse('alice'),
    run_id: RunId.parse('c'.repeat(32)),
    token_id: newTokenId(),
  }
  const term = { now: Date.now(), life_ms: 60_000 }
  const { token } = await signWatchToken(config, guest, term)
  expect(await createVerifier(auth, config)(token)).toMatchObject({ kind: 'guest', guest })
  const { token: forged } = await signWatchToken({ ...config, secret: auth.secret }, guest, term)
  expect(await createVerifier(auth, config)(forged)).toMatchObject({ kind: 'refused' })
})
