import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'

import { chance } from '../../scripts/sites/random.ts'
import { type Sites, startSites } from '../../scripts/sites/server.ts'
import { watchRun } from '../../src/client/client.ts'
import { runsOf } from '../../src/client/react/live-runs.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import { long, note } from '../support/chaos-figures.ts'
import { Follower } from '../support/follower.ts'
import { OwnersRuns } from '../support/owners-runs.ts'
import { asUsual } from '../support/processor-time.ts'
import { keyOf, restOf, WHOLE } from '../support/rest.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'
import { WatchChecker } from '../support/watch-checker.ts'

const DATABASE = /^runcast-database/
const POSTINGS = long ? 50 : 25
const JOBS = 20 * POSTINGS
/** The runs of each of five owners. */
const EACH = long ? 40 : 8
const KILLS = long ? 10 : 2
const PAUSE_MS = 200
/** A company whose postings are read from pages. */
const SLOW = 'company-19'
const MINUTE = 60_000
const SEED = Number(process.env['RUNCAST_SEED'] ?? 1)

const settings = long ? {} : { lease_ms: 2_000, renew_ms: 600, unclaimed_ms: 1_000 }

let sites: Sites
let stack: Stack

beforeAll(async () => {
  // The career sites stand for the world outside. The kills hit everything else.
  sites = await startSites({
    companies: 20,
    postings: POSTINGS,
    kinds: ['site', 'greenhouse', 'site', 'lever', 'site', 'ashby'],
    latency_ms: [100, 1_500],
  })
  const env = { RUNCAST_SETTINGS: JSON.stringify(settings), RUNCAST_EGRESS_ALLOW: sites.origin }
  stack = await startStack({ env })
})

afterAll(async () => {
  await stack?.close()
  await sites?.close()
})

/** Says how the pages of one company answer: so slowly that their jobs stay at work, or as the others. */
async function setPages(fault: 'page-drip' | null): Promise<void> {
  const body = JSON.stringify({ board: SLOW, fault })
  const { status } = await fetch(`${sites.origin}/control`, { method: 'POST', body })
  expect(status).toBeLessThan(300)
}

/**
 * Stops the database when jobs are granted, which are those of the slow company at least. None of these jobs can be
 * recorded, so the kill hits work in progress.
 */
async function stopWhileGranted(user: User, run_id: RunId): Promise<void> {
  const pid = stack.pidOf(DATABASE)
  const isGranted = async () => {
    const jobs = await user.jobs(run_id)
    return jobs.some(({ status, attempt }) => attempt > 0 && !isTerminalJob(status))
  }
  // The database is stopped only for granted jobs: a run whose database is away is granted none.
  const isStopped = async () => {
    if (!(await isGranted())) return false
    process.kill(pid, 'SIGSTOP')
    const granted = await isGranted()
    if (!granted) process.kill(pid, 'SIGCONT')
    return granted
  }
  await expect.poll(isStopped, { timeout: MINUTE, interval: 20 }).toBe(true)
  await setPages(null)
}

/** Reads the run's end from Postgres, because a call of the run's object would wake the object. */
async function endInPostgres(user: User, run_id: RunId): Promise<number> {
  const ended = async () => (await user.runs()).find((run) => run.run_id === run_id)?.ended_at
  await expect.poll(ended, { timeout: 4 * MINUTE, interval: 500 }).toBeTypeOf('string')
  return Date.parse((await ended()) ?? '')
}

test('PLAN-1, JOB-1, JOB-4, W-4, W-5, OWN-1, OWN-4: kill -9 of everything, again and again in one run, loses nothing and shows no watcher a gap', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const since = performance.now()
  const user = await User.of(stack, 'alice')
  await setPages('page-drip')
  const run_id = await user.start(await sampleCompanies({ sites: sites.origin }))
  const follower = new Follower(user, run_id)
  const checkers = (['sse', 'socket', 'poll'] as const).map(
    (transport) => new WatchChecker(user, run_id, transport),
  )
  const list = watchRun('live', { origin: user.origin, token: user.token, detail: true })
  const leaveList = list.subscribe(() => {})
  const done: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const share = (kill + chance(SEED, 'share', kill)) / (KILLS + 1)
    await follower.until((watched) => watched.done >= share * JOBS)
    // The first kill hits granted jobs for certain. The others come at any moment.
    if (kill === 0) await stopWhileGranted(user, run_id)
    else await delay(PAUSE_MS * chance(SEED, 'pause', kill))
    done.push(follower.done)
    await stack.killAll()
    await stack.start()
  }
  expect(done.filter((jobs) => jobs >= JOBS)).toEqual([])

  const { jobs, ...rest } = await restOf({ stack, user, run_id, checkers, expected: JOBS })
  await follower.ended
  note(
    {
      scenario: 1,
      title: 'kills',
      happened: `${KILLS} kills -9 after ${done.join(', ')} jobs`,
      since,
    },
    rest,
  )
  expect(rest).toEqual(WHOLE)
  expect(jobs.filter(({ attempt }) => attempt >= 2)).not.toEqual([])
  for (const { broken } of checkers) expect(broken).toBeGreaterThanOrEqual(KILLS)
  // The one connection to the list was cut by each kill as well, and shows the run's end.
  await expect
    .poll(() => runsOf(list.state.run))
    .toMatchObject([{ run_id, status: 'finished', percent: 100, problems: { groups: 0, jobs: 0 } }])
  leaveList()
})

test('JOB-3, W-4: a run without watchers goes on by itself after kill -9 of everything', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const since = performance.now()
  const user = await User.of(stack, 'bob')
  await setPages('page-drip')
  const run_id = await user.start(await sampleCompanies({ sites: sites.origin }))
  const follower = new Follower(user, run_id)
  await follower.until((watched) => watched.done >= 0.2 * JOBS)
  await stopWhileGranted(user, run_id)
  const goOn = follower.pause()
  const killed = Date.now()
  await stack.killAll()
  await stack.start()
  const ended = await endInPostgres(user, run_id)
  expect(asUsual(ended - killed)).toBeLessThan(MINUTE)
  goOn()
  await follower.ended
  const { jobs, ...rest } = await restOf({ stack, user, run_id, checkers: [], expected: JOBS })
  const happened = `one kill -9 of all at work, no watchers, ended ${ended - killed} ms later`
  note({ scenario: 1, title: 'kills', happened, since }, rest)
  expect(rest).toEqual(WHOLE)
  expect(follower.picture()).toEqual(Object.fromEntries(jobs.map((job) => [keyOf(job), 'ready'])))
  expect(follower.connections).toBe(2)
})

test('RUN-3, JOB-4, OWN-1, ADM-1: kill -9 of everything in the middle of the runs of five owners loses no run, doubles none, and each list is right', async () => {
  onTestFailed(() => void process.stderr.write(stack.output))
  const since = performance.now()
  await setPages(null)
  const sampled = await sampleCompanies({ sites: sites.origin })
  const boards = sampled.filter(({ source }) => source.type !== 'site')
  const names = ['eve', 'finn', 'gwen', 'hugo', 'iris']
  const all = await OwnersRuns.of(stack, { names, each: EACH, boards })
  const total = names.length * EACH
  const lists = all.owners.map((owner) => owner.follow())
  const starting = all.startAll()
  const kills: string[] = []
  const killOnce = async (isTime: () => Promise<boolean>) => {
    await expect.poll(isTime, { timeout: 4 * MINUTE, interval: 50 }).toBe(true)
    await stack.killAll()
    kills.push(`${all.started} starts`)
    await stack.start()
  }
  await killOnce(() => Promise.resolve(all.started >= total / 2))
  await starting
  const ended = await all.ended()
  // The short form stops in the middle of the starts, when the first runs are at work. The long one stops once more.
  if (long) await killOnce(async () => (await all.ended()) >= total / 3)
  await expect.poll(() => all.ended(), { timeout: 8 * MINUTE, interval: 500 }).toBe(total)

  const faults = await Promise.all(all.owners.map((owner) => owner.faults(POSTINGS)))
  for (const [at, owner] of all.owners.entries())
    await expect
      .poll(() => lists[at]?.shown().toSorted(), { timeout: MINUTE })
      .toEqual(owner.finished())
  for (const { leave } of lists) leave()
  const happened = `${kills.length} kills -9 in ${total} runs of ${names.length} owners, after ${kills.join(' and ')}`
  note({ scenario: 10, title: 'owners', happened, since }, { ...WHOLE, lost: faults.flat() })
  expect(faults.flat()).toEqual([])
  expect(ended).toBeLessThan(total)
})
