import { AsyncLocalStorage } from 'node:async_hooks'

import { beforeEach, expect, it, vi } from 'vitest'

import { agree } from '../agreement.ts'
import { Follower } from '../follower.ts'
import { deliverAll, HandRun } from '../hand-run.ts'
import { rowsOf } from '../rows.ts'

const BOARDS = [39, 40]
const MINUTES_5 = 300_000

/** By how much the clock is off where this is called from; a run's object is called from elsewhere. */
const off = new AsyncLocalStorage<number>()

beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
})

/** A run to its end whose consumers' clocks are off, and how often they looked at them. */
async function runWith(ms: number) {
  const run = new HandRun()
  const { owner } = run
  const right = Date.now.bind(Date)
  let looks = 0
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => {
    const wrong = off.getStore()
    if (wrong !== undefined) looks += 1
    return right() + (wrong ?? 0)
  })
  const began = right()
  await run.start(BOARDS)
  const follower = new Follower(run)
  await run.rest((messages) => off.run(ms, () => deliverAll(messages)))
  const took = right() - began
  await follower.done
  clock.mockRestore()
  await agree(run, follower.state)
  const view = await run.run.view({ owner })
  const times = [view?.created_at, view?.started_at, view?.ended_at]
  const since = times.map((time) => Date.parse(time ?? '') - began)
  const told = { status: view?.status, groups: view?.groups, snapshot: view?.snapshot, since }
  return { rows: await rowsOf(owner), told, took, looks }
}

it.each([
  ['fast', MINUTES_5],
  ['slow', -MINUTES_5],
])('JOB-1: consumers whose clocks are five minutes %s change nothing', async (_, ms) => {
  const { looks, ...right } = await runWith(0)
  expect(looks).toBeGreaterThan(0)
  expect(await runWith(ms)).toMatchObject(right)
})
