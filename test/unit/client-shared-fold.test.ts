import { expect, it } from 'vitest'

import { foldShared } from '../../src/client/shared-fold.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'

const listing: RunEvent = {
  event: 'all_jobs',
  data: { acme: [{ external_id: '1', title: 'One', status: 'pending' }] },
}
const update: RunEvent = { event: 'update', data: { acme: { 1: 'ready' } } }

it('gives two readers of the same events the same states', () => {
  const first = foldShared(unwatched, listing)
  const second = foldShared(first, update)
  expect(foldShared(unwatched, listing)).toBe(first)
  expect(foldShared(first, update)).toBe(second)
  expect(second).toEqual(fold(fold(unwatched, listing), update))
})

it('applies an event anew to another state', () => {
  const first = foldShared(unwatched, update)
  const listed = foldShared(unwatched, listing)
  expect(foldShared(listed, update)).toEqual(fold(listed, update))
  expect(foldShared(unwatched, update)).toEqual(first)
})
