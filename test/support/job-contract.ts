import { expect } from 'vitest'

import { ExternalId } from '../../src/protocol/ids.ts'
import { begin, insert, job, type Proves, rewrite } from './stored-run.ts'

const awkward = ['__proto__', 'a"b', 'line\r\nbreak', '\u2028', 'ünï', '0', '01', 'constructor']

/** The cases about jobs: what the transitions read and write. */
export function jobCases(proves: Proves): void {
  proves('jobs are read as they were added', (store, reopen) => {
    begin(store)
    const jobs = awkward.map((text, n) =>
      job(0, n, {
        external_id: ExternalId.parse(text),
        title: text,
        url: n === 0 ? null : `https://x.test/${n}`,
        payload: JSON.stringify({ text }),
        added: 4,
        titled: 4,
        seq: 4,
        told: 4,
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

  proves('PLAN-2: jobs are recognised if their group has them already', (store) => {
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

  proves('jobs are not added twice', (store) => {
    begin(store)
    insert(store, [job(0, 0)])
    expect(() => insert(store, [job(0, 0, { n: 1 })])).toThrow(/there already|UNIQUE/)
    expect(store.readJobs(0, [0, 1])).toHaveLength(1)
  })

  proves('jobs are changed as they are written, and other jobs are not', (store) => {
    begin(store)
    const jobs = [job(0, 0), job(0, 1), job(1, 0)]
    insert(store, jobs)
    const failed = job(0, 1, {
      status: 'failed',
      seq: 8,
      told: 9,
      attempt: 3,
      failures: 2,
      losses: 1,
      error: { code: 'no', message: 'Just "no".' },
    })
    const ready = job(1, 0, { status: 'ready', seq: 8, attempt: 1, outcome: 'changed' })
    const named = { ...ready, title: 'A "name"', titled: 8, told: 8 }
    rewrite(store, [failed, named])
    expect(store.pageJobs({ after: null, limit: 10 })).toEqual([jobs[0], failed, named])
  })

  proves(
    'EV-5: jobs keep the progress and the message of a step until they leave the step',
    (store, reopen) => {
      begin(store)
      insert(store, [job(0, 0)])
      const said = { status: 'crawling', progress: 40, message: 'Reading "it" \u2028.' } as const
      for (const at of [said, { ...said, progress: 0, message: '' }]) {
        rewrite(store, [job(0, 0, { ...at, told: 5 })])
        expect(store.readJobs(0, [0])).toEqual([job(0, 0, { ...at, told: 5 })])
        expect(reopen().changesSince(4)).toMatchObject([at])
      }
      rewrite(store, [job(0, 0)])
      expect(store.readJobs(0, [0])).toEqual([job(0, 0)])
    },
  )

  proves('RUN-1, RUN-2: jobs are read if they are open, or have one of some statuses', (store) => {
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
    rewrite(store, jobs)
    const all = { after: null, limit: 9 }
    expect(store.jobsIn({ ...all, statuses: 'open' })).toEqual(jobs.slice(0, 2))
    expect(store.jobsIn({ ...all, statuses: ['failed'] })).toEqual([jobs[3]])
    const skipped = { ...all, statuses: ['skipped', 'ready'] } as const
    expect(store.jobsIn(skipped)).toEqual([jobs[2], jobs[4]])
    expect(store.jobsIn({ ...skipped, limit: 1 })).toEqual([jobs[2]])
    expect(store.jobsIn({ ...skipped, limit: 0 })).toEqual([])
    expect(store.jobsIn({ ...skipped, after: { group: 0, n: 2 } })).toEqual([jobs[4]])
    expect(store.jobsIn({ ...skipped, groups: [1, 2] })).toEqual([jobs[4]])
    expect(store.jobsIn({ ...skipped, groups: [] })).toEqual([])
    expect(store.jobsIn({ ...all, statuses: 'open', groups: [1] })).toEqual([])
    expect(store.jobsIn({ ...all, statuses: ['aborted'] })).toEqual([])
    expect(store.jobsIn({ ...all, statuses: [] })).toEqual([])
  })

  proves('RUN-1: jobs are read by group and name, each once', (store) => {
    begin(store)
    const jobs = awkward.map((text, n) => job(0, n, { external_id: ExternalId.parse(text) }))
    insert(store, [...jobs, job(1, 0)])
    const asked = ['0', '__proto__', '0', 'toString'].map((id) => ExternalId.parse(id))
    expect(store.findJobs(0, asked)).toEqual([jobs[0], jobs[5]])
    expect(store.findJobs(1, asked)).toEqual([job(1, 0)])
    expect(store.findJobs(2, asked)).toEqual([])
    expect(store.findJobs(0, [])).toEqual([])
  })

  proves(
    'jobs are added, found and changed together, whatever their number and their length',
    (store) => {
      begin(store)
      const jobs = Array.from({ length: 20_500 }, (_, n) =>
        job(0, n, {
          external_id: ExternalId.parse(`${n}/`.padEnd(500, 'é')),
          title: `${n} `.padEnd(200, '\u20ac'),
        }),
      )
      insert(store, jobs)
      const ids = jobs.map(({ external_id }) => external_id)
      const known = store.knownJobs(0, ids)
      expect(known.size).toBe(jobs.length)
      const found = store.findJobs(0, [...ids.toReversed(), ...ids.slice(0, 9)])
      expect(found.map(({ n }) => n)).toEqual(jobs.map(({ n }) => n))
      const aborted = jobs.map((one) => ({
        ...one,
        status: 'aborted' as const,
        attempt: 1,
        seq: 9,
      }))
      rewrite(store, aborted)
      const all = { after: null, limit: 30_000 }
      expect(store.jobsIn({ ...all, statuses: ['aborted'] })).toHaveLength(jobs.length)
      expect(store.jobsIn({ ...all, statuses: 'open' })).toEqual([])
      expect(store.readJobs(0, [0, 20_499])).toEqual([aborted[0], aborted[20_499]])
    },
  )
}
