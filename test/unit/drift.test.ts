import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  fallenFields,
  fallenInWords,
  FieldTally,
  lackingOf,
  PageTally,
} from '../../src/pipelines/ingestion/drift.ts'
import { DriftField, type FieldCounts } from '../../src/protocol/visit.ts'
import { listedPosting } from '../support/memory-work-ports.ts'

function salaries(have: number, of = 20): FieldCounts {
  return { source: 'lever', of, have: { salary: have } }
}

describe('a field has fallen', () => {
  const of = (...counts: number[]) => counts.map((count) => salaries(count))
  test.each<[string, { now: FieldCounts; before: FieldCounts[]; fallen?: [number, number] }]>([
    ['if none has it any more', { now: salaries(0), before: of(16, 16), fallen: [0.8, 0] }],
    ['after a single visit before', { now: salaries(0), before: of(20), fallen: [1, 0] }],
    ['below half of the usual share', { now: salaries(7), before: of(16), fallen: [0.8, 0.35] }],
    ['and not at half of it', { now: salaries(8), before: of(16) }],
    ['and not without a visit before', { now: salaries(0), before: [] }],
    ['and not if only a few lack it', { now: salaries(0, 4), before: [salaries(4, 4)] }],
    ['and not if few ever had it', { now: salaries(0, 100), before: [salaries(4, 100)] }],
    ['and not if nothing is listed', { now: salaries(0, 0), before: of(20) }],
    ['by the median', { now: salaries(0), before: of(0, 0, 18, 20, 20), fallen: [0.9, 0] }],
    ['and no longer after most visits', { now: salaries(0), before: of(0, 0, 0, 20, 20) }],
  ])('%s', (_, { now, before, fallen }) => {
    const [usual, share] = fallen ?? []
    expect(fallenFields(now, before)).toEqual(fallen ? [{ field: 'salary', usual, share }] : [])
  })

  test('and never where as many postings have it as in each visit before', () => {
    const have = fc.dictionary(fc.constantFrom(...DriftField.options), fc.nat(50))
    fc.assert(
      fc.property(have, fc.integer({ min: 1, max: 5 }), (counts, visits) => {
        const same = { source: 'lever', of: 50, have: counts }
        expect(
          fallenFields(
            same,
            Array.from({ length: visits }, () => same),
          ),
        ).toEqual([])
      }),
    )
  })
})

test('fields are counted over slices, of postings with content alone', () => {
  const salary = { min: 1, max: 2, currency: 'EUR', period: null, text: null }
  const posting = listedPosting({ html: 'x', salary, locations: ['Berlin'], team: 'Bread' })
  const bare = listedPosting({ html: 'x' })
  const tally = new FieldTally('lever')
  tally.add([posting, bare])
  tally.add([posting, listedPosting({ html: null, salary })])
  expect(tally.counts()).toEqual({
    source: 'lever',
    of: 3,
    have: {
      locations: 2,
      department: 0,
      employment_type: 0,
      salary: 2,
      remote: 0,
      posted_at: 0,
      apply_url: 0,
      employer: 0,
      team: 2,
    },
  })
  expect(lackingOf(bare, ['salary', 'team'])).toEqual(['salary', 'team'])
  expect(lackingOf(posting, ['salary', 'department'])).toEqual(['department'])
})

test('it is said in words', () => {
  const fallen = fallenFields(salaries(1), [salaries(16)])
  expect(fallenInWords(fallen)).toBe('salary (80 % usually, 5 % now)')
})

describe('pages that lack a field which their postings have', () => {
  const page = { url: 'x', sha256: 'x', etag: null, last_modified: null, has: ['salary', 'team'] }
  const lost = (since: number) => ({ ...page, lost: { salary: since } })

  function tallied(losing: number, keeping: number) {
    const tally = new PageTally('site')
    tally.add([
      ...Array.from({ length: losing }, () => lost(6)),
      ...Array.from({ length: keeping }, () => page),
    ])
    return tally
  }

  test('are a fall if more than half of those that had the field lack it', () => {
    const tally = tallied(6, 4)
    expect(tally.fallen()).toEqual([{ field: 'salary', usual: 1, share: 0.4 }])
    expect(tally.counts()).toMatchObject({ source: 'site', of: 10, have: { salary: 4, team: 10 } })
    expect(tally.accepted(lost(6), 7)).toEqual([])
    expect(tally.accepted(lost(6), 9)).toEqual(['salary'])
    expect(tally.accepted(page, 9)).toEqual([])
  })

  test.each([
    [5, 5],
    [4, 0],
  ])('are accepted one by one if %i lack it and %i have it', (losing, keeping) => {
    const tally = tallied(losing, keeping)
    expect(tally.fallen()).toEqual([])
    expect(tally.accepted(lost(6), 7)).toEqual(['salary'])
  })
})
