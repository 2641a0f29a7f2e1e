import { expect, it } from 'vitest'

import { Database } from '../../support/sim/database.ts'
import { firstBroken } from '../../support/sim/life.ts'
import { SimObject } from '../../support/sim/sim-object.ts'
import { holdTime } from '../../support/sim/time.ts'
import type { Replacements } from '../../support/sim/world.ts'

holdTime()

/** A Postgres whose rows accept any attempt. */
class Unfenced extends Database {
  protected override refuses(): boolean {
    return false
  }
}

const database: Replacements['database'] = (...given) => new Unfenced(...given)

it('JOB-4: the simulation finds a Postgres without the fence', async () => {
  expect(await firstBroken({ database })).toBe('postgres')
})

it('Q-2: the simulation finds an outbox that forgets sent entries', async () => {
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

it('the simulation finds an engine that sets no alarm', async () => {
  const broken = await firstBroken({
    object: ({ clock, ...ports }) =>
      new SimObject({ ...ports, clock: { ...clock, set: () => Promise.resolve() } }),
  })
  expect(broken).toBe('armed')
})

it('W-11: the simulation finds watchers that are shown what is not durable', async () => {
  const broken = await firstBroken({
    object: (ports) => new SimObject({ ...ports, synced: () => Promise.resolve() }),
  })
  expect(broken).toBe('watched')
})
