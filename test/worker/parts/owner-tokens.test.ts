import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'

import { newTokenId } from '../../../src/api/watch-token.ts'
import { tablesIn } from '../../../src/durable/storage.ts'
import type { RunId } from '../../../src/protocol/ids.ts'
import { newRunId, startOf, stubOf } from '../object.ts'
import { newOwner } from '../parts.ts'

const MINUTE = 60_000

/** A new owner's object, and what enters a token into its list. `ago`: when the token was made, in ms. */
function newObject() {
  const owner = newOwner()
  const object = () => env.OWNERS.getByName(owner)
  const keep = async (run_id: RunId, ago = 0) => {
    const made = Date.now() - ago
    const token = { run_id, token_id: newTokenId(), made, until: made + MINUTE }
    await object().keepToken(token)
    return token
  }
  const ids = async (limit = 10) =>
    (await object().listTokens({ limit })).map(({ token_id }) => token_id)
  return { owner, object, keep, ids }
}

it('SHARE-4: an object lists the tokens of runs that work, the newest first, also after it slept', async () => {
  const { owner, object, keep, ids } = newObject()
  const run_id = newRunId()
  const first = await keep(run_id, 2_000)
  const second = await keep(newRunId(), 1_000)
  await object().keepToken(first)
  await evictDurableObject(object())
  expect(await ids()).toEqual([second.token_id, first.token_id])
  expect(await ids(1)).toEqual([second.token_id])
  expect(await object().listTokens({ after: second, limit: 10 })).toEqual([
    { ...first, title: null },
  ])
  await stubOf(run_id).create({ ...startOf(run_id), owner })
  await expect
    .poll(async () => (await object().listTokens({ limit: 10 })).map(({ title }) => title))
    .toEqual([null, 'acme'])
})

it('SHARE-4: expired tokens are stored no longer than until the next call', async () => {
  const { object, keep, ids } = newObject()
  await keep(newRunId(), MINUTE + 1_000)
  const stored = () =>
    runInDurableObject(object(), (_object, { storage }) =>
      storage.sql.exec('SELECT token_id FROM run_tokens').toArray(),
    )
  expect(await stored()).toHaveLength(1)
  const { token_id } = await keep(newRunId())
  expect(await stored()).toEqual([{ token_id }])
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + MINUTE + 1_000)
  expect(await ids()).toEqual([])
  expect(await stored()).toEqual([])
})

it('SHARE-4: a token leaves the list alone, with its run, or with its owner', async () => {
  const { object, keep, ids } = newObject()
  const [run_id, other] = [newRunId(), newRunId()]
  const [one, two, three] = [await keep(run_id, 3), await keep(run_id, 2), await keep(other, 1)]
  await object().dropToken({ run_id: other, token_id: one.token_id })
  expect(await ids()).toEqual([three.token_id, two.token_id, one.token_id])
  await object().dropToken(one)
  expect(await ids()).toEqual([three.token_id, two.token_id])
  await object().forget({ run_ids: [run_id] })
  expect(await ids()).toEqual([three.token_id])
  await object()
    .erase()
    .catch(() => {})
  expect(await ids()).toEqual([])
})

it('SHARE-4: an object without tokens stores nothing when it is asked for them', async () => {
  const { object, ids } = newObject()
  expect(await ids()).toEqual([])
  await object().dropToken({ run_id: newRunId(), token_id: newTokenId() })
  const tables = await runInDurableObject(object(), (_object, { storage }) => tablesIn(storage.sql))
  expect(tables).not.toContain('run_tokens')
})
