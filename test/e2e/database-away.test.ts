import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, test } from 'vitest'

import type { WatchedRun } from '../../src/protocol/fold.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { Follower } from '../support/follower.ts'
import { asUsual } from '../support/processor-time.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'
import { ALL_JOBS, expectWhole } from '../support/whole-run.ts'

const DATABASE = /^runcast-database/
/** Long, so that an answer which waits for no statement comes sooner on any machine. */
const STATEMENT_MS = 8_000

let stack: Stack

beforeAll(async () => {
  const settings = { statement_ms: STATEMENT_MS, probe_ms: 500, renew_ms: 400 }
  stack = await startStack({ env: { RUNCAST_SETTINGS: JSON.stringify(settings) } })
})

afterAll(() => stack?.close())

/** Stops Postgres: it keeps its connections, but answers nothing. The returned function lets it go on. */
function stopDatabase(): () => void {
  const pid = stack.pidOf(DATABASE)
  process.kill(pid, 'SIGSTOP')
  const goOn = () => void process.kill(pid, 'SIGCONT')
  onTestFinished(goOn)
  return goOn
}

async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const begun = Date.now()
  return [await work, Date.now() - begun]
}

test('Q-2, DB-1: a start needs no Postgres, and runs wait for Postgres and lose nothing', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const alice = await User.of(stack, 'alice')
  const bob = await User.of(stack, 'bob')
  const companies = await sampleCompanies(stack)
  const before = await alice.start(companies)
  const midway = new Follower(alice, before)
  await midway.until(({ done }) => done >= 0.1 * ALL_JOBS)

  const goOn = stopDatabase()
  const body = { pipeline: 'ingestion', input: { companies } }
  const [answer, start_ms] = await timed(bob.post('/api/runs', body))
  expect(answer.status).toBe(202)
  expect(start_ms).toBeLessThan(STATEMENT_MS)
  const { run_id } = RunStarted.parse(await answer.json())
  const waiting = new Follower(bob, run_id)
  await waiting.until(({ events }) => events.length > 0)

  const said = stack.output.length
  const query = `?token=${bob.token}`
  const lists = ['/api/runs', '/api/postings'].map((path) => timed(bob.get(`${path}${query}`)))
  for (const [list, list_ms] of await Promise.all(lists)) {
    expect(Problem.parse(await list.json())).toMatchObject({ type: '/problems/unavailable' })
    expect(list.status).toBe(503)
    expect(list.headers.get('content-type')).toBe('application/problem+json')
    expect(asUsual(list_ms)).toBeLessThan(STATEMENT_MS + 1_000)
  }
  // The log has the failures, but no token.
  await expect.poll(() => stack.output.slice(said)).toContain('a request failed')
  expect(stack.output).not.toContain(bob.token.split('.')[2])
  // A plan that needs Postgres waits. It has failed at nothing, and the run says so.
  await waiting.until(({ state }) => isWaiting(state))
  expect(Object.values((await bob.view(run_id)).groups)).toContainEqual(UNTOUCHED)
  const [view, view_ms] = await timed(bob.view(run_id))
  expect(view_ms).toBeLessThan(STATEMENT_MS)
  expect(view.counts.total).toBe(0)
  expect(midway.state.status).toBe('ingesting')

  goOn()
  await expectWhole({ stack, user: alice, run_id: before, follower: midway })
  await expectWhole({ stack, user: bob, run_id, follower: waiting })
  expect([midway.connections, waiting.connections]).toEqual([1, 1])
})

const UNTOUCHED = {
  title: expect.any(String),
  status: 'waiting',
  found: 0,
  counts: { total: 0, by_status: {} },
}

function isWaiting({ progress }: WatchedRun): boolean {
  return progress?.waits?.some(({ code }) => code === 'database_away') ?? false
}

test('Q-2: a database that dies in the middle of a run costs the run nothing', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const carol = await User.of(stack, 'carol')
  const run_id = await carol.start()
  const follower = new Follower(carol, run_id)
  await follower.until(({ done }) => done >= 0.2 * ALL_JOBS)
  process.kill(stack.pidOf(DATABASE), 'SIGKILL')
  const jobs = await expectWhole({ stack, user: carol, run_id, follower })
  expect(jobs).toHaveLength(ALL_JOBS)
})
