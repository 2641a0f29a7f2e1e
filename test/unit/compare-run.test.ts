import { describe, expect, it } from 'vitest'

import { compare } from '../../src/api/compare-run.ts'
import type { ApiPorts } from '../../src/api/ports.ts'
import { RunRemoved } from '../../src/db/removed-run.ts'
import type { RunFigures } from '../../src/db/run-figures.ts'
import { GroupKey, RunId } from '../../src/protocol/ids.ts'
import { type Figures, noFigures } from '../../src/protocol/run-comparison.ts'
import { createTestApi } from '../support/api.ts'

function figures(groups: Readonly<Record<string, Partial<Figures>>>, fields = {}): RunFigures {
  const entries = Object.entries(groups).map(
    ([key, some]) => [GroupKey.parse(key), { ...noFigures, ...some }] as const,
  )
  return { groups: new Map(entries), fields }
}

const shown = { status: 'closed', found: 0, counts: { total: 0, by_status: {} } } as const
const view = { groups: { b: { ...shown, title: 'Bee' }, a: shown } }

describe('the comparison of two runs', () => {
  it('lists the groups that differ in the run’s order, then those that only the earlier run had', () => {
    const before = figures({
      a: { ready: 2, new: 2 },
      b: { ready: 1 },
      gone: { ready: 4 },
      old: {},
    })
    const now = figures({ a: { ready: 2, new: 2 }, b: { ready: 1, gone: 3 } }, { title: 2 })
    expect(compare(view, now, before)).toEqual({
      before: { ...noFigures, ready: 7, new: 2 },
      now: { ...noFigures, ready: 3, new: 2, gone: 3 },
      fields: { before: {}, now: { title: 2 } },
      groups: [
        {
          group: 'b',
          title: 'Bee',
          before: { ...noFigures, ready: 1 },
          now: { ...noFigures, ready: 1, gone: 3 },
        },
        { group: 'gone', before: { ...noFigures, ready: 4 }, now: null },
      ],
      equal_groups: 2,
    })
  })

  it('has the figures of the run alone if there is no earlier one', () => {
    expect(compare(view, figures({ a: { failed: 1 } }), undefined)).toEqual({
      before: null,
      now: { ...noFigures, failed: 1 },
      fields: { before: {}, now: {} },
      groups: [],
      equal_groups: 0,
    })
  })
})

describe('GET /api/runs/:run_id/compare', () => {
  const start = { pipeline: 'letters', input: { letters: ['a'] } }

  async function twoRuns(ports: Partial<ApiPorts> = {}) {
    const asked: string[] = []
    const api = createTestApi(() => ({
      readFigures: ({ run_id }) => {
        asked.push(run_id)
        return Promise.resolve(figures({ a: { ready: asked.length } }))
      },
      ...ports,
    }))
    for (const _ of [1, 2]) await api.post('/api/runs', start)
    const [first = '', second = ''] = api.runs.keys()
    return { api, asked, first, second, path: `/api/runs/${second}/compare` }
  }

  it('compares with the run that the query names, or else with the one that is found', async () => {
    for (const named of [true, false]) {
      const found: string[] = []
      const { api, asked, first, second, path } = await twoRuns({
        findEarlierRun: ({ run_id }) => {
          found.push(run_id)
          const [earlier] = api.runs.keys()
          return Promise.resolve(earlier)
        },
      })
      const answer = await api.call(named ? `${path}?with=${first}` : path)
      expect(await answer.json()).toMatchObject({ run_id: second, with: first, now: { ready: 1 } })
      expect(asked).toEqual([second, first])
      expect(found).toEqual(named ? [] : [second])
    }
  })

  it('says that there is no earlier run', async () => {
    const { api, path } = await twoRuns()
    expect(await (await api.call(path)).json()).toMatchObject({
      with: null,
      before: null,
      groups: [],
    })
  })

  it('is 404 if one of the runs is not there, 400 for no id, and 410 if the jobs of one were removed', async () => {
    const { api, path } = await twoRuns()
    expect((await api.call(`${path}?with=${'0'.repeat(32)}`)).status).toBe(404)
    expect((await api.call(`/api/runs/${RunId.parse('0'.repeat(32))}/compare`)).status).toBe(404)
    expect((await api.call(`${path}?with=x`)).status).toBe(422)
    const removed = await twoRuns({
      readFigures: () => Promise.reject(new RunRemoved('2026-01-02T03:04:05.678Z')),
    })
    const answer = await removed.api.call(removed.path)
    expect([answer.status, await answer.json()]).toMatchObject([410, { type: '/problems/removed' }])
  })
})
