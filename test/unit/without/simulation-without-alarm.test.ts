import { expect, it, vi } from 'vitest'

import { firstBroken } from '../../support/sim/life.ts'
import { holdTime } from '../../support/sim/time.ts'

vi.mock(import('../../../src/durable/outbox/alarm.ts'), async (load) => {
  const real = await load()
  class Alarm extends real.Alarm {
    /** The next one is armed when the work is done, and not before. */
    override fired(_again: number, work: () => number | undefined): Promise<void> {
      return super.fired(Infinity, work)
    }
  }
  return { Alarm }
})

holdTime()

it('an alarm that throws and has armed no other is found out', async () => {
  expect(await firstBroken()).toBe('armed')
})
