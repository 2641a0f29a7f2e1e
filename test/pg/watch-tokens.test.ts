import { randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { placeMatter, removeMatter, renameMatter } from '../../src/db/matters.ts'
import {
  addWatchToken,
  admitWatchToken,
  listWatchTokens,
  MATTER_TOKENS_MAX,
  revokeAllWatchTokens,
  revokeWatchToken,
} from '../../src/db/watch-tokens.ts'
import { WatchTokenId } from '../../src/protocol/run.ts'
import { newOwner, openDatabase } from '../support/database.ts'
import { StoredDocument } from '../support/stored-document.ts'

const db = openDatabase()

const newTokenId = () => WatchTokenId.parse(randomBytes(16).toString('hex'))
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()

/** Shares a matter of an owner. */
async function share(owner: string, name: string, life_ms = 60_000) {
  const { matter_id } = await placeMatter(db, owner, name)
  const token = { owner, matter_id, token_id: newTokenId() }
  expect(await addWatchToken(db, { ...token, expires_at: inMs(life_ms) })).toBe('added')
  return token
}

const idsOf = async (owner: string) =>
  (await listWatchTokens(db, owner)).map(({ token_id }) => token_id)

test('SHARE-1: a token reads its matter and the documents of its matter, and no other', async () => {
  const document = new StoredDocument(db, { matter: 'Smith' })
  const { owner } = document
  const token = await share(owner, 'Smith')
  await document.add()
  const other = new StoredDocument(db, { owner, matter: 'Jones' })
  await other.add()
  const theirs = new StoredDocument(db, { matter: 'Smith' })
  await theirs.add()
  const asks = (document_id?: string) => admitWatchToken(db, { ...token, document_id })

  expect(await asks()).toBe('yes')
  expect(await asks(document.key.document_id)).toBe('yes')
  expect(await asks(other.key.document_id)).toBe('unknown')
  expect(await asks(theirs.key.document_id)).toBe('unknown')
  expect(await asks('0'.repeat(32))).toBe('unknown')
  const jones = await placeMatter(db, owner, 'Jones')
  expect(await admitWatchToken(db, { ...token, matter_id: jones.matter_id })).toBe('revoked')
  expect(await admitWatchToken(db, { ...token, owner: newOwner() })).toBe('unknown')

  await renameMatter(db, token, 'Smith ./. Jones')
  expect(await asks(document.key.document_id)).toBe('yes')
})

test('SHARE-2: a revoked token reads nothing, and the others go on', async () => {
  const owner = newOwner()
  const gone = await share(owner, 'Smith')
  const kept = await share(owner, 'Smith')
  expect(await idsOf(owner)).toEqual([kept.token_id, gone.token_id])
  expect(await revokeWatchToken(db, gone)).toBe(true)
  expect(await revokeWatchToken(db, gone)).toBe(true)
  expect(await admitWatchToken(db, gone)).toBe('revoked')
  expect(await admitWatchToken(db, kept)).toBe('yes')
  expect(await idsOf(owner)).toEqual([kept.token_id])
  const stranger = newOwner()
  expect(await revokeWatchToken(db, { ...kept, owner: stranger })).toBe(false)
  await revokeAllWatchTokens(db, { owner: stranger })
  expect(await admitWatchToken(db, kept)).toBe('yes')
})

test('SHARE-2: all tokens of a matter, or of an owner, are revoked at once', async () => {
  const owner = newOwner()
  const smith = await share(owner, 'Smith')
  const jones = await share(owner, 'Jones')
  await revokeAllWatchTokens(db, smith)
  expect(await idsOf(owner)).toEqual([jones.token_id])
  await revokeAllWatchTokens(db, { owner })
  expect(await idsOf(owner)).toEqual([])
})

test('SHARE-2, DEL-5: the tokens go with their matter, and none is made for a matter that is gone', async () => {
  const owner = newOwner()
  const token = await share(owner, 'Smith')
  expect(await removeMatter(db, token)).toBe('removed')
  expect(await admitWatchToken(db, token)).toBe('unknown')
  expect(await db.query('SELECT 1 FROM watch_tokens WHERE owner = $1', [owner])).toEqual([])
  const again = { ...token, token_id: newTokenId(), expires_at: inMs(60_000) }
  expect(await addWatchToken(db, again)).toBeUndefined()
  // A matter of the same name is another one.
  await placeMatter(db, owner, 'Smith')
  expect(await admitWatchToken(db, token)).toBe('unknown')
})

test('SHARE-2: the list has the tokens that work, and expired ones go with the next one', async () => {
  const owner = newOwner()
  const expired = await share(owner, 'Smith', -1_000)
  expect(await idsOf(owner)).toEqual([])
  const token = await share(owner, 'Jones')
  expect(await listWatchTokens(db, owner)).toEqual([
    {
      kind: 'matter',
      token_id: token.token_id,
      matter_id: token.matter_id,
      matter: 'Jones',
      created_at: expect.stringMatching(/Z$/),
      expires_at: expect.stringMatching(/Z$/),
    },
  ])
  const rows = await db.query('SELECT token_id FROM watch_tokens WHERE owner = $1', [owner])
  expect(rows).toEqual([{ token_id: token.token_id }])
  expect(await admitWatchToken(db, expired)).toBe('revoked')
})

test('SHARE-2: an owner has so many tokens at a time', async () => {
  const { owner, matter_id, token_id } = await share(newOwner(), 'Smith')
  await db.query(
    `INSERT INTO watch_tokens (owner, matter_id, token_id, expires_at)
     SELECT $1, $2, 'token ' || n, now() + interval '1 hour' FROM generate_series(2, $3::integer) AS n`,
    [owner, matter_id, MATTER_TOKENS_MAX],
  )
  const more = { owner, matter_id, token_id: newTokenId(), expires_at: inMs(60_000) }
  expect(await addWatchToken(db, more)).toBe('too_many')
  await revokeWatchToken(db, { owner, matter_id, token_id })
  expect(await addWatchToken(db, more)).toBe('added')
})
