import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { z } from 'zod'

import type { RunId } from '../../src/protocol/ids.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import { Follower } from '../support/follower.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { User } from '../support/user.ts'
import { ALL_JOBS, expectWhole } from '../support/whole-run.ts'

const DATABASE = /^runcast-database/
const MINUTE = 60_000

// With RUNCAST_LONG the leases are those of a deployment, and the tests wait for them.
const long = process.env['RUNCAST_LONG'] !== undefined
const settings = long ? {} : { lease_ms: 2_000, renew_ms: 600, unclaimed_ms: 1_000 }

let stack: Stack

beforeAll(async () => {
  stack = await startStack({ env: { RUNCAST_SETTINGS: JSON.stringify(settings) } })
})

afterAll(() => stack?.close())

const share = (part: number) => (watched: Follower) => watched.done >= part * ALL_JOBS

/** The paths that the sites were asked for since they were started. */
async function askedFor(): Promise<string[]> {
  const answer = await fetch(`${stack.sites}/control/requests`)
  return Object.keys(z.record(z.string(), z.number()).parse(await answer.json()))
}

/**
 * Stops the database at a moment when jobs are granted: nothing of them can be recorded any more, so
 * that a kill hits work.
 */
async function stopWhileGranted(user: User, run_id: RunId): Promise<void> {
  const pid = stack.pidOf(DATABASE)
  const isGranted = async () => {
    process.kill(pid, 'SIGSTOP')
    const jobs = await user.jobs(run_id)
    const granted = jobs.some(({ status, attempt }) => attempt > 0 && !isTerminalJob(status))
    if (!granted) process.kill(pid, 'SIGCONT')
    return granted
  }
  await expect.poll(isGranted, { timeout: MINUTE, interval: 20 }).toBe(true)
}

/** A run's end as Postgres has it, so that nothing of it wakes the run's object. */
async function endInPostgres(user: User, run_id: RunId): Promise<number> {
  const ended = async () => (await user.runs()).find((run) => run.run_id === run_id)?.ended_at
  await expect.poll(ended, { timeout: MINUTE, interval: 200 }).toBeTypeOf('string')
  return Date.parse((await ended()) ?? '')
}

test('PLAN-1, JOB-1, JOB-4: a run goes on by itself after kill -9 of everything, twice', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const alice = await User.of(stack, 'alice')
  const run_id = await alice.start()
  const follower = new Follower(alice, run_id)
  await follower.until(share(0.2))

  await stopWhileGranted(alice, run_id)
  expect(follower.done).toBeLessThan(0.6 * ALL_JOBS)
  const goOn = follower.pause()
  const killed = Date.now()
  await stack.killAll()

  await stack.start()
  // A listing is being fetched again.
  await expect
    .poll(askedFor, { timeout: MINUTE, interval: 20 })
    .toContainEqual(expect.stringMatching(/^\/v1\/boards\//))
  await stack.killAll()

  await stack.start()
  const ended = await endInPostgres(alice, run_id)
  if (long) process.stderr.write(`ended ${ended - killed} ms after the first kill\n`)
  expect(ended - killed).toBeLessThan(MINUTE)

  goOn()
  const jobs = await expectWhole({ stack, user: alice, run_id, follower })
  expect(jobs.filter(({ attempt }) => attempt >= 2)).not.toEqual([])
  expect(follower.connections).toBe(2)
})

test('W-4: a watcher that connects again by itself is right through a kill and to the end', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const bob = await User.of(stack, 'bob')
  const run_id = await bob.start()
  const follower = new Follower(bob, run_id)
  await follower.until(share(0.2))
  await stack.killAll()
  expect(follower.done).toBeLessThan(ALL_JOBS)

  await stack.start()
  await expectWhole({ stack, user: bob, run_id, follower })
  expect(follower.connections).toBeGreaterThan(1)
})
