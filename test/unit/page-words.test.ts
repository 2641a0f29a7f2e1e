import { assert, double, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Progress } from '../../src/protocol/events.ts'
import { unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import { RunId } from '../../src/protocol/ids.ts'
import type { GroupStatus, JobStatus } from '../../src/protocol/status.ts'
import { etaWords, rateWords } from '../../web/pace-words.ts'
import { spoken, tabTitle } from '../../web/run-standing.ts'

function progress(eta: readonly [number, number, number], groups_open = 0): Progress {
  const [earliest_s, likely_s, latest_s] = eta
  const counts = { total: 0, by_status: {} }
  return { counts, groups_open, rate: 1, eta: { earliest_s, likely_s, latest_s } }
}

describe('how long a run will take (EV-6)', () => {
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

  it('is the least that it takes, while listings are still to be read', () => {
    expect(etaWords(progress([60, 130, 250], 2))).toBe('at least 2 min left')
  })

  it('is not said where nothing is known, or nothing that is known is left', () => {
    const { eta: _, ...unknown } = progress([0, 0, 0])
    expect(etaWords(unknown)).toBe('')
    expect(etaWords(progress([0, 0, 0], 3))).toBe('')
  })

  it('never says a spread that is not around what is likely', () => {
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

/** Every number in its words, in seconds; one without a unit has that of the first. */
function numbersIn(said: string): number[] {
  const found = [...said.matchAll(/([\d.]+)(?: (s|min|h))?/g)]
  const seconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600 }
  const first = found[0]?.[2] ?? ''
  return found.map(([, number, unit]) => Number(number) * (seconds[unit ?? first] ?? NaN))
}

it.each([
  [0, ''],
  [26.4, '26 jobs a second'],
  [1.25, '1.3 jobs a second'],
  [0.5, '30 jobs a minute'],
  [0.05, '3 jobs a minute'],
])('a rate of %d is said as “%s”', (rate, words) => {
  expect(rateWords(rate)).toBe(words)
})

const run_id = RunId.parse('0123456789abcdef'.repeat(2))

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
  ])('says of listings %j and jobs how far the run is', (groups, jobs, percent) => {
    expect(tabTitle(run_id, run(groups, jobs))).toBe(`${percent} · 01234567 · Runcast`)
  })

  it('says the status of a run that is not at its jobs', () => {
    const finished: WatchedRun = { ...run(['closed'], ['ready']), status: 'finished' }
    expect(tabTitle(run_id, finished)).toBe('finished · 01234567 · Runcast')
    expect(spoken(finished)).toBe('Run finished: 1 of 1 jobs done.')
  })

  it('RUN-4: says so of a run that finished with problems, and it is read out', () => {
    const jobs = { total: 2, ready: 1, failed: 1, skipped: 0, aborted: 0 }
    const outcomes = { new: 1, changed: 0, unchanged: 0 }
    const snapshot = { ...jobs, ...outcomes, groups_closed: 1, groups_failed: 0 }
    const ended = run(['closed'], ['ready', 'failed'])
    const finished: WatchedRun = { ...ended, status: 'finished', snapshot }
    expect(tabTitle(run_id, finished)).toBe('finished with problems · 01234567 · Runcast')
    expect(spoken(finished)).toBe('Run finished with problems: 2 of 2 jobs done, 1 failed.')
  })
})
