import { decodeJwt, decodeProtectedHeader, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'

import { createVerifier } from '../../src/api/verify-token.ts'
import { newTokenId, signWatchToken } from '../../src/api/watch-token.ts'
import { Owner, RunId } from '../../src/protocol/ids.ts'
import {
  AUDIENCE,
  inSeconds,
  ISSUER,
  secretAuth,
  signGuest,
  signMatterGuest,
  signToken,
  WATCH_SECRET,
  watchTokens,
} from '../support/tokens.ts'

const run_id = RunId.parse('a'.repeat(32))
const owner = Owner.parse('alice')
const verify = createVerifier(secretAuth, watchTokens)
const keyOfOwners = new TextEncoder().encode(secretAuth.secret)
const keyOfGuests = new TextEncoder().encode(WATCH_SECRET)

function refusal(detail: RegExp) {
  return { kind: 'refused', detail: expect.stringMatching(detail) }
}

function make(now: number, life_ms: number) {
  return signWatchToken(
    watchTokens,
    { kind: 'run', owner, run_id, token_id: newTokenId() },
    { now, life_ms },
  )
}

describe('W-12: a new watch token', () => {
  it('has its kind, its run, its id and its expiry', async () => {
    const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
    const made = await make(now, 60_000)
    expect(decodeProtectedHeader(made.token)).toEqual({ alg: 'HS256', typ: 'watch+jwt' })
    expect(decodeJwt(made.token)).toEqual({
      iss: ISSUER,
      aud: 'runcast-watch',
      sub: 'alice',
      run: run_id,
      jti: made.token_id,
      iat: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
      exp: Date.UTC(2026, 0, 2, 3, 5, 5) / 1000,
    })
    expect(made.expires_at).toBe('2026-01-02T03:05:05.000Z')
  })

  it('opens its run', async () => {
    const { token, token_id, expires_at } = await make(Date.now(), 60_000)
    const guest = { kind: 'run', owner, run_id, token_id }
    const until = Date.parse(expires_at) + 2_000
    expect(await verify(token)).toEqual({ kind: 'guest', guest, until })
  })

  it('has an id of its own', async () => {
    const ids = Array.from({ length: 1_000 }, newTokenId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('opens nothing once it has expired', async () => {
    const { token } = await make(Date.now() - 62_000, 60_000)
    expect(await verify(token)).toEqual({ kind: 'expired' })
  })
})

describe('W-12: the check of a watch token', () => {
  it('accepts a correct one', async () => {
    const guest = { kind: 'run', owner, run_id, token_id: 'b'.repeat(32) }
    expect(await verify(await signGuest(run_id))).toEqual({
      kind: 'guest',
      guest,
      until: expect.any(Number),
    })
  })

  it.each([
    ['signed with the key of owners', { key: keyOfOwners }, /signature/],
    ['of another key', { key: new Uint8Array(40) }, /signature/],
    ['by HS512', { header: { alg: 'HS512', typ: 'watch+jwt' }, key: new Uint8Array(64) }, /algo/],
    ['without an expiry', { claims: { exp: undefined } }, /"exp"/],
    ['without its time', { claims: { iat: undefined } }, /"iat"/],
    ['not valid yet', { claims: { nbf: inSeconds(60) } }, /"nbf"/],
    ['of another issuer', { claims: { iss: 'https://evil.test' } }, /"iss"/],
    ['for the audience of owners', { claims: { aud: AUDIENCE } }, /"aud"/],
    ['without an audience', { claims: { aud: undefined } }, /"aud"/],
    ['of nobody', { claims: { sub: undefined } }, /"sub"/],
    ['of an empty owner', { claims: { sub: '' } }, /does not name a run/],
    ['of no run', { claims: { run: undefined } }, /does not name a run/],
    ['of an invalid run id', { claims: { run: '*' } }, /does not name a run/],
    ['of several runs', { claims: { run: [run_id] } }, /does not name a run/],
    ['of a run and of a matter', { claims: { matter: 'c'.repeat(32) } }, /does not name a run/],
    ['of an invalid matter', { claims: { run: undefined, matter: '*' } }, /does not name a run/],
    ['without an id', { claims: { jti: undefined } }, /"jti"/],
    ['with an id of its own', { claims: { jti: 'mine' } }, /does not name a run/],
    ['longer than any of ours', { claims: { more: 'x'.repeat(9_000) } }, /too long/],
  ])('refuses one that is: %s', async (_case, signing, detail) => {
    expect(await verify(await signGuest(run_id, signing))).toEqual(refusal(detail))
  })

  it('SHARE-1: tells the token of a matter from that of a run', async () => {
    const matter_id = 'c'.repeat(32)
    expect(await verify(await signMatterGuest(matter_id))).toMatchObject({
      kind: 'guest',
      guest: { kind: 'matter', owner, matter_id, token_id: 'b'.repeat(32) },
    })
  })

  it('refuses one without a signature', async () => {
    const [, payload] = (await signGuest(run_id)).split('.')
    const header = btoa('{"alg":"none","typ":"watch+jwt"}').replace(/=+$/, '')
    expect(await verify(`${header}.${payload}.`)).toMatchObject({ kind: 'refused' })
    const bare = new UnsecuredJWT(decodeJwt(await signGuest(run_id))).encode()
    expect(await verify(bare)).toMatchObject({ kind: 'refused' })
  })

  it('refuses all if no key for them is configured', async () => {
    const none = createVerifier(secretAuth, { kind: 'none' })
    expect(await none(await signGuest(run_id))).toEqual(refusal(/No watch token/))
    expect(await none(await signToken())).toMatchObject({ kind: 'owner', owner })
  })
})

describe('W-12: the key of watch tokens gives no owner access', () => {
  it.each([
    ['as an ordinary token', { header: { alg: 'HS256', typ: 'JWT' } }, /signature/],
    ['without a type', { header: { alg: 'HS256' } }, /signature/],
    [
      'its type written out',
      { header: { alg: 'HS256', typ: 'application/watch+jwt' } },
      /signature/,
    ],
    ['its type in capitals', { header: { alg: 'HS256', typ: 'WATCH+JWT' } }, /signature/],
  ])('%s, for either audience', async (_case, signing, detail) => {
    for (const aud of [AUDIENCE, 'runcast-watch']) {
      const token = await signGuest(run_id, { key: keyOfGuests, ...signing, claims: { aud } })
      expect(await verify(token)).toEqual(refusal(detail))
    }
  })

  it('and the claims of a watch token give none under the key of owners', async () => {
    const header = { alg: 'HS256', typ: 'JWT' }
    const token = await signGuest(run_id, { key: keyOfOwners, header })
    expect(await verify(token)).toEqual(refusal(/"aud"/))
  })
})
