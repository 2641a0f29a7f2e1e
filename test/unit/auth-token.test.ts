import { exportJWK, exportSPKI, generateKeyPair, type JWK, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { AuthConfig } from '../../src/api/auth-config.ts'
import { createVerifier } from '../../src/api/verify-token.ts'
import { type KeyServer, startKeyServer } from '../support/key-server.ts'
import { AUDIENCE, inSeconds, ISSUER, secretAuth, signToken } from '../support/tokens.ts'

const alice = { kind: 'owner', owner: 'alice', until: expect.any(Number) }

function verifierOf(auth: AuthConfig) {
  return createVerifier(auth, { kind: 'none' })
}

function refusal(detail: RegExp) {
  return { kind: 'refused', detail: expect.stringMatching(detail) }
}

describe('a token under a secret', () => {
  const verify = verifierOf(secretAuth)

  it.each([
    ['as it should be', {}],
    ['without a type', { header: { alg: 'HS256' } }],
    ['an access token (RFC 9068)', { header: { alg: 'HS256', typ: 'at+jwt' } }],
    ['its type written out', { header: { alg: 'HS256', typ: 'application/AT+JWT' } }],
    ['one audience of several', { claims: { aud: ['other', AUDIENCE] } }],
    ['expired within the tolerance', { claims: { exp: inSeconds(-2) } }],
  ])('passes: %s', async (_case, signing) => {
    expect(await verify(await signToken(signing))).toEqual(alice)
  })

  it.each([
    ['without an expiry', { claims: { exp: undefined } }, /"exp"/],
    ['not valid yet', { claims: { nbf: inSeconds(60) } }, /"nbf"/],
    ['of another issuer', { claims: { iss: 'https://evil.test' } }, /"iss"/],
    ['without an issuer', { claims: { iss: undefined } }, /"iss"/],
    ['for another audience', { claims: { aud: 'other' } }, /"aud"/],
    ['without an audience', { claims: { aud: undefined } }, /"aud"/],
    ['without a subject', { claims: { sub: undefined } }, /"sub"/],
    ['with an empty subject', { claims: { sub: '' } }, /"sub"/],
    ['with a subject of 256 characters', { claims: { sub: 'x'.repeat(256) } }, /"sub"/],
    ['with a NUL in its subject', { claims: { sub: 'a\0b' } }, /"sub"/],
    ['of another key', { key: new TextEncoder().encode('x'.repeat(40)) }, /signature/],
    ['by HS512', { header: { alg: 'HS512' }, key: new Uint8Array(64) }, /algorithm/],
    ['for another endpoint', { header: { alg: 'HS256', typ: 'logout+jwt' } }, /type/],
    ['for a watcher', { header: { alg: 'HS256', typ: 'watch+jwt' } }, /No watch token/],
    ['longer than any of ours', { claims: { more: 'x'.repeat(9_000) } }, /too long/],
  ])('is refused: %s', async (_case, signing, detail) => {
    expect(await verify(await signToken(signing))).toEqual(refusal(detail))
  })

  it('that has expired is distinguished from other refused tokens', async () => {
    const token = await signToken({ claims: { exp: inSeconds(-10) } })
    expect(await verify(token)).toEqual({ kind: 'expired' })
  })

  it.each([
    ['two seconds after it expires', 1_900_000_000, 1_900_000_002_000],
    ['to the millisecond', 1_900_000_000.25, 1_900_000_002_250],
    ['at a time that a clock can show', 1e300, Number.MAX_SAFE_INTEGER],
  ])('W-12: ends what it has opened %s', async (_case, exp, until) => {
    expect(await verify(await signToken({ claims: { exp } }))).toMatchObject({ until })
  })

  it.each(['', 'x', 'a.b.c', '..', '{}', '💥.💥.💥', 'eyJ.eyJ.'])(
    'is refused if it is no token at all: %j',
    async (token) => {
      expect(await verify(token)).toEqual(refusal(/not a signed JWT|algorithm/))
    },
  )

  it('is refused without a signature', async () => {
    const token = new UnsecuredJWT({ sub: 'alice' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('1h')
      .encode()
    expect(await verify(token)).toEqual(refusal(/not a signed JWT|algorithm/))
  })

  it('is not repeated in its refusal', async () => {
    const token = await signToken({ claims: { iss: 'https://telltale.test' } })
    const said = JSON.stringify(await verify(token))
    expect(said).not.toContain('telltale')
    for (const part of token.split('.')) expect(said).not.toContain(part)
  })
})

it('is refused if no key is configured', async () => {
  const verify = verifierOf({ kind: 'none' })
  expect(await verify(await signToken())).toEqual(refusal(/No token/))
})

function configOf(url: string) {
  return { kind: 'jwks', url, issuer: ISSUER, audience: AUDIENCE } as const
}

describe('a token under a key server', () => {
  const algorithms = ['RS256', 'ES256', 'EdDSA'] as const
  type Pair = Awaited<ReturnType<typeof generateKeyPair>>
  const pairs = new Map<string, Pair>()
  let server: KeyServer

  const pairOf = (name: string): Pair => {
    const pair = pairs.get(name)
    if (pair === undefined) throw new Error(`no key pair for ${name}`)
    return pair
  }

  beforeAll(async () => {
    const keys: JWK[] = []
    for (const alg of [...algorithms, 'PS256']) {
      const pair = await generateKeyPair(alg, { extractable: true })
      pairs.set(alg, pair)
      keys.push({ ...(await exportJWK(pair.publicKey)), kid: alg, alg })
    }
    pairs.set('stranger', await generateKeyPair('ES256'))
    server = await startKeyServer(keys)
  })
  afterAll(() => server.close())

  it.each(algorithms)('passes by %s, the keys asked for once', async (alg) => {
    const asked = server.asked()
    const verify = verifierOf(configOf(server.url))
    const token = await signToken({ key: pairOf(alg).privateKey, header: { alg, kid: alg } })
    expect(await verify(token)).toEqual(alice)
    expect(await verify(token)).toEqual(alice)
    expect(server.asked()).toBe(asked + 1)
  })

  it.each([
    ['PS256, though its key is there', 'PS256', { alg: 'PS256', kid: 'PS256' }, /algorithm/],
    ['a key that is not there', 'stranger', { alg: 'ES256', kid: 'stranger' }, /key/],
    ['another key under a known name', 'stranger', { alg: 'ES256', kid: 'ES256' }, /signature/],
  ])('is refused: signed by %s', async (...[, pair, header, detail]) => {
    const verify = verifierOf(configOf(server.url))
    const token = await signToken({ key: pairOf(pair).privateKey, header })
    expect(await verify(token)).toEqual(refusal(detail))
  })

  it('is refused by HS256 with a public key as its secret', async () => {
    const verify = verifierOf(configOf(server.url))
    const secret = new TextEncoder().encode(await exportSPKI(pairOf('RS256').publicKey))
    const token = await signToken({ key: secret, header: { alg: 'HS256', kid: 'RS256' } })
    expect(await verify(token)).toEqual(refusal(/algorithm/))
  })

  it('is neither accepted nor refused while the keys are unknown, and is checked again later', async () => {
    const pair = pairOf('ES256')
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'ES256', alg: 'ES256' }
    const failing = await startKeyServer([jwk])
    const verify = verifierOf(configOf(failing.url))
    const token = await signToken({ key: pair.privateKey, header: { alg: 'ES256', kid: 'ES256' } })

    failing.answerWith(500)
    expect(await verify(token)).toMatchObject({ kind: 'unavailable' })
    failing.answerWith(200)
    expect(await verify(token)).toEqual(alice)
    await failing.close()
  })

  it('is neither accepted nor refused if nobody answers', async () => {
    const gone = await startKeyServer([])
    await gone.close()
    const verify = verifierOf(configOf(gone.url))
    const token = await signToken({ key: pairOf('ES256').privateKey, header: { alg: 'ES256' } })
    expect(await verify(token)).toMatchObject({ kind: 'unavailable' })
  })
})
