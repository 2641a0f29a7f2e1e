import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { nextWake } from '../../src/durable/outbox/entry.ts'
import type { Group } from '../../src/durable/run/group-state.ts'
import { isPlanned } from '../../src/durable/run/group-state.ts'
import type { Job } from '../../src/durable/run/job-state.ts'
import { isOpen } from '../../src/durable/run/job-state.ts'
import { isEnded } from '../../src/durable/run/run-state.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { totalJobs } from '../../src/durable/run/tally.ts'
import type { ShownItem } from '../../src/durable/watch/shown.ts'
import { countGroups } from '../../src/protocol/run.ts'
import { JobStep } from '../../src/protocol/status.ts'
import { histories, RandomRun } from '../support/random-run.ts'
import type { TestRun } from '../support/test-run.ts'

const seeded = { seed: 20_261_122, numRuns: 150 }

/** Everything that a watcher or a view could show, and the fences. */
function look(test: TestRun) {
  return { run: test.run, groups: test.store.readGroups(), jobs: test.jobs() }
}

type Look = ReturnType<typeof look>

/** Lives histories, and calls `check` at each step with the state before and after it. */
function overHistories(check: (run: RandomRun, before: Look, after: Look) => void): void {
  fc.assert(
    fc.property(histories, ({ groups, actions }) => {
      const run = new RandomRun(groups)
      let before = look(run.test)
      for (const happening of actions) {
        run.happen(happening)
        const after = look(run.test)
        check(run, before, after)
        before = after
      }
    }),
    seeded,
  )
}

function countWords(words: readonly (string | null)[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(words, String)].map(([word, { length }]) => [word, length]),
  )
}

/** Pairs each job with its earlier state, if it had one. */
function pairs(before: Look, after: Look): [Job, Job][] {
  const known = new Map(before.jobs.map((job) => [`${job.group}/${job.n}`, job]))
  return after.jobs.flatMap((job): [Job, Job][] => {
    const was = known.get(`${job.group}/${job.n}`)
    return was === undefined ? [] : [[was, job]]
  })
}

function tallyOf(test: TestRun) {
  const jobs = test.jobs()
  const groups = countWords(test.store.readGroups().map(({ status }) => status))
  return {
    jobs: countWords(jobs.map(({ status }) => status)),
    outcomes: countWords(jobs.flatMap(({ outcome }) => outcome ?? [])),
    groups_open: (groups['waiting'] ?? 0) + (groups['planning'] ?? 0),
    groups_closed: groups['closed'] ?? 0,
    groups_failed: groups['failed'] ?? 0,
    groups_aborted: groups['aborted'] ?? 0,
    gone: sum(test.store.readGroups().map(({ gone }) => gone ?? 0)),
    lossy: jobs.filter((job) => isOpen(job) && job.losses > 0).length,
  }
}

/** RUN-3: a group that an abort ended must not count as failed. */
function endedAsFailed({ status, reason }: Pick<Group, 'status' | 'reason'>): boolean {
  return status === 'failed' && reason?.code === 'aborted'
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0)
}

function withoutZeros(counts: object) {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
}

/** The state as far as watchers can see it. */
function shown({ run, groups, jobs }: Look): string {
  return JSON.stringify([
    run.life.status,
    groups.map(({ title, status, found, reason }) => [title, status, found, reason]),
    jobs.map(shownOf),
  ])
}

function byPlace(one: ShownItem, other: ShownItem): number {
  return one.group - other.group || one.n - other.n
}

function planOf(group: Group | undefined) {
  return [group?.title, group?.status, group?.found, group?.reason]
}

function shownOf({ external_id, title, status, outcome, attempt, ...job }: Job): string {
  const { error, progress, message } = job
  return JSON.stringify([external_id, title, status, outcome, attempt, error, progress, message])
}

describe('whatever happens to a run', () => {
  it('its counts match its jobs and groups, and the total is their sum', () => {
    expect.hasAssertions()
    overHistories(({ test }) => {
      const { tally } = test.run
      expect({
        lossy: 0,
        groups_aborted: 0,
        gone: 0,
        ...tally,
        jobs: withoutZeros(tally.jobs),
        outcomes: withoutZeros(tally.outcomes),
      }).toEqual(tallyOf(test))
      expect(totalJobs(tally)).toBe(test.jobs().length)
      const { snapshot, group_counts, problems } = viewRun(test.run, test.store)
      const groups = test.store.readGroups()
      expect(group_counts).toEqual(countGroups(groups))
      expect(problems).toEqual({ groups: tally.groups_failed, jobs: tally.jobs.failed ?? 0 })
      if (snapshot === undefined) return
      const { total, ready, failed, skipped, aborted } = snapshot
      if (total !== ready + failed + skipped + aborted) throw new Error('the snapshot is not whole')
      expect(snapshot.group_counts).toEqual(countGroups(groups))
      expect(snapshot.gone ?? 0).toBe(sum(groups.map(({ gone }) => gone ?? 0)))
      expect(snapshot.failed_groups).toHaveLength(snapshot.groups_failed)
      expect(groups.filter(({ status, reason }) => endedAsFailed({ status, reason }))).toEqual([])
    })
  })

  it('JOB-1: an open job is in one flight, or waits for its first, and no attempt is granted twice', () => {
    expect.hasAssertions()
    overHistories((run, before, after) => {
      const { groups, jobs } = after
      const aborting = after.run.sliced?.kind === 'abort'
      const flights = run.test
        .entries('flight')
        .flatMap(({ subject }) =>
          subject.kind === 'flight' ? subject.jobs.map((n) => `${subject.group}/${n}`) : [],
        )
      const open = jobs
        .filter((job) => isOpen(job) && job.n < (groups[job.group]?.dispatched ?? 0))
        .map(({ group, n }) => `${group}/${n}`)
      const due = aborting ? [] : open
      expect(due.filter((job) => !flights.includes(job))).toEqual([])
      expect(aborting ? flights : []).toEqual([])
      expect(flights).toHaveLength(new Set(flights).size)
      expect(run.grants).toHaveLength(new Set(run.grants).size)
      expect(pairs(before, after).filter(([was, is]) => is.attempt < was.attempt)).toEqual([])
    })
  })

  it('PLAN-1: an open group is owed one plan, or waits for its first, and any other is owed none', () => {
    expect.hasAssertions()
    overHistories(({ test }, _, { run, groups }) => {
      const owed = test
        .entries('plan')
        .flatMap(({ subject }) => (subject.kind === 'plan' ? subject.group : []))
      const open = groups.filter((group) => !isPlanned(group)).map(({ ord }) => ord)
      const aborting = run.sliced?.kind === 'abort'
      const due = aborting ? [] : open.filter((ord) => ord < run.plans_sent)
      expect(owed.toSorted((a, b) => a - b)).toEqual(due)
    })
  })

  it('the window is kept, except for a part of a last flight', () => {
    expect.hasAssertions()
    overHistories(({ test }) => {
      const sent = test.entries('flight').filter(({ state }) => state !== 'held')
      const jobs = sent.flatMap(({ subject }) => (subject.kind === 'flight' ? subject.jobs : []))
      expect(jobs.length).toBeLessThan(test.settings.window_jobs + test.run.flight_jobs)
      const plans = test.entries('plan').filter(({ state }) => state !== 'held')
      expect(plans.length).toBeLessThanOrEqual(test.settings.window_plans)
    })
  })

  it('the shown state changes only with a higher seq, and is written at once', () => {
    expect.hasAssertions()
    overHistories(({ test }, before, after) => {
      expect(after.run.seq).toBeGreaterThanOrEqual(before.run.seq)
      expect(test.store.readRun()).toEqual(after.run)
      if (after.run.seq === before.run.seq && shown(before) !== shown(after)) {
        throw new Error(`a change under the same seq ${after.run.seq}`)
      }
      const late = pairs(before, after).filter(
        ([was, is]) => was.status !== is.status && is.seq !== after.run.seq,
      )
      expect(late).toEqual([])
    })
  })

  it('a job has the seqs at which it was added, renamed, changed in status, and changed at all', () => {
    expect.hasAssertions()
    overHistories((_, before, after) => {
      const { seq } = after.run
      const unordered = after.jobs.filter(
        ({ added, titled, told, ...job }) =>
          added > titled || titled > told || added > job.seq || job.seq > told || told > seq,
      )
      expect(unordered).toEqual([])
      expect(after.jobs.filter(({ titled }) => titled > after.run.titled_seq)).toEqual([])
      const wanted = pairs(before, after).map(([was, is]) => [
        was.title === is.title ? was.titled : seq,
        was.status === is.status ? was.seq : seq,
        shownOf(was) === shownOf(is) ? was.told : seq,
      ])
      const marks = pairs(before, after).map(([, is]) => [is.titled, is.seq, is.told])
      expect(marks).toEqual(wanted)
    })
  })

  it('the progress of a step is removed with the step', () => {
    expect.hasAssertions()
    overHistories((_, __, { jobs }) => {
      const outside = jobs.filter(({ status }) => !JobStep.safeParse(status).success)
      expect(outside.filter((job) => job.progress !== null || job.message !== null)).toEqual([])
    })
  })

  it('W-1: the noted changes are those that a scan finds since the seq before', () => {
    expect.hasAssertions()
    overHistories(({ test }, before, after) => {
      expect(after.run.seq - before.run.seq).toBeLessThanOrEqual(1)
      if (after.run.seq === before.run.seq) return
      const { jobs, groups } = test.changes.at(-1) ?? { jobs: [], groups: [] }
      const since = before.run.seq
      expect(jobs.toSorted(byPlace)).toEqual(test.store.changesSince(since))
      expect(groups.toSorted((a, b) => a.ord - b.ord)).toEqual(test.store.groupsSince(since))
      const found = new Map(before.groups.map((group) => [group.ord, group]))
      for (const group of after.groups) {
        const was = found.get(group.ord)
        const same = JSON.stringify(planOf(group)) === JSON.stringify(planOf(was))
        expect(group.seq).toBe(same ? was?.seq : after.run.seq)
      }
    })
  })

  it('RUN-1, RUN-3: it ends with nothing open, and then changes only in the next round', () => {
    const rounds = new Set<number>()
    overHistories(({ last }, before, after) => {
      const open = [
        ...after.groups.filter((group) => !isPlanned(group)),
        ...after.jobs.filter(isOpen),
      ]
      expect(isEnded(after.run)).toBe(open.length === 0 && after.run.sliced === undefined)
      rounds.add(after.run.round)
      const { round, epoch } = before.run
      const begins = after.run.round !== round
      expect(isEnded(before.run) && !begins ? after : before).toEqual(before)
      const next = { round: round + 1, epoch, status_seq: after.run.seq }
      expect(after.run).toMatchObject(begins ? next : { round, epoch })
      expect(begins ? [last, isEnded(before.run)] : ['retry', true]).toEqual(['retry', true])
    })
    expect([...rounds]).toEqual(expect.arrayContaining([1, 2]))
  })

  it('an ended job does not change, unless a retry opens it because it is not ready', () => {
    expect.hasAssertions()
    overHistories(({ last }, before, after) => {
      const ended = pairs(before, after).filter(([was]) => !isOpen(was))
      const opened = ended.filter(([, is]) => isOpen(is))
      const stays = ended.filter(([, is]) => !isOpen(is))
      expect(stays.map(([, is]) => is)).toEqual(stays.map(([was]) => was))
      if (opened.length === 0) return
      expect(last === 'retry' || before.run.sliced?.kind === 'reopen').toBe(true)
      expect(opened.filter(([was]) => was.status === 'ready')).toEqual([])
      const anew = { status: 'pending', failures: 0, losses: 0, error: null } as const
      const { seq } = after.run
      const due = opened.map(([was]) => ({ ...was, ...anew, seq, told: seq }))
      expect(opened.map(([, is]) => is)).toEqual(due)
    })
  })

  it('RUN-1: its alarm is set as long as it exists; after its end it owes its checkpoint, and then its archive', () => {
    expect.hasAssertions()
    overHistories(({ test }, _, { run }) => {
      const entries = test.store.readEntries()
      // What the run owes its owner's object wakes it as well.
      const owed = run.telling === undefined ? entries : [...entries, { ...run.telling, id: 0 }]
      const due = nextWake(owed, test.now)
      const { armed = Infinity, now, settings } = test
      const latest = run.sliced === undefined ? due : now + settings.backoff_ms
      expect(run.sliced === undefined ? armed : due).toBe(due)
      expect(armed).toBeLessThanOrEqual(latest ?? 0)
      if (!isEnded(run)) return
      const kinds = entries.map(({ subject }) => subject.kind)
      expect(kinds).toEqual([kinds[0] === 'archive' ? 'archive' : 'checkpoint'])
    })
  })

  it('the run ends by itself when its messages are worked on without trouble', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(histories, ({ groups, actions }) => {
        const run = new RandomRun(groups)
        for (const happening of actions) run.happen(happening)
        expect(run.comeToRest()).toBe(true)
        const { test } = run
        expect(isEnded(test.run)).toBe(true)
        expect(test.jobs().filter(isOpen)).toEqual([])
        expect(test.store.readGroups().filter((group) => !isPlanned(group))).toEqual([])
        expect(test.store.readEntries()).toMatchObject([{ subject: { kind: 'archive' } }])
        const { life } = test.run
        const due = 'ended_at' in life ? life.ended_at + test.settings.archive_ms : Infinity
        expect(test.now).toBeGreaterThanOrEqual(due)
      }),
      seeded,
    )
  })
})
