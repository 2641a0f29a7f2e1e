import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'

import { Follower } from '../support/follower.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { User } from '../support/user.ts'
import { ALL_JOBS } from '../support/whole-run.ts'
import { Witness } from '../support/witness.ts'

const WORKER = /^runcast-worker|wrangler|workerd/
const settings = { lease_ms: 2_000, renew_ms: 600, unclaimed_ms: 1_000 }

let stack: Stack

beforeAll(async () => {
  stack = await startStack({ env: { RUNCAST_SETTINGS: JSON.stringify(settings) } })
})

afterAll(() => stack?.close())

/** The Worker's processes are killed, as by a crash; the others go on, and it is started again. */
function killWorker(): void {
  const killed = stack.processes().filter(({ command }) => WORKER.test(command))
  expect(killed.length).toBeGreaterThanOrEqual(3)
  for (const { pid } of killed) process.kill(pid, 'SIGKILL')
}

test('W-4, W-5, W-8: every watcher goes on by itself when workerd is killed twice in mid-run', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const alice = await User.of(stack, 'alice')
  const run_id = await alice.start()
  const follower = new Follower(alice, run_id)
  const transports = ['sse', 'socket', 'poll'] as const
  const witnesses = transports.map((transport) => new Witness(alice, run_id, transport))
  for (const part of [0.2, 0.5]) {
    await follower.until(({ done }) => done >= part * ALL_JOBS)
    killWorker()
    expect(follower.done).toBeLessThan(ALL_JOBS)
  }
  await follower.ended
  const jobs = await alice.jobs(run_id)
  const truth = Object.fromEntries(
    jobs.map((job) => [`${job.group} ${job.external_id}`, job.status]),
  )
  const view = await alice.view(run_id)
  expect(follower.picture()).toEqual(truth)
  expect(follower.seqs).toEqual(follower.seqs.toSorted((a, b) => a - b))
  expect(follower.connections).toBeGreaterThan(2)
  for (const witness of witnesses) {
    await witness.ended()
    expect(witness.gaps({ jobs: truth, view })).toEqual([])
    expect(witness.line).toBeGreaterThan(20)
    expect(witness.broken).toBeGreaterThanOrEqual(2)
  }
})
