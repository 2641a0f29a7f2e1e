import { expect, it } from 'vitest'

import { Database } from '../../support/sim/database.ts'
import { firstBroken } from '../../support/sim/life.ts'
import { SimObject } from '../../support/sim/sim-object.ts'
import { holdTime } from '../../support/sim/time.ts'
import type { Spares } from '../../support/sim/world.ts'

holdTime()

/** Its rows take any attempt. */
class Unfenced extends Database {
  protected override refuses(): boolean {
    return false
  }
}

const database: Spares['database'] = (...given) => new Unfenced(...given)

it('JOB-4: a Postgres without the fence is found out', async () => {
  expect(await firstBroken({ database })).toBe('postgres')
})

it('Q-2: an outbox that forgets what was posted is found out', async () => {
  const broken = await firstBroken({
    object: ({ post, ...ports }) =>
      new SimObject({
        ...ports,
        post(entries) {
          const { store } = ports
          store.transaction(() => {
            for (const { id } of entries) store.dropEntry(id)
          })
          return post(entries)
        },
      }),
  })
  expect(broken).toBe('owed')
})

it('an engine that arms nothing is found out', async () => {
  const broken = await firstBroken({
    object: ({ clock, ...ports }) =>
      new SimObject({ ...ports, clock: { ...clock, set: () => Promise.resolve() } }),
  })
  expect(broken).toBe('armed')
})

it('W-11: watchers who are shown what is not durable are found out', async () => {
  const broken = await firstBroken({
    object: (ports) => new SimObject({ ...ports, synced: () => Promise.resolve() }),
  })
  expect(broken).toBe('watched')
})
