import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { RunEngine } from '../../../src/durable/run/run-engine.ts'
import { clearFaults, setInstantFault } from '../../../src/failpoint.ts'
import { GroupKey } from '../../../src/protocol/ids.ts'
import { agree } from '../agreement.ts'
import { Follower } from '../follower.ts'
import { deliver } from '../manual-queues.ts'
import { ManualRun } from '../manual-run.ts'
import { changeSettings, claim, within } from '../object.ts'

const BOARDS = [44, 45]
const JOBS = 50
const SLICE = 9

// The date is an hour ahead, so that the simulated alarm, which uses the real clock, fires only when a
// test fires it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  vi.spyOn(console, 'error').mockReturnValue()
  vi.spyOn(console, 'warn').mockReturnValue()
})

afterEach(() => {
  clearFaults()
  vi.useRealTimers()
})

class SlicedRun extends ManualRun {
  /** How often the object has ended before a slice. */
  ends = 0

  /** Plans the run, and watches it. */
  async planned(): Promise<Follower> {
    await this.start(BOARDS)
    const follower = new Follower(this)
    await deliver(await this.queues.take('plan'))
    return follower
  }

  /** Fails every job, so that the run ends. */
  async fail(): Promise<void> {
    for (;;) {
      const flights = this.queues.takeNow('flight')
      if (flights.length === 0) return
      for (const { flight } of flights) {
        const { grant, jobs } = await claim(this.run, flight)
        const failure = { code: 'broken', message: 'It broke.', retryable: false }
        const rows = jobs.map(
          ({ n, attempt }) => ({ n, attempt, kind: 'failed', failure }) as const,
        )
        await this.run.report({ flight, grant, rows, last: true })
      }
    }
  }

  /** Ends the object before each slice that it would take by itself, so that only its alarm takes slices. */
  async endBeforeEachSlice(): Promise<void> {
    const state = await within(this.run, (_, own) => own)
    await changeSettings(this.run, { slice_jobs: SLICE })
    setInstantFault('run.slicing', () => {
      this.ends += 1
      state.abort('a fault')
    })
  }

  /** Lets the alarm take one slice after the other, each in the life of another object. */
  async takeSlices(): Promise<void> {
    for (let ends = 1; await this.isSliced(); ends += 1) {
      await vi.waitUntil(() => this.ends === ends, { timeout: 60_000 })
      await this.endBeforeEachSlice()
      await this.pass(1_000).catch(expectFault)
    }
    clearFaults()
  }

  private async isSliced(): Promise<boolean> {
    try {
      return await within(this.run, (object) => {
        const engine: RunEngine = Reflect.get(object, 'engine')
        return engine.run?.sliced !== undefined
      })
    } catch (error) {
      expectFault(error)
      return this.isSliced()
    }
  }
}

function expectFault(error: unknown): void {
  if (!String(error).includes('a fault')) throw error
}

it('RUN-1, RUN-2: an abort goes on by itself although the object ends after each slice', async () => {
  const run = new SlicedRun()
  const { owner } = run
  const follower = await run.planned()
  const [{ flight }] = await run.queues.take('flight')
  const grant = await claim(run.run, flight)
  await run.endBeforeEachSlice()
  const answer = await run.run.abort({ owner, by: owner })
  expect(answer).toMatchObject({ kind: 'aborted', receipt: { in_flight: grant.jobs.length } })
  await run.takeSlices()
  expect(run.ends).toBe(Math.ceil((JOBS - grant.jobs.length) / SLICE))
  expect(await run.run.view({ owner })).toMatchObject({
    status: 'aborted',
    abort: answer.kind === 'aborted' ? answer.receipt : undefined,
    snapshot: { total: JOBS, aborted: JOBS, ready: 0, failed: 0, skipped: 0 },
  })
  await run.rest()
  await follower.done
  await agree(run, follower.state)
})

it('RUN-1: a retry goes on by itself although the object ends after each slice', async () => {
  const run = new SlicedRun()
  const { owner } = run
  const first = await run.planned()
  await run.fail()
  await run.rest()
  await first.done
  await run.endBeforeEachSlice()
  const answer = await run.run.retry({ owner, status: 'failed' })
  expect(answer).toEqual({ kind: 'retried', round: 2, jobs: JOBS, groups: 0 })
  await run.takeSlices()
  expect(run.ends).toBe(Math.ceil(JOBS / SLICE) - 1)
  const follower = new Follower(run)
  await run.rest()
  await follower.done
  expect(await run.run.view({ owner })).toMatchObject({
    status: 'finished',
    round: 2,
    snapshot: { total: JOBS, ready: JOBS, failed: 0 },
  })
  await agree(run, follower.state)
})

it('RUN-1, RUN-2: a retry that comes during an abort waits for its end', async () => {
  const run = new SlicedRun()
  const { owner } = run
  await run.start(BOARDS)
  await deliver(await run.queues.take('plan'))
  await changeSettings(run.run, { slice_jobs: SLICE })
  const groups = Object.keys((await run.run.view({ owner }))?.groups ?? {})
  const abort = run.run.abort({ owner, by: owner })
  const retry = run.run.retry({ owner, groups: groups.map((key) => GroupKey.parse(key)) })
  expect(await abort).toMatchObject({ kind: 'aborted' })
  expect(await retry).toMatchObject({ kind: 'retried', round: 2, jobs: JOBS })
  await run.rest()
  expect(await run.run.view({ owner })).toMatchObject({ status: 'finished', round: 2 })
})
