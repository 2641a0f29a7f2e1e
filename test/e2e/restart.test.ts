import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'

import { type Transport, watchRun } from '../../src/client/client.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { Follower } from '../support/follower.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { User } from '../support/user.ts'
import { ALL_JOBS } from '../support/whole-run.ts'

const WORKER = /^runcast-worker|wrangler|workerd/
const settings = { lease_ms: 2_000, renew_ms: 600, unclaimed_ms: 1_000 }
const timing = { backoff_ms: 50, backoff_max_ms: 500, poll_ms: 50, poll_wait_s: 2 }

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

/** The library's watch of a run, with every cursor and every line of the log that it showed. */
function listen(run_id: RunId, transport: Transport, token: string) {
  const { origin } = stack
  const watch = watchRun(run_id, { origin, token, transport, timing, log: true })
  const seqs: number[] = []
  const lines: number[] = []
  let broken = 0
  watch.subscribe(() => {
    if (watch.state.connection.status === 'reconnecting') broken += 1
  })
  const heard = (async () => {
    for await (const event of watch.events()) {
      if (event.id !== undefined) seqs.push(parseCursor(event.id)?.seq ?? NaN)
      if (event.event === 'log' && 'seq' in event.data) lines.push(event.data.seq)
    }
  })()
  return { watch, seqs, lines, heard, broken: () => broken }
}

test('W-4, W-5, W-8: every watcher goes on by itself when workerd is killed twice in mid-run', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const alice = await User.of(stack, 'alice')
  const run_id = await alice.start()
  const follower = new Follower(alice, run_id)
  const transports = ['sse', 'socket', 'poll'] as const
  const watches = transports.map((transport) => listen(run_id, transport, alice.token))
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
  const { cursor } = await alice.view(run_id)
  expect(follower.picture()).toEqual(truth)
  expect(follower.seqs).toEqual(follower.seqs.toSorted((a, b) => a - b))
  expect(follower.connections).toBeGreaterThan(2)
  for (const { watch, seqs, lines, heard, broken } of watches) {
    const last = await watch.ended
    await heard
    expect(last.connection).toEqual({ status: 'ended' })
    expect(last.cursor).toBe(cursor)
    expect(pictureOf(last.run.jobs)).toEqual(truth)
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    expect(lines).toEqual(Array.from(lines, (_, index) => index + 1))
    expect(lines.length).toBeGreaterThan(20)
    expect(broken()).toBeGreaterThanOrEqual(2)
  }
})

function pictureOf(jobs: Awaited<ReturnType<typeof watchRun>['ended']>['run']['jobs']) {
  const all = [...jobs].flatMap(([group, members]) =>
    [...members.values()].map((job) => [`${group} ${job.external_id}`, job.status] as const),
  )
  return Object.fromEntries(all)
}
