import * as fc from 'fast-check'

import { perform } from './actions.ts'
import { Broken, type Invariant } from './broken.ts'
import { histories, type History } from './histories.ts'
import { comeToRest } from './rest.ts'
import { type Replacements, World } from './world.ts'

/** The seed of the histories. To replay a failure, set RUNCAST_SEED to the seed that it printed. */
export const seed = Number(process.env['RUNCAST_SEED'] ?? 20_261_122)

/** Lives a whole history: its steps, and then its way to rest. Throws if any invariant does not hold. */
export async function live(
  { shape, begins, actions, zombies }: History,
  replacements?: Replacements,
): Promise<World> {
  const world = new World(shape, replacements)
  world.disk.slow = begins === 'unsynced'
  await world.settle()
  if (begins === 'planned') await world.plan()
  for (const action of actions) await perform(world, action)
  await comeToRest(world, zombies)
  return world
}

/**
 * Returns the invariant that the first broken history breaks with these parts. Returns undefined if all
 * hold.
 */
export async function firstBroken(
  replacements?: Replacements,
  among: fc.Arbitrary<History> = histories,
): Promise<Invariant | undefined> {
  const lives = fc.asyncProperty(among, async (history) => void (await live(history, replacements)))
  const found = await fc.check(lives, { seed, numRuns: 1_000, endOnFailure: true })
  const { failed, errorInstance } = found
  if (!failed) return undefined
  if (errorInstance instanceof Broken) return errorInstance.invariant
  throw errorInstance
}
