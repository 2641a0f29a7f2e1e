import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

import { idOf } from '../../scripts/sites/posting.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { JobView } from '../../src/protocol/run.ts'
import { long, note } from '../support/chaos-figures.ts'
import { ChaosStack } from '../support/chaos-stack.ts'
import { tellSites } from '../support/own-sites.ts'
import { restOf, WHOLE } from '../support/rest.ts'
import { User } from '../support/user.ts'
import { WatchChecker } from '../support/watch-checker.ts'

const COMPANIES = 8
const POSTINGS = long ? 50 : 12
const JOBS = COMPANIES * POSTINGS

/** The poison: one posting of each of the first companies, whose postings have pages of their own. */
const THROWS = String(idOf(1, 1))
const HANGS = String(idOf(2, 1))
const DRIPS = String(idOf(3, 1))
const KILLS = String(idOf(4, 1))

const DEADLINE_MS = long ? 45_000 : 3_000
const FAILURES = 3
const LOSSES = long ? 12 : 2

const settings = long
  ? {}
  : {
      lease_ms: 5_000,
      renew_ms: 600,
      unclaimed_ms: 1_000,
      fetch_ms: 2_000,
      losses_max: LOSSES,
      losses_suspect: 1,
    }

let stack: ChaosStack

beforeAll(async () => {
  const kinds = ['site', 'site', 'site', 'site', 'greenhouse', 'lever', 'ashby', 'site'] as const
  const sites = { companies: COMPANIES, postings: POSTINGS, content: 300, kinds: [...kinds] }
  stack = await ChaosStack.start({ settings, sites })
})

afterAll(() => stack?.close())

/**
 * Describes a round of a run at its end: the failed jobs with their reasons, and the attempts of the
 * others.
 */
async function roundOf(user: User, run_id: RunId) {
  const checkers = (['sse', 'poll'] as const).map(
    (transport) => new WatchChecker(user, run_id, transport),
  )
  const { jobs, ...rest } = await restOf({ stack, user, run_id, checkers, expected: JOBS })
  const failed = jobs.filter(({ status }) => status === 'failed')
  const others = jobs.filter(({ status }) => status !== 'failed')
  return {
    rest,
    why: failed.map(({ group, error }) => `${group} ${error?.code}`).toSorted(),
    failed,
    others,
    lines: await errorsOf(user, run_id),
  }
}

/**
 * Lists how the attempts of these jobs ended. A starved core may lose a lease, so lost and released attempts
 * are left out.
 */
async function endsOf(user: User, run_id: RunId, jobs: readonly JobView[]): Promise<string[]> {
  const records = await Promise.all(jobs.map((job) => user.job(run_id, job)))
  const ends = records.flatMap(({ attempts }) => attempts.map(({ end = 'open' }) => end))
  return ends.filter((end) => end !== 'lost' && end !== 'released')
}

/** Reads the names of the jobs that the run's log reports as failed. */
async function errorsOf(user: User, run_id: RunId): Promise<string[]> {
  const page = await (await user.get(`/api/runs/${run_id}/logs?limit=1000`)).json()
  const { lines } = Lines.parse(page)
  return lines.flatMap((line) => (line.level === 'error' ? (line.group ?? []) : [])).toSorted()
}

const Lines = z.object({
  lines: z.array(z.object({ level: z.string(), group: z.string().optional() })),
})

/** Retries the failed jobs, whose postings are healthy by now. */
async function redrive(user: User, run_id: RunId, jobs: number) {
  const answer = await user.post(`/api/runs/${run_id}/retry`, { status: 'failed' })
  expect(await answer.json()).toMatchObject({ run_id, round: 2, jobs })
  const { rest } = await roundOf(user, run_id)
  expect(rest).toEqual(WHOLE)
}

test('JOB-3, JOB-5: a posting that throws, one that hangs and one that drips fail alone, and a retry runs them again', async () => {
  const since = performance.now()
  const heal = async () => {
    await stack.order()
    await tellSites({ origin: stack.sites }, { board: 'company-3', fault: null })
  }
  onTestFinished(heal)
  await stack.order({ throws: [THROWS], hangs: [HANGS], job_deadline_ms: DEADLINE_MS })
  await tellSites({ origin: stack.sites }, { board: 'company-3', fault: 'page-drip', at: DRIPS })
  const user = await User.of(stack, 'alice')
  const run_id = await user.start()
  const { rest, why, failed, others, lines } = await roundOf(user, run_id)
  const happened = `one throws, one hangs, one drips: ${why.join(', ')}; then retried`
  expect(why).toEqual([
    'company-1 job_crashed',
    'company-2 job_deadline',
    'company-3 fetch_timeout',
  ])
  expect(await endsOf(user, run_id, failed)).toEqual(Array(3 * FAILURES).fill('failed'))
  expect(others.filter(({ status }) => status !== 'ready')).toEqual([])
  expect(lines).toEqual(['company-1', 'company-2', 'company-3'])
  expect({ ...rest, failed: [] }).toEqual(WHOLE)

  await heal()
  await redrive(user, run_id, 3)
  note({ scenario: 4, title: 'poison', happened, since }, WHOLE)
})

/** Kills the Worker's processes at each request for a posting's page. Counts the kills. */
function killOn(id: string): { readonly kills: number; end(): void } {
  const asked = z.object({ request: z.object({ url: z.string() }) })
  const killer = { kills: 0, end: () => unsubscribe(REQUEST, hear) }
  const hear = (message: unknown) => {
    const { data } = asked.safeParse(message)
    if (data?.request.url.split(/[/?]/).includes(id) !== true) return
    killer.kills += 1
    stack.killWorker()
  }
  subscribe(REQUEST, hear)
  return killer
}

const REQUEST = 'http.server.request.start'

test('JOB-3, JOB-5: a posting that kills its whole isolate fails alone', async () => {
  const since = performance.now()
  const killer = killOn(KILLS)
  onTestFinished(() => killer.end())
  const user = await User.of(stack, 'bob')
  const run_id = await user.start()
  const { rest, why, others, lines } = await roundOf(user, run_id)
  killer.end()
  expect(killer.kills).toBe(LOSSES + 1)
  expect(why).toEqual(['company-4 lease_lost'])
  expect(lines).toEqual(['company-4'])
  expect(others.filter(({ status }) => status !== 'ready')).toEqual([])
  expect({ ...rest, failed: [] }).toEqual(WHOLE)
  await redrive(user, run_id, 1)
  const happened = `one kills its isolate, ${killer.kills} times: ${why.join(', ')}; then retried`
  note({ scenario: 4, title: 'poison', happened, since }, WHOLE)
})
