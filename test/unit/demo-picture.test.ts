import { expect, it } from 'vitest'

import { picture, type Shown, waitLines } from '../../scripts/demo/picture.ts'
import { Slug } from '../../src/protocol/company.ts'
import { unwatched, type WatchedRun } from '../../src/protocol/fold.ts'

const progress = {
  counts: { total: 0, by_status: {} },
  groups_open: 1,
  rate: 0,
  waits: [
    { code: 'database_away', message: 'Postgres cannot be reached.', until: '', groups: 1 },
    { code: 'host_pace', message: 'A host is asked slowly.', until: '', groups: 1 },
  ],
}

const waiting: WatchedRun = { ...unwatched, status: 'ingesting', progress }

function named(slug: string): Shown {
  return { slug: Slug.parse(slug), name: `${slug.toUpperCase()} Ltd` }
}

it('the demo shows companies by their names, and shortens a long one for its bar', () => {
  const long = { ...named('zeta'), name: 'W'.repeat(200) }
  const [, ...lines] = picture(unwatched, [named('acme'), long], 20)
  expect(lines).toEqual([
    `  ${'ACME Ltd'.padEnd(30)}  ${'░'.repeat(24)}  0/0`,
    `  ${'W'.repeat(29)}…  ${'░'.repeat(24)}  0/0`,
  ])
})

it('EV-6: the demo shows below its headline why a run waits, and leaves room for that', () => {
  const lines = picture(waiting, ['acme', 'zeta', 'mill'].map(named), 6)
  expect(lines.slice(0, 3)).toEqual([
    'ingesting  0/0 jobs  0/3 companies',
    '  waits: Postgres cannot be reached.',
    '  waits: A host is asked slowly.',
  ])
  expect(lines.at(-1)).toBe('  and 2 more')
  expect(lines).toHaveLength(5)
})

it("EV-6: the demo shows no reason after the run's end, or while the run goes on", () => {
  expect(waitLines({ ...waiting, status: 'finished' })).toEqual([])
  expect(waitLines(unwatched)).toEqual([])
})
