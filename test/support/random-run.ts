import * as fc from 'fast-check'

import { abort } from '../../src/durable/run/abort.ts'
import { releaseArchive } from '../../src/durable/run/archival.ts'
import { confirmCheckpoint, releaseCheckpoint } from '../../src/durable/run/checkpoints.ts'
import { claim, release, report } from '../../src/durable/run/flights.ts'
import {
  addJobs,
  claimPlan,
  closeGroup,
  failPlan,
  releasePlan,
  renewPlan,
} from '../../src/durable/run/plans.ts'
import { retry } from '../../src/durable/run/retry.ts'
import type { RunEntry } from '../../src/durable/run/run-outbox.ts'
import { isEnded } from '../../src/durable/run/run-state.ts'
import type { FlightReport, PlanLease } from '../../src/durable/run/work-rpc.ts'
import type { RetryChoice } from '../../src/protocol/run.ts'
import type { Claimed, TestRunOptions, Reported } from './test-run.ts'
import { failed, ready, seed, step, TestRun } from './test-run.ts'

/** One step of a history. `pick` and `count` choose among the things that exist at that moment. */
export type Action = {
  readonly kind: keyof typeof actions
  readonly pick: number
  readonly count: number
}

/** Settings with waits as short as the steps of a history, and with small windows. */
export const hurried = {
  window_jobs: 7,
  window_plans: 2,
  slice_jobs: 3,
  lease_ms: 100,
  renew_ms: 30,
  unclaimed_ms: 60,
  unclaimed_max_ms: 200,
  backoff_ms: 20,
  backoff_max_ms: 80,
  losses_max: 4,
} as const

/** A run whose plans and workers may do their part, die, repeat themselves, or come too late. */
export class RandomRun {
  readonly test: TestRun
  readonly plans: PlanLease[] = []
  readonly flights: Claimed[] = []
  readonly reports: FlightReport[] = []
  /** Each grant of a job, as `<group>/<n>/<attempt>`. */
  readonly grants: string[] = []
  /** The kind of the last step. */
  last: Action['kind'] | undefined

  constructor(groups: number, options: TestRunOptions = {}) {
    this.test = new TestRun({
      ...options,
      flight_jobs: 3,
      settings: {
        ...hurried,
        ...options.settings,
      },
    })
    this.test.create(...Array.from({ length: groups }, (_, i) => `group ${i}`))
  }

  happen({ kind, pick, count }: Action): void {
    this.last = kind
    actions[kind](this, pick, count)
  }

  /** Delivers a message to a consumer, which claims what the message names. */
  deliver(message: RunEntry): void {
    const { id, subject } = message
    switch (subject.kind) {
      case 'plan': {
        const { group } = subject
        const grant = this.test.call(claimPlan, { group })
        if (grant.kind === 'granted') this.plans.push({ group, attempt: grant.attempt })
        return
      }
      case 'flight': {
        const grant = this.test.call(claim, { flight: id })
        if (grant.kind === 'refused') return
        this.flights.push({ ...grant, flight: id })
        this.grants.push(...grant.jobs.map((job) => `${grant.group}/${job.n}/${job.attempt}`))
        return
      }
      case 'checkpoint':
        this.test.call(confirmCheckpoint, { seq: this.test.run.seq })
        return
      case 'archive':
        // The consumer has not found all of the run in Postgres, so it gives the archive back. No archive is due where
        // the message is of an earlier round.
        if (this.test.owes(message)) this.test.call(releaseArchive, { wait_ms: 20 })
    }
  }

  /**
   * From here on nothing goes wrong: each claim does its work. Returns true when the run would be archived,
   * and false if it never comes that far.
   */
  comeToRest(): boolean {
    this.plans.length = 0
    this.flights.length = 0
    for (let i = 0; i < 2_000; i += 1) {
      const message = this.test.mail.shift()
      if (message?.subject.kind === 'archive' && this.test.owes(message)) return true
      if (message !== undefined) this.deliver(message)
      else if (this.test.armed === undefined) return true
      else this.test.pass(this.test.armed - this.test.now)
      for (const plan of this.plans.splice(0)) this.test.call(closeGroup, plan)
      for (const flight of this.flights.splice(0)) this.test.report(flight)
    }
    return false
  }
}

const actions = {
  message(run: RandomRun, pick: number, count: number) {
    const { mail } = run.test
    const message = mail[pick % mail.length]
    if (message === undefined) return
    // With count 0 the message stays in the queue, so that it comes twice.
    if (count !== 0) mail.splice(pick % mail.length, 1)
    run.deliver(message)
  },
  messageLost(run: RandomRun, pick: number) {
    run.test.mail.splice(pick, 1)
  },
  messageUnsent(run: RandomRun, pick: number, count: number) {
    run.test.postpone(run.test.mail.splice(pick, count))
  },
  deadLetter(run: RandomRun, pick: number) {
    const entries = run.test.store.readEntries()
    const { id, subject } = entries[pick % entries.length] ?? {}
    if (id === undefined || subject === undefined) return
    run.test.lose(subject.kind === 'flight' ? { kind: 'flight', flight: id } : subject)
  },
  jobsFound(run: RandomRun, pick: number, count: number) {
    const plan = run.plans[pick % run.plans.length]
    if (plan === undefined) return
    const jobs = Array.from({ length: count }, (_, i) => seed(`${pick + i}`))
    run.test.call(addJobs, { ...plan, jobs })
  },
  planEnds(run: RandomRun, pick: number, count: number) {
    const [plan] = run.plans.splice(pick % Math.max(1, run.plans.length), 1)
    if (plan === undefined) return
    const failure = { code: 'broken', message: 'broken', retryable: count % 2 === 0 }
    if (count === 0) run.test.call(releasePlan, { ...plan, wait_ms: pick, gone: pick % 4 })
    else if (count === 1 || count === 2) run.test.call(failPlan, { ...plan, failure })
    else if (count === 3) run.test.call(renewPlan, { ...plan, title: `Title ${pick}` })
    else if (count > 4) run.test.call(closeGroup, count > 5 ? { ...plan, gone: pick } : plan)
  },
  flightReports(run: RandomRun, pick: number, count: number) {
    const claimed = run.flights[pick % run.flights.length]
    if (claimed === undefined) return
    const { flight, grant, jobs } = claimed
    const rows = jobs.flatMap(({ n, attempt }) => {
      const told = reports[(pick + n * count) % reports.length]?.()
      return told === undefined ? [] : [{ n, attempt, ...told }]
    })
    const request = { flight, grant, rows, last: count === 0 }
    run.reports.push(request)
    run.test.call(report, request)
  },
  flightEnds(run: RandomRun, pick: number, count: number) {
    const [flight] = run.flights.splice(pick % Math.max(1, run.flights.length), 1)
    if (flight === undefined) return
    if (count === 0) run.test.call(release, { ...flight, wait_ms: pick })
    else if (count > 2) run.test.report(flight)
  },
  reportRepeated(run: RandomRun, pick: number) {
    const request = run.reports[pick % run.reports.length]
    if (request !== undefined) run.test.call(report, request)
  },
  timePasses(run: RandomRun, pick: number) {
    run.test.pass(pick)
  },
  alarm(run: RandomRun) {
    run.test.pass(Math.max(0, (run.test.armed ?? run.test.now) - run.test.now))
  },
  alarmEarly(run: RandomRun) {
    run.test.wake()
  },
  restart(run: RandomRun) {
    run.test.restart()
  },
  checkpoint(run: RandomRun, pick: number, count: number) {
    if (count === 0) run.test.call(releaseCheckpoint, { wait_ms: pick })
    else run.test.call(confirmCheckpoint, { seq: Math.max(0, run.test.run.seq - (count % 3)) })
  },
  abort(run: RandomRun) {
    if (!isEnded(run.test.run)) run.test.call(abort, { by: 'alice' })
  },
  retry(run: RandomRun, pick: number, count: number) {
    run.test.call(retry, chooseRetry(run.test, pick, count))
  },
}

/** Chooses the request of a retry: some groups, some jobs, or everything that failed. */
export function chooseRetry(
  test: Pick<TestRun, 'store' | 'jobs'>,
  pick: number,
  count: number,
): RetryChoice {
  const keys = test.store.readGroups().map(({ key }) => key)
  const groups = keys.filter((_, ord) => ord % 2 === pick % 2)
  const named = test.jobs().filter(({ n }) => n % 3 === pick % 3)
  const jobs = named.flatMap(({ group, external_id }) => {
    const key = keys[group]
    return key === undefined ? [] : { group: key, external_id }
  })
  if (count === 0 && groups.length > 0) return { groups }
  return count === 1 && jobs.length > 0 ? { jobs } : { status: 'failed' }
}

const reports: (() => Reported | undefined)[] = [
  ready,
  step,
  () => failed(),
  () => failed(false),
  () => undefined,
  () => ({ kind: 'skipped', reason: { code: 'robots', message: 'Forbidden.' } }),
  () => ({ kind: 'ready', outcome: 'unchanged' }),
  () => ({ kind: 'ready', outcome: 'changed', title: 'Another title' }),
  () => ({ kind: 'step', step: 'crawling', progress: 40, message: 'Reading' }),
  () => ({ kind: 'step', step: 'crawling', progress: 80 }),
  () => ({ kind: 'step', step: 'extracting' }),
  () => ({ kind: 'waiting', until: 0, reason: { code: 'host_pace', message: 'In a moment.' } }),
]

const often: Action['kind'][] = [
  'message',
  'message',
  'jobsFound',
  'planEnds',
  'flightReports',
  'flightEnds',
  'alarm',
]
const seldom: Action['kind'][] = [
  'messageLost',
  'messageUnsent',
  'deadLetter',
  'reportRepeated',
  'timePasses',
  'alarmEarly',
  'restart',
  'checkpoint',
]

/** Any history. Most of them get somewhere, and each length up to the greatest is equally likely. */
export const histories = fc.record({
  groups: fc.integer({ min: 1, max: 4 }),
  actions: fc.array(
    fc.record({
      kind: fc.oneof(
        { weight: 80, arbitrary: fc.constantFrom(...often) },
        { weight: 20, arbitrary: fc.constantFrom(...seldom) },
        { weight: 4, arbitrary: fc.constant<Action['kind']>('retry') },
        { weight: 1, arbitrary: fc.constant<Action['kind']>('abort') },
      ),
      pick: fc.nat({ max: 40 }),
      count: fc.nat({ max: 6 }),
    }),
    { minLength: 10, maxLength: 90, size: 'max' },
  ),
})
