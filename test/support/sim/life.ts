import * as fc from 'fast-check'

import { Broken, type Invariant } from './broken.ts'
import { happen } from './happenings.ts'
import { histories, type History } from './histories.ts'
import { comeToRest } from './rest.ts'
import { type Spares, World } from './world.ts'

/** The seed of the histories. To replay a failure, set RUNCAST_SEED to the seed that it printed. */
export const seed = Number(process.env['RUNCAST_SEED'] ?? 20_261_122)

/** Lives a whole history: its steps, and then its way to rest. Throws if any invariant does not hold. */
export async function live(
  { shape, begins, happenings, zombies }: History,
  spares?: Spares,
): Promise<World> {
  const world = new World(shape, spares)
  world.disk.slow = begins === 'unsynced'
  await world.settle()
  if (begins === 'planned') await world.plan()
  for (const happening of happenings) await happen(world, happening)
  await comeToRest(world, zombies)
  return world
}

/**
 * Returns the invariant that the first broken history breaks with these parts. Returns undefined if all
 * hold.
 */
export async function firstBroken(
  spares?: Spares,
  among: fc.Arbitrary<History> = histories,
): Promise<Invariant | undefined> {
  const lives = fc.asyncProperty(among, async (history) => void (await live(history, spares)))
  const found = await fc.check(lives, { seed, numRuns: 1_000, endOnFailure: true })
  const { failed, errorInstance } = found
  if (!failed) return undefined
  if (errorInstance instanceof Broken) return errorInstance.invariant
  throw errorInstance
}
