import { assert, double, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'

import { documents } from '../../src/pipelines/documents/documents.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import type { GroupState, Progress } from '../../src/protocol/events.ts'
import { unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { RunSummary } from '../../src/protocol/run.ts'
import type { GroupStatus, JobStatus } from '../../src/protocol/status.ts'
import { agoWords } from '../../web/parts/ago.tsx'
import { listedName, watchedName } from '../../web/parts/names.ts'
import { nounsAmong, type NounsOf } from '../../web/parts/nouns.ts'
import { etaWords, rateWords } from '../../web/run/pace-words.ts'
import { spoken, tabTitle } from '../../web/run/run-words.ts'
import { pipelineViews } from '../support/pipeline-views.ts'

const nounsOf: NounsOf = (pipeline) => nounsAmong(pipelineViews, pipeline)

function progress(eta: readonly [number, number, number], groups_open = 0): Progress {
  const [earliest_s, likely_s, latest_s] = eta
  const counts = { total: 0, by_status: {} }
  return { counts, groups_open, rate: 1, eta: { earliest_s, likely_s, latest_s } }
}

describe('the remaining time of a run (EV-6)', () => {
  it.each([
    [[60, 130, 250], 'about 2 min left, between 1 and 4'],
    [[31, 41, 54], 'about 40 s left, between 30 and 55'],
    [[41, 70, 110], 'about 1 min left, between 40 s and 2 min'],
    [[3, 4, 6], 'about 4 s left, between 3 and 6'],
    [[119, 120, 121], 'about 2 min left'],
    [[5_000, 7_300, 9_100], 'about 2 h left, between 83 min and 2.5 h'],
    [[0, 40, 70], 'about 40 s left, between 1 s and 1 min'],
  ] as const)('is said of %j as a person says it', (eta, words) => {
    expect(etaWords(progress(eta))).toBe(words)
  })

  it('is a minimum while lists are still to be read', () => {
    expect(etaWords(progress([60, 130, 250], 2))).toBe('at least 2 min left')
  })

  it('is empty if it is unknown, or if nothing known remains', () => {
    const { eta: _, ...unknown } = progress([0, 0, 0])
    expect(etaWords(unknown)).toBe('')
    expect(etaWords(progress([0, 0, 0], 3))).toBe('')
  })

  it('never has a spread without its likely value', () => {
    const seconds = double({ min: 0.5, max: 100_000, noNaN: true })
    const spread = tuple(seconds, seconds, seconds).map((all) => all.toSorted((a, b) => a - b))
    assert(
      property(spread, ([earliest = 0, likely = 0, latest = 0]) => {
        const said = etaWords(progress([earliest, likely, latest]))
        const [about, from, to] = numbersIn(said)
        expect(said).toMatch(/^about /)
        if (about === undefined || from === undefined || to === undefined) return
        expect(from).toBeLessThan(to)
        expect(from).toBeLessThanOrEqual(about)
        expect(to).toBeGreaterThanOrEqual(about)
      }),
    )
  })
})

/** Returns every number of a text in seconds. A number without a unit has the unit of the first one. */
function numbersIn(said: string): number[] {
  const found = [...said.matchAll(/([\d.]+)(?: (s|min|h))?/g)]
  const seconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600 }
  const first = found[0]?.[2] ?? ''
  return found.map(([, number, unit]) => Number(number) * (seconds[unit ?? first] ?? NaN))
}

it.each([
  [0, ''],
  [26.4, '26 postings a second'],
  [1.25, '1.3 postings a second'],
  [1.04, '1 posting a second'],
  [0.5, '30 postings a minute'],
  [0.05, '3 postings a minute'],
])('a rate of %d is written as “%s”', (rate, words) => {
  expect(rateWords(rate, ingestion.nouns.job)).toBe(words)
})

/** The name of a watched run of groups with these titles. */
function watched(titles: readonly (string | undefined)[], pipeline?: string) {
  const groups = titles.map((title, n): [string, GroupState] => [
    `key ${n}`,
    { status: 'closed', found: 0, ...(title === undefined ? {} : { title }) },
  ])
  return watchedName({ groups: new Map(groups) }, pipeline, nounsOf)
}

describe('a run’s name', () => {
  const run_id = RunId.parse('0123456789abcdef'.repeat(2))
  const ended = { status: 'finished', created_at: '', ended_at: null, total: 0, snapshot: null }
  const rest = { ...ended, group_counts: null, problems: { groups: 0, jobs: 0 } }
  const listed = (pipeline: string, subject: object | null) =>
    listedName(RunSummary.parse({ run_id, pipeline, subject, ...rest }), nounsOf)

  it.each([
    ['ingestion', { groups: 40 }, '40 companies'],
    ['ingestion', { groups: 1, title: 'Acme Ltd' }, 'Acme Ltd'],
    ['documents', { groups: 1, title: 'Müller ./. Schmidt' }, 'Müller ./. Schmidt'],
    ['documents', { groups: 2 }, '2 matters'],
    ['another', { groups: 3 }, '3 groups'],
    ['ingestion', null, 'Run 01234567'],
  ])('of %s with the subject %j is “%s” in the list', (pipeline, subject, name) => {
    expect(listed(pipeline, subject)).toBe(name)
  })

  it('is the one that it was given', () => {
    const named = {
      run_id,
      pipeline: 'ingestion',
      name: 'Nightly',
      subject: { groups: 40 },
      ...rest,
    }
    expect(listedName(RunSummary.parse(named), nounsOf)).toBe('Nightly')
  })

  it('is the same while it is watched, as far as its stream has told', () => {
    expect(watched([undefined, undefined], 'ingestion')).toBe('2 companies')
    expect(watched(['Acme Ltd'], 'ingestion')).toBe('Acme Ltd')
    expect(watched([undefined])).toBe('key 0')
    expect(watched([])).toBeUndefined()
    expect(watched(['Acme Ltd', 'Zeta Ltd'])).toBeUndefined()
  })
})

function run(groups: readonly GroupStatus[], jobs: readonly JobStatus[]): WatchedRun {
  const entries = jobs.map(
    (status, n) => [`j${n}`, { external_id: `j${n}`, title: '', status }] as const,
  )
  return {
    ...unwatched,
    status: 'ingesting',
    groups: new Map(groups.map((status, n) => [`g${n}`, { status, found: 0 }])),
    jobs: new Map([['g0', new Map(entries)]]),
  }
}

describe('the tab’s title', () => {
  it.each<[readonly GroupStatus[], readonly JobStatus[], string]>([
    [['closed'], ['ready', 'pending'], '50 %'],
    [['closed', 'failed'], ['ready', 'failed'], '100 %'],
    [['closed', 'planning'], ['ready', 'ready'], '50 %'],
    [['waiting'], [], '0 %'],
    [['closed'], [...Array<JobStatus>(999).fill('ready'), 'pending'], '99 %'],
  ])('shows the progress of lists %j and jobs %j: %s', (groups, jobs, percent) => {
    expect(tabTitle('2 companies', run(groups, jobs))).toBe(`${percent} · 2 companies · Runcast`)
  })

  it('shows the status of a run before or after its jobs', () => {
    const finished: WatchedRun = { ...run(['closed'], ['ready']), status: 'finished' }
    expect(tabTitle('Acme Ltd', finished)).toBe('finished · Acme Ltd · Runcast')
    expect(spoken(finished, ingestion.nouns.job)).toBe('Run finished: 1 of 1 posting done.')
  })

  it.each(['paused', 'owner_paused'])(
    'RUN-8, RUN-9: of a run that waits as %s is “paused”',
    (code) => {
      const wait = { code, message: '', until: '', groups: 1 }
      const held: WatchedRun = {
        ...run(['closed'], ['ready', 'pending']),
        progress: { ...progress([1, 1, 1]), waits: [wait] },
      }
      expect(tabTitle('Acme Ltd', held)).toBe('paused · Acme Ltd · Runcast')
      expect(spoken(held, ingestion.nouns.job)).toBe('Run paused: 1 of 2 postings done.')
      expect(tabTitle('Acme Ltd', { ...held, status: 'aborted' })).toMatch(/^aborted /)
    },
  )

  it('RUN-4: says that a run finished with problems, and a screen reader says it too', () => {
    const jobs = { total: 2, ready: 1, failed: 1, skipped: 0, aborted: 0 }
    const outcomes = { new: 1, changed: 0, unchanged: 0 }
    const snapshot = { ...jobs, ...outcomes, groups_closed: 1, groups_failed: 0 }
    const ended = run(['closed'], ['ready', 'failed'])
    const finished: WatchedRun = { ...ended, status: 'finished', snapshot }
    expect(tabTitle('Acme Ltd', finished)).toBe('finished with problems · Acme Ltd · Runcast')
    expect(spoken(finished, documents.nouns.job)).toBe(
      'Run finished with problems: 2 of 2 documents done, 1 failed.',
    )
  })
})

describe('how long ago', () => {
  const now = Date.parse('2026-11-30T12:00:00Z')
  it.each([
    ['2026-11-30T11:59:30Z', 30, 'second'],
    ['2026-11-30T11:15:00Z', 45, 'minute'],
    ['2026-11-30T02:00:00Z', 10, 'hour'],
    ['2026-11-20T12:00:00Z', 10, 'day'],
    ['2024-11-30T12:00:00Z', 2, 'year'],
  ] as const)('%s was %d %ss ago', (time, value, unit) => {
    const words = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' })
    expect(agoWords(time, now)).toBe(words.format(-value, unit))
  })
})
