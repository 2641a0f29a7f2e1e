import { AsyncLocalStorage } from 'node:async_hooks'

import { beforeEach, expect, it, vi } from 'vitest'

import { agree } from '../agreement.ts'
import { Follower } from '../follower.ts'
import { deliverAll, ManualRun } from '../manual-run.ts'
import { rowsOf } from '../rows.ts'

const BOARDS = [39, 40]
const MINUTES_5 = 300_000

/** The difference of the clock for code in this context. A run's object runs in another context. */
const off = new AsyncLocalStorage<number>()

beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
})

/** Lives a run whose consumers' clocks are off. Also counts how often they read the clock. */
async function runWith(ms: number) {
  const run = new ManualRun()
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
