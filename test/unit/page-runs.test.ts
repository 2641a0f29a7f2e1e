import { describe, expect, it } from 'vitest'

import type { LiveRun } from '../../src/client/react.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import { RunSummary } from '../../src/protocol/run.ts'
import { companiesOf, slugOf } from '../../web/companies/found-company.ts'
import { labelChanges } from '../../web/parts/label-text.ts'
import { nounsAmong } from '../../web/parts/nouns.ts'
import { failuresOf } from '../../web/run/failures.ts'
import { itemRows } from '../../web/run/item-rows.ts'
import { joinRuns, percentOf } from '../../web/runs/run-rows.ts'
import { pipelineViews } from '../support/pipeline-views.ts'

/** Joins listed runs and the feed, with the words of the pipelines known. */
function rowsOf(told: readonly LiveRun[], isWhole = true) {
  return joinRuns({ listed: [listed], live: told, isWhole }, (name) =>
    nounsAmong(pipelineViews, name),
  )
}

const ID = 'a'.repeat(32)

const listed = RunSummary.parse({
  run_id: ID,
  pipeline: 'ingestion',
  subject: { groups: 3 },
  status: 'ingesting',
  created_at: '2026-11-30T10:00:00.000Z',
  ended_at: null,
  total: 5,
  group_counts: null,
  problems: { groups: 0, jobs: 0 },
  snapshot: null,
})

function live(run: Partial<LiveRun>): LiveRun {
  return {
    run_id: ID,
    title: '',
    status: 'ingesting',
    round: 1,
    percent: undefined,
    message: undefined,
    error: undefined,
    ...run,
  }
}

describe('a row of the list of runs', () => {
  it('has what the feed tells, and else what the API told', () => {
    const [row] = rowsOf([live({ percent: 40, problems: { groups: 1, jobs: 2 } })])
    expect(row).toMatchObject({
      name: '3 companies',
      status: 'ingesting',
      percent: 40,
      problems: '1 company could not be read, 2 postings failed',
    })
    expect(rowsOf([])[0]).toMatchObject({ percent: undefined, problems: '' })
  })

  it('never shows an unread list as done', () => {
    const counts = { total: 100, by_status: { ready: 100 } }
    const progress = { counts, groups_open: 1, rate: 0 }
    const [row] = rowsOf([live({ percent: 100, progress })])
    expect(row).toMatchObject({ percent: 66, unread: '1 job list to read' })
    expect(percentOf({ percent: 100, progress }, undefined)).toBe(99)
  })

  it('says of a run that has just ended how it ended', () => {
    const ended = { status: 'finished', ended_at: '2026-11-30T10:01:00.000Z', percent: 100 }
    const problems = { groups: 0, jobs: 1 }
    expect(rowsOf([live({ ...ended, problems })])[0]).toMatchObject({
      status: 'finished_with_problems',
      percent: undefined,
      ended_at: ended.ended_at,
    })
  })

  it('stays the same row while it says the same, so that it is rendered once', () => {
    const [before] = rowsOf([live({ percent: 10 })])
    const [same] = rowsOf([live({ percent: 10 })])
    const [later] = rowsOf([live({ percent: 11 })])
    expect(same).toBe(before)
    expect(later).not.toBe(before)
  })

  it('stands above the others if the list does not have it yet, unless a filter is set', () => {
    const fresh = live({ run_id: 'b'.repeat(32), title: 'New', created_at: '2026-11-30T11:00:00Z' })
    expect(rowsOf([fresh]).map(({ name }) => name)).toEqual(['New', '3 companies'])
    expect(rowsOf([fresh], false)).toHaveLength(1)
    const older = live({ ...fresh, created_at: '2026-11-01T11:00:00Z' })
    expect(rowsOf([older])).toHaveLength(1)
  })
})

describe('the failures of a run', () => {
  it('are grouped by their codes, unread lists first', () => {
    const reason = { code: 'board_not_found', message: 'No such board' }
    const error = { code: 'page_gone', message: 'Gone' }
    const run = [
      {
        event: 'groups' as const,
        data: {
          a: { status: 'failed' as const, found: 0, reason },
          b: { status: 'closed' as const, found: 2 },
        },
      },
      {
        event: 'all_jobs' as const,
        data: {
          b: [
            { external_id: '1', title: 'One', status: 'failed' },
            { external_id: '2', title: 'Two', status: 'ready' },
          ],
        },
      },
      { event: 'detail' as const, data: { b: { '1': { attempt: 1, error } } } },
    ].reduce(fold, unwatched)
    const kinds = failuresOf(run)
    expect(kinds.map(({ code }) => code)).toEqual(['board_not_found', 'page_gone'])
    expect(kinds[1]?.jobs).toMatchObject([{ group: 'b', external_id: '1', title: 'One' }])
  })
})

describe('the labels that a person typed', () => {
  it('change what is different, and take away what is missing', () => {
    expect(labelChanges({ team: 'growth', old: 'x' }, ' team:sales, night ,,env: a:b')).toEqual({
      team: 'sales',
      old: null,
      night: 'yes',
      env: 'a:b',
    })
  })
})

describe('a company that was found', () => {
  it.each([
    ['Acme & Söhne GmbH', 'acme-so-hne-gmbh'],
    ['日本', 'company'],
    [`--${'x'.repeat(200)}--`, 'x'.repeat(90)],
  ])('“%s” gets the key %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })

  it('has a key of its own', () => {
    const found = {
      status: 'found',
      source: { type: 'lever', board: 'acme' },
      platform: 'lever',
      board: 'acme',
      name: null,
      confirmed: true,
      by: 'address',
      why: '',
    } as const
    const [one, other, third] = ['https://a.example', 'https://b.example', 'https://c.example']
    const given = [
      { address: one, slug: '', name: '' },
      { address: other, slug: '', name: '' },
      { address: third, slug: 'acme-2', name: 'Acme Two' },
      { address: 'https://not-found.example', slug: '', name: '' },
    ]
    const all = [third, other, one].map((url) => ({ ...found, url }))
    expect(companiesOf(all, given).map(({ slug, name }) => [slug, name])).toEqual([
      ['acme', 'acme'],
      ['acme-3', 'acme'],
      ['acme-2', 'Acme Two'],
    ])
  })
})

it('of the items of a run only those are made anew that changed', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ external_id: id, title: id, status: 'pending' }))
  if (a === undefined || b === undefined || c === undefined) throw new Error('three jobs')
  const acme = new Map([
    ['a', a],
    ['b', b],
  ])
  const beta = new Map([['c', c]])
  const all = { group: '', status: '', outcome: '', q: '' }
  const before = itemRows(
    {
      jobs: new Map([
        ['acme', acme],
        ['beta', beta],
      ]),
    },
    all,
  )
  expect(before.map(({ key }) => key)).toEqual(['["acme","a"]', '["acme","b"]', '["beta","c"]'])
  const changed = new Map([
    [
      'acme',
      new Map([
        ['a', a],
        ['b', { ...b, status: 'ready' }],
      ]),
    ],
    ['beta', beta],
  ])
  const after = itemRows({ jobs: changed }, all)
  expect(after.map((row, n) => row === before[n])).toEqual([true, false, true])
  expect(after[1]?.status).toBe('ready')
  expect(itemRows({ jobs: changed }, { ...all, status: 'ready', q: 'B' })).toEqual([after[1]])
})
