import { beforeEach, expect, it, vi } from 'vitest'

import type { Owner } from '../../../src/protocol/ids.ts'
import type { Message } from '../../../src/protocol/messages.ts'
import { agree } from '../agreement.ts'
import { Follower } from '../follower.ts'
import { deliver } from '../manual-queues.ts'
import { deliverAll, ManualRun } from '../manual-run.ts'
import { control, newOwner } from '../parts.ts'
import { rowsOf } from '../rows.ts'

const BOARDS = [37, 38]
const FLIGHT_JOBS = 13

// The simulated alarm uses the real clock. With the date an hour ahead it fires only when a test fires
// it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
})

type Delivery = {
  readonly work: typeof deliverAll
  readonly late: () => Promise<void>
}

/** Lives a run to its end, and then calls `late`. */
async function runThrough(owner: Owner, { work, late }: Delivery) {
  const run = new ManualRun(owner)
  await run.start(BOARDS, FLIGHT_JOBS)
  const follower = new Follower(run)
  await run.rest(work)
  await follower.done
  await late()
  await agree(run, follower.state)
  vi.setSystemTime(Date.now() + 1_000)
  return run.run.view({ owner })
}

/** Lives two runs. The boards of the second one have changed. */
async function twoRuns(owner: Owner, delivery: Delivery) {
  const [changed = 0] = BOARDS
  const first = await runThrough(owner, delivery)
  await control(changed, { visit: 2 })
  const second = await runThrough(owner, delivery)
  await control(changed, { visit: 1 })
  return [first, second].map((view) => ({ status: view?.status, snapshot: view?.snapshot }))
}

it('Q-2, JOB-4: every message three times, in reverse order, has the same effects as once', async () => {
  const [plain, rough] = [newOwner(), newOwner()]
  const views = await twoRuns(plain, { work: deliverAll, late: () => Promise.resolve() })
  expect(views).toMatchObject([
    { status: 'finished', snapshot: { total: 50, new: 50 } },
    { status: 'finished', snapshot: { new: 3, changed: 3 } },
  ])
  const all: Message[] = []
  const twice = async (messages: readonly Message[]) => {
    all.push(...messages)
    for (const message of messages.toReversed()) await deliver([message, message])
  }
  const onceMore = async () => {
    for (const message of all.toReversed()) await deliver([message])
  }
  expect(await twoRuns(rough, { work: twice, late: onceMore })).toEqual(views)
  expect(await rowsOf(rough)).toEqual(await rowsOf(plain))
})
