import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Kind } from '../../scripts/sites/kind.ts'
import { chance } from '../../scripts/sites/random.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { long, note } from '../support/chaos-figures.ts'
import { ChaosStack } from '../support/chaos-stack.ts'
import { requestsOf, tellSites } from '../support/own-sites.ts'
import { keyOf, restOf, WHOLE } from '../support/rest.ts'
import { storedJobs } from '../support/stored-jobs.ts'
import { sampleCompanies, User } from '../support/user.ts'
import { WatchChecker } from '../support/watch-checker.ts'

// Eight companies are boards. The other four are sites whose postings have pages of their own.
const BOARDS = 8
const COMPANIES = 12
const POSTINGS = 60
const PAGE = /^\/sites\/[^/]+\/jobs\//
const STARTS_WITHIN_MS = 60_000
const RACES = long ? 60 : 12
const RACERS = 4
const FETCHES_AFTER_MS = 5_000
const SEED = Number(process.env['RUNCAST_SEED'] ?? 1)

// A fetch times out soon, so that a page that drips does not keep the run from requesting others.
const fetches = { fetch_ms: 2_000 }
const leases = long ? {} : { lease_ms: 2_000, renew_ms: 600, unclaimed_ms: 1_000 }

let stack: ChaosStack

beforeAll(async () => {
  const kinds = Array.from({ length: COMPANIES }, (_, n): Kind =>
    n < BOARDS ? 'greenhouse' : 'site',
  )
  const sites = { companies: COMPANIES, postings: POSTINGS, content: 300, kinds }
  stack = await ChaosStack.start({ settings: { ...fetches, ...leases }, sites })
})

afterAll(() => stack?.close())

/** Makes a new company for the nth run. */
async function company(n: number) {
  const all = await sampleCompanies(stack)
  return all.slice(n % BOARDS, (n % BOARDS) + 1)
}

/** Sends a start with a key. It may never be answered while the stack lives. */
function startUnder(user: User, key: string, input: object): Promise<Response> {
  return user.post('/api/runs', { pipeline: 'ingestion', input }, { 'idempotency-key': key })
}

/** The time at which the sites got their first request for a board. */
async function askedFor(board: string): Promise<number | undefined> {
  const asked = await requestsOf({ origin: stack.sites })
  return asked.find(({ path }) => path.split('/').includes(board))?.at
}

test('PLAN-1, RUN-5: a crash after the 202 delays a run, and a crash before the 202 makes one run together with the repeated start', async () => {
  const since = performance.now()
  const alice = await User.of(stack, 'alice')
  const companies = [await company(0), await company(1), await company(2)]
  const inputs = companies.map((one) => ({ companies: one }))

  await stack.order({ hold_messages: true })
  const answered = await alice.start(companies[0])
  const unanswered: Promise<unknown>[] = []
  for (const [at, hold_starts] of (['before', 'after'] as const).entries()) {
    await stack.order({ hold_messages: true, hold_starts })
    const start = startUnder(alice, hold_starts, inputs[at + 1] ?? {})
    unanswered.push(start.then(({ status }) => status).catch(() => 'no answer'))
    await expect.poll(async () => (await stack.counts()).held_starts).toBe(at + 1)
  }
  expect(await askedFor('company-1')).toBeUndefined()
  const killed = Date.now()
  stack.killAll()
  const healthy = stack.healthy().then(() => Date.now())
  expect(await Promise.all(unanswered)).not.toContain(202)

  // Nobody calls the run's object during this wait.
  await expect
    .poll(() => askedFor('company-1'), { timeout: 5 * STARTS_WITHIN_MS, interval: 100 })
    .toBeGreaterThan(killed)
  const started = (await askedFor('company-1')) ?? Number.NaN
  // How long the processes take to start again is the machine's matter.
  expect(started - (await healthy)).toBeLessThan(STARTS_WITHIN_MS)

  const runs: RunId[] = [answered]
  for (const [at, key] of ['before', 'after'].entries()) {
    const again = async () => {
      const answer = await startUnder(alice, key, inputs[at + 1] ?? {})
      return RunStarted.parse(await answer.json()).run_id
    }
    const [one, other] = await Promise.all([again(), again()])
    expect(other).toBe(one)
    runs.push(one)
  }
  const rests = await Promise.all(
    runs.map((run_id) =>
      restOf({
        stack,
        user: alice,
        run_id,
        checkers: [new WatchChecker(alice, run_id, 'poll')],
        expected: POSTINGS,
      }),
    ),
  )
  for (const { jobs: _jobs, ...rest } of rests) expect(rest).toEqual(WHOLE)
  await expect
    .poll(async () => (await alice.runs()).map(({ run_id }) => run_id).toSorted())
    .toEqual(runs.toSorted())
  const happened = `killed after one 202 and before two, the first listing ${started - killed} ms later`
  note({ scenario: 7, title: 'starts', happened, since }, WHOLE)
})

/**
 * Starts a run, and aborts it about when it ends. Returns which of the two won, which must be the same
 * everywhere.
 */
async function race(n: number, span_ms: number): Promise<'aborted' | 'finished'> {
  const user = await User.of(stack, `racer-${n}`)
  const run_id = await user.start(await company(n))
  const checker = new WatchChecker(user, run_id, n % 2 === 0 ? 'sse' : 'socket')
  await delay(span_ms * chance(SEED, 'abort', n))
  const answer = await user.post(`/api/runs/${run_id}/abort`)
  const won = answer.status === 409 ? 'finished' : 'aborted'
  await checker.ended()
  const jobs = await user.jobs(run_id)
  const view = await user.view(run_id)
  expect([n, answer.status, view.status]).toEqual([n, won === 'finished' ? 409 : 200, won])
  const truth = { view, jobs: Object.fromEntries(jobs.map((job) => [keyOf(job), job.status])) }
  expect(checker.gaps(truth)).toEqual([])
  const inPostgres = async () => (await user.runs()).map(({ status }) => status)
  await expect.poll(inPostgres).toEqual([won])
  const stored = (await storedJobs(stack, run_id)).map((job) => [keyOf(job), job.status])
  expect(Object.fromEntries(stored)).toEqual(truth.jobs)
  const ends = won === 'finished' ? ['ready'] : ['ready', 'aborted']
  expect(jobs.filter(({ status }) => !ends.includes(status))).toEqual([])
  return won
}

/** Starts a run of slow pages, and aborts it while most of them have not been requested. */
async function abortedMidway() {
  const user = await User.of(stack, 'stopper')
  const companies = (await sampleCompanies(stack)).filter(({ source }) => source.type === 'site')
  for (const { slug } of companies)
    await tellSites({ origin: stack.sites }, { board: slug, fault: 'page-drip' })
  const run_id = await user.start(companies)
  const pages = async () => {
    const asked = await requestsOf({ origin: stack.sites })
    return asked.filter(({ path }) => PAGE.test(path))
  }
  await expect.poll(async () => (await pages()).length).toBeGreaterThan(20)
  const found = async () => (await user.view(run_id)).counts.total
  await expect.poll(found).toBe(companies.length * POSTINGS)
  expect((await user.post(`/api/runs/${run_id}/abort`)).status).toBe(200)
  const aborted = Date.now()
  const jobs = await user.jobs(run_id)
  return { aborted, pages, never: jobs.filter(({ attempt }) => attempt <= 1).length }
}

test('RUN-1, RUN-2: either an abort or the finish wins everywhere, and requests stop after an abort', async () => {
  const since = performance.now()
  const { aborted, pages, never } = await abortedMidway()

  const begun = performance.now()
  const user = await User.of(stack, 'pace')
  await new WatchChecker(user, await user.start(await company(0)), 'sse').ended()
  const span_ms = 1.5 * (performance.now() - begun)
  const won: string[] = []
  for (let at = 0; at < RACES; at += RACERS) {
    const racers = Array.from({ length: RACERS }, (_, i) => race(at + i, span_ms))
    won.push(...(await Promise.all(racers)))
  }

  // Without the abort the run would have sent requests for a long time.
  expect(never).toBeGreaterThan(60)
  await expect
    .poll(() => Date.now(), { timeout: 60_000 })
    .toBeGreaterThan(aborted + 2 * FETCHES_AFTER_MS)
  const last = Math.max(...(await pages()).map(({ at }) => at))
  expect(last - aborted).toBeLessThan(FETCHES_AFTER_MS)
  const aborts = won.filter((who) => who === 'aborted').length
  const happened = `${RACES} races, ${aborts} won by the abort; the last request ${last - aborted} ms after one`
  note({ scenario: 6, title: 'abort', happened, since }, WHOLE)
})
