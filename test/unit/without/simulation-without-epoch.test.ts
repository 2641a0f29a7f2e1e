import { expect, it, vi } from 'vitest'

import type * as place from '../../../src/durable/watch/position.ts'
import { firstBroken } from '../../support/sim/life.ts'
import { holdTime } from '../../support/sim/time.ts'

vi.mock(import('../../../src/durable/watch/position.ts'), async (load) => {
  const real = await load()
  const positionOf: typeof place.positionOf = (run, cursor) =>
    real.positionOf(run, cursor?.replace(/^[^.]*/, run.epoch) ?? null)
  return { ...real, positionOf }
})

holdTime()

it('W-4: the simulation finds that cursors of any epoch are accepted', async () => {
  expect(await firstBroken()).toBe('watched')
})
