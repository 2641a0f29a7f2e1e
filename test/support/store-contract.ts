import { describe, expect, it } from 'vitest'

import type { Group } from '../../src/durable/group-state.ts'
import { openGroup } from '../../src/durable/group-state.ts'
import type { Job } from '../../src/durable/job-state.ts'
import { openJob } from '../../src/durable/job-state.ts'
import type { Run } from '../../src/durable/run-state.ts'
import { openRun } from '../../src/durable/run-state.ts'
import type { JobChange, RunStore } from '../../src/durable/store/run-store.ts'
import { ExternalId, GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'
import { logCases } from './log-contract.ts'

/**
 * Gives a test an empty store of its own, open for as long as `test` runs. `reopen` opens the same
 * storage anew, as an object does when it wakes.
 */
export type WithStore = (
  test: (store: RunStore, reopen: () => RunStore) => void,
) => Promise<void> | void

const run: Run = openRun(
  {
    run_id: RunId.parse('0'.repeat(32)),
    owner: Owner.parse('alice'),
    pipeline: 'letters',
    flight_jobs: 2,
    body_hash: 'hash',
    groups: [],
  },
  'epoch',
  1_000,
)

const awkward = ['__proto__', 'a"b', 'line\r\nbreak', '\u2028', 'ünï', '0', '01', 'constructor']

function group(ord: number, change: Partial<Group> = {}): Group {
  return { ...openGroup(ord, GroupKey.parse(`group ${ord}`)), ...change }
}

function job(ord: number, n: number, change: Partial<Job> = {}): Job {
  const external_id = ExternalId.parse(`${n}`)
  const title = `title ${n}`
  return {
    ...openJob({ group: ord, n, external_id, title, url: null, payload: '{}' }, 1),
    ...change,
  }
}

/** Creates the run with groups 0 and 1. */
function begin(store: RunStore): void {
  store.transaction(() => {
    store.createRun(run)
    store.insertGroups([0, 1].map((ord) => ({ group: group(ord), input: `{"at":${ord}}` })))
  })
}

function insert(store: RunStore, jobs: readonly Job[]): void {
  store.transaction(() => store.insertJobs(jobs))
}

type Case = readonly [what: string, test: Parameters<WithStore>[0]]
type Proves = (...one: Case) => void

/** What every store of a run must do, whatever it is made of. */
export function storeContract(name: string, withStore: WithStore): void {
  const cases: Case[] = []
  for (const part of [runCases, groupCases, jobCases, viewCases, outboxCases]) {
    part((...one) => cases.push(one))
  }
  logCases((...one) => cases.push(one), begin)
  describe(`a run's storage ${name}`, () => {
    it.each(cases)('%s', async (_, test) => {
      expect.hasAssertions()
      await withStore(test)
    })
  })
}

function runCases(proves: Proves): void {
  proves('RUN-5: holds nothing before a run is created', (store) => {
    expect(store.readRun()).toBeUndefined()
  })

  proves('is read as it was written, also after a restart', (store, reopen) => {
    begin(store)
    expect(store.readRun()).toEqual(run)
    const later = { ...run, seq: 7, plans_sent: 2 }
    store.transaction(() => store.writeRun(later))
    expect(store.readRun()).toEqual(later)
    expect(reopen().readRun()).toEqual(later)
  })

  proves('a transaction answers what its work answers', (store) => {
    begin(store)
    expect(store.transaction(() => 42)).toBe(42)
  })

  proves('a transaction that throws takes all of it back', (store, reopen) => {
    begin(store)
    insert(store, [job(0, 0)])
    const entry = addCheckpoint(store)
    const before = readAll(store)
    expect(() =>
      store.transaction(() => {
        store.writeRun({ ...run, seq: 9 })
        store.writeGroup(group(0, { found: 3 }))
        store.insertJobs([job(0, 1)])
        store.writeJobs([job(0, 0, { status: 'ready' })])
        store.addEntry({ ...entry, due: 1 })
        store.writeEntry({ ...entry, state: 'sent' })
        store.dropEntry(entry.id)
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(readAll(store)).toEqual(before)
    expect(readAll(reopen())).toEqual(before)
    insert(store, [job(0, 1)])
    expect(store.readJobs(0, [0, 1])).toHaveLength(2)
  })
}

function groupCases(proves: Proves): void {
  proves('are read in order, with their inputs', (store) => {
    begin(store)
    expect(store.readGroups()).toEqual([group(0), group(1)])
    expect(store.readGroup(1)).toEqual(group(1))
    expect(store.readGroup(2)).toBeUndefined()
    expect(store.readInput(1)).toBe('{"at":1}')
  })

  proves('are read as they were written', (store, reopen) => {
    begin(store)
    const reason = { code: 'gone', message: 'It "is" gone.' }
    const failed = group(1, { status: 'failed', attempt: 3, failures: 2, losses: 1, reason })
    store.transaction(() => store.writeGroup(failed))
    expect(store.readGroups()).toEqual([group(0), failed])
    expect(reopen().readGroup(1)).toEqual(failed)
  })

  proves('with jobs that no flight has carried are told, least carried first', (store) => {
    begin(store)
    expect(store.waitingJobs(10)).toEqual([])
    store.transaction(() => {
      store.writeGroup(group(0, { found: 5, dispatched: 2 }))
      store.writeGroup(group(1, { found: 3, dispatched: 0, flight_jobs: 6 }))
    })
    expect(store.waitingJobs(10)).toEqual([
      { group: 1, from: 0, count: 3, flight_jobs: 6 },
      { group: 0, from: 2, count: 3, flight_jobs: null },
    ])
    expect(store.waitingJobs(1)).toEqual([{ group: 1, from: 0, count: 3, flight_jobs: 6 }])
    store.transaction(() => store.writeGroup(group(1, { found: 3, dispatched: 3 })))
    expect(store.waitingJobs(10)).toEqual([{ group: 0, from: 2, count: 3, flight_jobs: null }])
  })
}

function jobCases(proves: Proves): void {
  proves('are read as they were added', (store, reopen) => {
    begin(store)
    const jobs = awkward.map((text, n) =>
      job(0, n, {
        external_id: ExternalId.parse(text),
        title: text,
        url: n === 0 ? null : `https://x.test/${n}`,
        payload: JSON.stringify({ text }),
        added: 4,
        seq: 4,
      }),
    )
    insert(store, jobs)
    const numbers = jobs.map(({ n }) => n)
    expect(store.readJobs(0, numbers)).toEqual(jobs)
    expect(reopen().readJobs(0, numbers)).toEqual(jobs)
    expect(store.readJobs(1, numbers)).toEqual([])
    expect(store.readJobs(0, [5, 1, 99])).toEqual([jobs[1], jobs[5]])
    expect(store.readJobs(0, [])).toEqual([])
  })

  proves('PLAN-2: those that a group has already are known', (store) => {
    begin(store)
    insert(
      store,
      awkward.map((text, n) => job(0, n, { external_id: ExternalId.parse(text) })),
    )
    const asked = ['__proto__', '0', 'toString', '1'].map((id) => ExternalId.parse(id))
    expect(store.knownJobs(0, asked)).toEqual(new Set(['__proto__', '0']))
    expect(store.knownJobs(1, asked)).toEqual(new Set())
    expect(store.knownJobs(0, [])).toEqual(new Set())
  })

  proves('are not added twice', (store) => {
    begin(store)
    insert(store, [job(0, 0)])
    expect(() => insert(store, [job(0, 0, { n: 1 })])).toThrow(/there already|UNIQUE/)
    expect(store.readJobs(0, [0, 1])).toHaveLength(1)
  })

  proves('are changed as they are written, and the others not', (store) => {
    begin(store)
    const jobs = [job(0, 0), job(0, 1), job(1, 0)]
    insert(store, jobs)
    const failed = job(0, 1, {
      status: 'failed',
      seq: 8,
      attempt: 3,
      failures: 2,
      losses: 1,
      error: { code: 'no', message: 'Just "no".' },
    })
    const ready = job(1, 0, { status: 'ready', seq: 8, attempt: 1, outcome: 'changed' })
    store.transaction(() => store.writeJobs([failed, ready]))
    expect(store.pageJobs({ after: null, limit: 10 })).toEqual([jobs[0], failed, ready])
  })

  proves('RUN-2: reads all that are open', (store) => {
    begin(store)
    const error = { code: 'no', message: 'no' }
    const jobs = [
      job(0, 0, { attempt: 2, error }),
      job(0, 1, { status: 'crawling', attempt: 1 }),
      job(0, 2, { status: 'ready', attempt: 1, outcome: 'new' }),
      job(1, 0, { status: 'failed', attempt: 1, error }),
      job(1, 1, { status: 'skipped', error }),
    ]
    insert(
      store,
      jobs.map(({ group: ord, n }) => job(ord, n)),
    )
    store.transaction(() => store.writeJobs(jobs))
    expect(store.readOpenJobs()).toEqual(jobs.slice(0, 2))
  })
}

function viewCases(proves: Proves): void {
  const jobs = [
    job(0, 0, { seq: 3 }),
    job(0, 1, { status: 'ready', outcome: 'new', seq: 5 }),
    job(0, 2, { seq: 5 }),
    job(1, 0, { status: 'ready', outcome: 'new', seq: 6 }),
  ]
  const fill = (store: RunStore): void => {
    begin(store)
    insert(
      store,
      jobs.map(({ group: ord, n }) => job(ord, n)),
    )
    store.transaction(() => store.writeJobs(jobs))
  }

  proves('EV-3: what changed since a seq', (store) => {
    fill(store)
    expect(store.changesSince(0)).toEqual(jobs.map(toChange))
    expect(store.changesSince(4)).toEqual(jobs.slice(1).map(toChange))
    expect(store.changesSince(5)).toEqual(jobs.slice(3).map(toChange))
    expect(store.changesSince(6)).toEqual([])
  })

  proves('EV-2: the listing, with nothing but what all_jobs says', (store) => {
    fill(store)
    expect([...store.listing()]).toEqual(
      jobs.map(({ group: ord, external_id, title, status }) => ({
        group: ord,
        external_id,
        title,
        status,
      })),
    )
  })

  proves('counts by group and status', (store) => {
    fill(store)
    const counts = new Set(store.countJobs().map((c) => `${c.group} ${c.status} ${c.count}`))
    expect(counts).toEqual(new Set(['0 pending 2', '0 ready 1', '1 ready 1']))
  })

  proves('pages, of all or of a group or a status', (store) => {
    fill(store)
    expect(store.pageJobs({ after: null, limit: 2 })).toEqual(jobs.slice(0, 2))
    expect(store.pageJobs({ after: { group: 0, n: 1 }, limit: 2 })).toEqual(jobs.slice(2))
    expect(store.pageJobs({ after: { group: 1, n: 0 }, limit: 2 })).toEqual([])
    expect(store.pageJobs({ after: null, limit: 9, group: 1 })).toEqual(jobs.slice(3))
    expect(store.pageJobs({ after: null, limit: 9, status: 'ready' })).toEqual([jobs[1], jobs[3]])
    const both = { after: null, limit: 9, group: 0, status: 'ready' } as const
    expect(store.pageJobs(both)).toEqual([jobs[1]])
  })
}

function outboxCases(proves: Proves): void {
  proves('Q-2: holds an entry until it is dropped, also after a restart', (store, reopen) => {
    begin(store)
    const [plan, flight, checkpoint] = store.transaction(() => [
      store.addEntry({
        subject: { kind: 'plan', group: 1 },
        state: 'held',
        due: 5,
        sends: 0,
        grant: 0,
        waits: null,
      }),
      store.addEntry({
        subject: { kind: 'flight', group: 0, jobs: [3, 4] },
        state: 'sent',
        due: 6,
        sends: 1,
        grant: 2,
        waits: null,
      }),
      store.addEntry({
        subject: { kind: 'checkpoint' },
        state: 'held',
        due: 7,
        sends: 0,
        grant: 0,
        waits: null,
      }),
    ])
    if (plan === undefined || flight === undefined) throw new Error('no entries')
    expect(store.readEntries()).toEqual([plan, flight, checkpoint])
    expect(reopen().readEntries()).toEqual([plan, flight, checkpoint])
    const leased = { ...flight, state: 'leased', due: 99, sends: 0, grant: 3 } as const
    store.transaction(() => {
      store.writeEntry(leased)
      store.dropEntry(plan.id)
    })
    expect(store.readEntries()).toEqual([leased, checkpoint])
    expect(reopen().readEntries()).toEqual([leased, checkpoint])
    const waits = { code: 'host_pace', message: 'A "page" a second.' }
    const fewer = { kind: 'flight', group: 0, jobs: [4] } as const
    const waiting = { ...flight, subject: fewer, state: 'held', due: 100, waits } as const
    store.transaction(() => store.writeEntry(waiting))
    expect(reopen().readEntries()).toEqual([waiting, checkpoint])
  })

  proves('never gives a dropped entry’s id again', (store, reopen) => {
    begin(store)
    const first = addCheckpoint(store)
    store.transaction(() => store.dropEntry(first.id))
    expect(addCheckpoint(store).id).toBeGreaterThan(first.id)
    expect(addCheckpoint(reopen()).id).toBeGreaterThan(first.id + 1)
  })
}

function toChange({ group: ord, external_id, status, added }: Job): JobChange {
  return { group: ord, external_id, status, added }
}

function addCheckpoint(store: RunStore) {
  return store.transaction(() =>
    store.addEntry({
      subject: { kind: 'checkpoint' },
      state: 'held',
      due: 1,
      sends: 0,
      grant: 0,
      waits: null,
    }),
  )
}

function readAll(store: RunStore) {
  return {
    run: store.readRun(),
    groups: store.readGroups(),
    jobs: store.pageJobs({ after: null, limit: 100 }),
    entries: store.readEntries(),
  }
}
