import { describe, expect, it } from 'vitest'

import { documents } from '../../src/pipelines/documents/documents.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import { generalNouns } from '../../src/protocol/nouns.ts'
import {
  problemsOf,
  problemWords,
  shownStatus,
  statusWords,
} from '../../src/protocol/run-problems.ts'
import type { Snapshot } from '../../src/protocol/run.ts'
import { RunStatus } from '../../src/protocol/status.ts'

function snapshot(given: Partial<Snapshot> = {}): Snapshot {
  const jobs = { total: 4, ready: 4, failed: 0, skipped: 0, aborted: 0 }
  const outcomes = { new: 4, changed: 0, unchanged: 0 }
  return { ...jobs, ...outcomes, groups_closed: 2, groups_failed: 0, ...given }
}

describe('a finished run', () => {
  it('RUN-4: is simply finished if nothing failed, even if jobs were skipped or aborted', () => {
    const whole = snapshot({ skipped: 1, aborted: 1 })
    expect(shownStatus({ status: 'finished', snapshot: whole })).toBe('finished')
  })

  it.each([
    ['a failed group', { groups_failed: 1 }, 0],
    ['a failed job', { failed: 1 }, 0],
    ['a held expiry', {}, 1],
  ])('RUN-4: is finished with problems if there is %s', (_, given, held) => {
    const status = shownStatus({ status: 'finished', snapshot: snapshot(given) }, held)
    expect(status).toBe('finished_with_problems')
    expect(statusWords(status)).toBe('finished with problems')
  })

  it.each([undefined, null])('is finished as long as its snapshot is not known: %s', (none) => {
    expect(shownStatus({ status: 'finished', snapshot: none })).toBe('finished')
  })
})

it.each(RunStatus.options.filter((status) => status !== 'finished'))(
  'RUN-4: other statuses do not change because of problems: %s',
  (status) => {
    const failed = snapshot({ failed: 2, groups_failed: 1 })
    expect(shownStatus({ status, snapshot: failed }, 3)).toBe(status)
    expect(statusWords(status)).toBe(status)
  },
)

it('RUN-4: problems are counted by group and by job', () => {
  expect(problemsOf(snapshot({ failed: 7, groups_failed: 3 }))).toEqual({ groups: 3, jobs: 7 })
})

describe('in words', () => {
  const many = snapshot({
    total: 2_280,
    failed: 10,
    groups_failed: 3,
    group_counts: { total: 40, by_status: { closed: 37, failed: 3 } },
  })

  it('name what failed, out of how many, and what is held', () => {
    expect(problemWords({ nouns: ingestion.nouns, snapshot: many, held: 2 })).toEqual([
      '3 of 40 companies could not be read',
      '10 of 2,280 postings failed',
      '2 expiries are held for a decision',
    ])
  })

  it.each([
    [documents.nouns, 'matters', 'documents'],
    [generalNouns, 'groups', 'jobs'],
  ])('describe a run with its nouns: %j', (nouns, groups, jobs) => {
    expect(problemWords({ nouns, snapshot: many })).toEqual([
      `3 of 40 ${groups} could not be read`,
      `10 of 2,280 ${jobs} failed`,
    ])
  })

  it('RUN-3: distinguish failed groups from those that an abort left unread', () => {
    const group_counts = { total: 6, by_status: { closed: 1, failed: 1, aborted: 4 } }
    const aborted = snapshot({ groups_failed: 1, group_counts })
    expect(problemWords({ nouns: ingestion.nouns, snapshot: aborted })).toEqual([
      '1 of 6 companies could not be read',
      '4 of 6 companies aborted',
    ])
  })

  it('are empty without problems, and count the groups of an earlier version', () => {
    expect(problemWords({ nouns: ingestion.nouns, snapshot: snapshot() })).toEqual([])
    const earlier = snapshot({ groups_closed: 1, groups_failed: 1, total: 1, failed: 1 })
    expect(problemWords({ nouns: ingestion.nouns, snapshot: earlier, held: 1 })).toEqual([
      '1 of 2 companies could not be read',
      '1 of 1 posting failed',
      '1 expiry is held for a decision',
    ])
  })
})
