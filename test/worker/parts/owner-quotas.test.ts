import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'

import { newRunId, settings, startOf, stubOf } from '../object.ts'
import { newOwner } from '../parts.ts'

it('QUOTA-1: what was uploaded in a day outlives the object, and a run that the list has takes nothing', async () => {
  const owner = newOwner()
  const object = () => env.OWNERS.getByName(owner)
  const { upload_day_bytes: limit } = settings
  expect(await object().takeQuota({ ask: { upload_bytes: limit - 1 } })).toEqual({ kind: 'taken' })
  await evictDurableObject(object())
  expect(await object().takeQuota({ ask: { upload_bytes: 2 } })).toMatchObject({
    kind: 'over',
    over: [{ name: 'upload_bytes', limit, used: limit - 1, left: 1, window_s: 86_400 }],
  })
  const more = { ask: { stored_bytes: 100 } }
  expect(await object().takeQuota(more)).toEqual({ kind: 'count' })
  expect(await object().takeQuota({ ...more, stored_bytes: 400 })).toEqual({ kind: 'taken' })
  await evictDurableObject(object())
  const run_id = newRunId()
  const ask = { starts: settings.starts_a_minute + 1 }
  expect(await object().takeQuota({ run_id, ask })).toMatchObject({ kind: 'over' })
  await stubOf(run_id).create({ ...startOf(run_id), owner })
  await expect.poll(() => object().runs()).toEqual([run_id])
  expect(await object().takeQuota({ run_id, ask })).toEqual({ kind: 'taken' })
  expect((await object().admitted()).quotas).toMatchObject([
    { name: 'starts', used: 0 },
    { name: 'runs_waiting', used: 0 },
    { name: 'previews', used: 0 },
    { name: 'upload_bytes', left: 1 },
    { name: 'stored_bytes', used: 500 },
  ])
})
