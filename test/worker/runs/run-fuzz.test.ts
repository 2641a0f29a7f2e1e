import { beforeEach, expect, it, vi } from 'vitest'

import { agree } from '../agreement.ts'
import { FaultyRun } from '../faulty-run.ts'
import { Follower } from '../follower.ts'
import { count, database } from '../parts.ts'

const BOARDS = [32, 33, 34, 35]
const JOBS = BOARDS.length * 25

// The simulated alarm uses the real clock. With the date an hour ahead it fires only when a test fires
// it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.spyOn(console, 'error').mockReturnValue()
  vi.spyOn(console, 'warn').mockReturnValue()
})

const seeds = Array.from({ length: 12 }, (_, n) => n + 1)

it.each(seeds)(
  'JOB-1, JOB-4, W-4: each job is new once and all parts agree, whatever happens: seed %i',
  async (seed) => {
    const rough = new FaultyRun(seed)
    await rough.start(BOARDS)
    const follower = new Follower(rough)
    await live(rough, follower)
    expect(await rough.run.view({ owner: rough.owner })).toMatchObject({
      status: 'finished',
      snapshot: { total: JOBS, ready: JOBS, new: JOBS },
    })
    expect(await count(rough.owner, 'outcome', rough.run_id)).toEqual({ new: JOBS })
    const sql = 'SELECT 1 FROM postings WHERE owner = $1'
    expect(await database().query(sql, [rough.owner])).toHaveLength(JOBS)
    await agree(rough, follower.state)
  },
)

it.each(seeds)('RUN-2: all agree on an aborted run, whatever happens: seed %i', async (seed) => {
  const rough = new FaultyRun(seed)
  await rough.start(BOARDS)
  const follower = new Follower(rough)
  for (let step = 0; step < seed * 2; step += 1) await rough.step(follower)
  const { owner } = rough
  const answer = await rough.run.abort({ owner, by: owner })
  await live(rough, follower)
  expect(await rough.run.view({ owner })).toMatchObject(
    answer.kind === 'aborted'
      ? { status: 'aborted', abort: answer.receipt }
      : { status: 'finished', snapshot: { ready: JOBS } },
  )
  await agree(rough, follower.state)
})

/** Lives a run with troubles for a while, and then without troubles to its end. */
async function live(rough: FaultyRun, follower: Follower): Promise<void> {
  let attempts: ReadonlyMap<string, number> = new Map()
  for (let step = 0; step < 40 && !(await rough.isOver()); step += 1) {
    await rough.step(follower)
    attempts = await risen(rough, attempts)
  }
  for (let step = 0; step < 40 && !(await rough.isOver()); step += 1) await rough.calm()
  // If a checkpoint was lost, the run owes it again.
  for (let turn = 0; turn < 3; turn += 1) await rough.calm()
  await follower.done
}

/** Reads each job's attempt, and checks that none has fallen. */
async function risen(rough: FaultyRun, before: ReadonlyMap<string, number>) {
  const page = await rough.run.jobs({ owner: rough.owner, limit: JOBS + 1 })
  if (page === undefined || page === 'bad_cursor') throw new Error('the run is not there')
  const now = new Map(page.jobs.map((job) => [`${job.group} ${job.external_id}`, job.attempt]))
  for (const [key, attempt] of before) expect(now.get(key)).toBeGreaterThanOrEqual(attempt)
  return now
}
