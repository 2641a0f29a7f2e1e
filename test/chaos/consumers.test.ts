import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

import { parseCursor } from '../../src/protocol/cursor.ts'
import { LogPage } from '../../src/protocol/log.ts'
import { long, note } from '../support/chaos-figures.ts'
import { ChaosStack } from '../support/chaos-stack.ts'
import { tellSites } from '../support/own-sites.ts'
import { restOf, WHOLE } from '../support/rest.ts'
import { storedJobs } from '../support/stored-jobs.ts'
import { sampleCompanies, User } from '../support/user.ts'
import { WatchChecker } from '../support/watch-checker.ts'

const COMPANIES = long ? 20 : 8
const POSTINGS = long ? 50 : 10
const JOBS = COMPANIES * POSTINGS
const FIVE_MINUTES_MS = 300_000

// The statement of a zombie is held up for longer than a lease, so statements may take long.
const patient = { statement_ms: 60_000 }
const settings = long
  ? patient
  : { ...patient, lease_ms: 2_000, renew_ms: 600, unclaimed_ms: 1_000 }

let stack: ChaosStack

beforeAll(async () => {
  const kinds = ['greenhouse', 'lever', 'ashby', 'site'] as const
  const sites = { companies: COMPANIES, postings: POSTINGS, content: 300, kinds: [...kinds] }
  stack = await ChaosStack.start({ settings, sites })
})

afterAll(() => stack?.close())

/** Makes a first run of a new user. Returns the parts of its outcome that are equal for all users. */
async function runOf(name: string) {
  const user = await User.of(stack, name)
  const run_id = await user.start()
  const checkers = [new WatchChecker(user, run_id, 'sse')]
  const { jobs, ...rest } = await restOf({ stack, user, run_id, checkers, expected: JOBS })
  const rows = jobs.map(({ group, external_id, title, status, outcome }) => {
    return { group, external_id, title, status, outcome }
  })
  const found = await user.postings()
  const postings = found.map(({ first_seen_at: _seen, changed_at: _changed, ...same }) => {
    return { ...same, listings: { complete: same.listings?.complete } }
  })
  const { ended_at } = await user.view(run_id)
  return { rest, same: { rows, postings }, ended_at: z.string().parse(ended_at) }
}

/** Makes hosts ask for pauses, one in seconds from now and one as a date. */
async function askForPauses(): Promise<void> {
  const sites = { origin: stack.sites }
  await tellSites(sites, { board: 'company-1', fault: '429', retry_after: '1', times: 1 })
  const date = new Date(Date.now() + 2_000).toUTCString()
  await tellSites(sites, { board: 'company-2', fault: '429', retry_after: date, times: 1 })
  await tellSites(sites, { board: 'company-4', fault: 'page-500', retry_after: '1', times: 1 })
}

test('Q-1, Q-2, JOB-2: every message delivered three times and in reverse order has the same effect as once', async () => {
  const since = performance.now()
  const once = await runOf('once')
  expect(once.rest).toEqual(WHOLE)
  await stack.order({ deliveries: 3 })
  const thrice = await runOf('thrice')
  await stack.order()
  note({ scenario: 2, title: 'deliveries', happened: 'each message 3 times', since }, thrice.rest)
  expect(thrice.rest).toEqual(WHOLE)
  expect(thrice.same).toEqual(once.same)
})

test('JOB-1: consumers whose clocks are five minutes off change nothing', async () => {
  const since = performance.now()
  await askForPauses()
  const right = await runOf('right')
  expect(right.rest).toEqual(WHOLE)
  const usual_ms = performance.now() - since
  for (const clock_ms of [FIVE_MINUTES_MS, -FIVE_MINUTES_MS]) {
    await stack.order({ clock_ms })
    await askForPauses()
    const begun = performance.now()
    const off = await runOf(`off by ${clock_ms}`)
    expect(performance.now() - begun).toBeLessThan(5 * usual_ms)
    // The consumers' clocks were off, but the clocks of the objects were right.
    expect((await stack.counts()).clock_ms).toBe(clock_ms)
    expect(Math.abs(Date.parse(off.ended_at) - Date.now())).toBeLessThan(60_000)
    expect(off.rest).toEqual(WHOLE)
    expect(off.same).toEqual(right.same)
  }
  await stack.order()
  note({ scenario: 8, title: 'clocks', happened: '+5 min, −5 min', since }, right.rest)
})

test('JOB-5, Q-2: the run learns of a message among the dead letters, and sends it again', async () => {
  const since = performance.now()
  await stack.order({ dead_letters: 1 })
  const user = await User.of(stack, 'mourner')
  const run_id = await user.start((await sampleCompanies(stack)).slice(0, 1))
  const checkers = [new WatchChecker(user, run_id, 'sse')]
  const { jobs, ...rest } = await restOf({ stack, user, run_id, checkers, expected: POSTINGS })
  await stack.order()
  const { lines } = LogPage.parse(await (await user.get(`/api/runs/${run_id}/logs`)).json())
  note({ scenario: 4, title: 'dead letter', happened: 'one flight’s message', since }, rest)
  expect(rest).toEqual(WHOLE)
  expect(lines.filter(({ message }) => message.includes('gave up the message'))).toHaveLength(1)
  // A dead letter is a fault of the queue, so it costs the jobs no attempt.
  expect(jobs.map(({ attempt }) => attempt)).toEqual(jobs.map(() => 1))
})

/** Reads the number of stored rows from the answer of Neon's protocol. */
function rowsOf(reply: string): number {
  return /"rowCount":(\d+)/.exec(reply) ? Number(/"rowCount":(\d+)/.exec(reply)?.[1]) : Number.NaN
}

/**
 * Makes a run of one small company. Its only flight's worker is cut off from the object while its results
 * are on the way.
 */
async function zombieRun(name: string) {
  await stack.order({ mute_renewals: true })
  const user = await User.of(stack, name)
  const isResults = (body: string) => body.includes(name) && /\bwon\b/.test(body)
  const caught = stack.statements.catch(isResults)
  const run_id = await user.start((await sampleCompanies(stack)).slice(0, 1))
  const zombie = await caught
  return { user, run_id, zombie, isResults, checker: new WatchChecker(user, run_id, 'sse') }
}

test('JOB-2, JOB-4: a zombie that commits after its successor changes no row and reports nothing', async () => {
  const since = performance.now()
  const { user, run_id, zombie, checker } = await zombieRun('late-zombie')
  const checkers = [checker]
  const rest = await restOf({ stack, user, run_id, checkers, expected: POSTINGS })
  const before = [await storedJobs(stack, run_id), await user.postings(), await user.view(run_id)]
  expect(rowsOf(await zombie.release())).toBe(0)
  await expect.poll(async () => (await stack.counts()).at_work).toBe(0)
  const after = [await storedJobs(stack, run_id), await user.postings(), await user.view(run_id)]
  expect(after).toEqual(before)
  const { jobs, ...clean } = rest
  expect(clean).toEqual(WHOLE)
  expect(jobs.map(({ attempt }) => attempt)).toEqual(jobs.map(() => 2))
  note({ scenario: 5, title: 'zombie', happened: 'commits after its successor', since }, clean)
})

test('JOB-2, JOB-4: the successor overwrites what a zombie has committed before, and the zombie reports nothing', async () => {
  const since = performance.now()
  const { user, run_id, zombie, isResults, checker } = await zombieRun('early-zombie')
  const successor = await stack.statements.catch(isResults)
  const granted = await user.view(run_id)
  expect(rowsOf(await zombie.release())).toBe(POSTINGS)
  await expect.poll(async () => (await stack.counts()).at_work).toBe(1)
  const stored = await storedJobs(stack, run_id)
  expect(stored.map(({ attempt }) => attempt)).toEqual(stored.map(() => 1))
  const { status, counts, cursor } = await user.view(run_id)
  expect({ status, counts }).toEqual({ status: granted.status, counts: granted.counts })
  expect(parseCursor(cursor)?.seq).toBe(parseCursor(granted.cursor)?.seq)

  await successor.release()
  const checkers = [checker]
  const { jobs, ...rest } = await restOf({ stack, user, run_id, checkers, expected: POSTINGS })
  note({ scenario: 5, title: 'zombie', happened: 'commits before its successor', since }, rest)
  expect(rest).toEqual(WHOLE)
  expect(jobs.map(({ attempt }) => attempt)).toEqual(jobs.map(() => 2))
})
