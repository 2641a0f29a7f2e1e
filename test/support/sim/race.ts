import { isPlanned } from '../../../src/durable/run/group-state.ts'
import { isOpen } from '../../../src/durable/run/job-state.ts'
import { isEnded } from '../../../src/durable/run/run-state.ts'
import { Broken, expectEqual } from './broken.ts'
import { endRun } from './client.ts'
import { noFaults } from './parts.ts'
import type { World } from './world.ts'

/** A source of numbers from 0 up to below 1. The same seed gives the same numbers. */
export type Dice = () => number

export function diceOf(seed: number): Dice {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * Lets the run go on in any order without failures. When at most `open` things are left to do, two clients
 * abort it at once.
 */
export async function race(world: World, open: number, dice: Dice): Promise<void> {
  let asked = false
  for (let i = 0; i < 400; i += 1) {
    if (!asked && left(world) <= open) {
      asked = true
      for (let n = 0; n < 2; n += 1)
        world.wire.start(endRun(world.parts, (answer) => world.aborted.push(answer)))
    }
    if (asked && isEnded(world.look().run)) return
    await step(world, dice)
    await world.settle()
  }
}

/**
 * Delivers a message, lets a call arrive, or fires the alarm. Now and then the object crashes before its
 * writes are durable.
 */
async function step(world: World, dice: Dice): Promise<void> {
  const pick = Math.floor(dice() * 1_000)
  world.disk.slow = dice() < 0.3
  if (dice() < 0.03) return world.crash(pick)
  const message = dice() < 0.4 ? world.queue.deliver(pick) : undefined
  const sent = message === undefined ? world.wire.take(pick) : undefined
  if (message !== undefined) world.deliver(message, noFaults)
  else if (sent !== undefined) world.wire.arrive(sent)
  else if (world.queue.mail.length === 0) await world.alarm()
}

function left(world: World): number {
  const { groups, jobs } = world.look()
  const plans = groups.filter((group) => !isPlanned(group)).length
  return plans * 100 + jobs.filter(isOpen).length
}

/** Tells whether the abort or the finish came first. Postgres, all watchers and all callers must agree. */
export function winner({ aborted, database, watchers, object }: World): 'abort' | 'finish' {
  const { tombstone } = object.engine
  const status = tombstone?.life.status
  if (status !== 'aborted' && status !== 'finished') throw new Broken('rest', `it is ${status}`)
  const { view } = database.run ?? {}
  expectEqual('rest', view?.status, status)
  for (const client of watchers.clients) expectEqual('rest', client.state.status, status)
  const receipt = tombstone?.life.status === 'aborted' ? tombstone.life.receipt : undefined
  expectEqual('rest', view?.abort, receipt)
  const due = receipt ? { kind: 'aborted', receipt } : { kind: 'ended', status }
  for (const { answer } of aborted) expectEqual('rest', answer, due)
  const ends = [...database.jobs.values()].filter((job) => job.status === 'aborted').length
  if (status === 'finished' && ends > 0) throw new Broken('rest', `finished, with ${ends} aborted`)
  return status === 'aborted' ? 'abort' : 'finish'
}
