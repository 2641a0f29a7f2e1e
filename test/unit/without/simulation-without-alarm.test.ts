import { expect, it, vi } from 'vitest'

import { firstBroken } from '../../support/sim/life.ts'
import { holdTime } from '../../support/sim/time.ts'

vi.mock(import('../../../src/durable/outbox/alarm.ts'), async (load) => {
  const real = await load()
  class Alarm extends real.Alarm {
    /** Sets the next alarm only when the work is done. */
    override fired(_again: number, work: () => number | undefined): Promise<void> {
      return super.fired(Infinity, work)
    }
  }
  return { Alarm }
})

holdTime()

it('the simulation finds an alarm that throws before the next one is set', async () => {
  expect(await firstBroken()).toBe('armed')
})
