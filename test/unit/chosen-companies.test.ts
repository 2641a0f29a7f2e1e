import { expect, it } from 'vitest'

import { startInput } from '../../src/api/chosen-companies.ts'
import { parseInput } from '../../src/api/input.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import { Slug } from '../../src/protocol/company.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, stored } from '../support/api.ts'

const input = startInput(ingestion)

it.each([
  ['companies', /"all"/, { companies: 'every' }],
  ['companies', /"all"/, {}],
  ['companies.0', /./, { companies: [5] }],
  ['companies.0.slug', /./, { companies: [{ slug: 5 }] }],
  ['companies.label', /team:growth/, { companies: { label: 'A b' } }],
  ['companies.label', /team:growth/, { companies: { label: ['team'] } }],
  ['companies.label', /team:growth/, { companies: {} }],
  ['companies.team', /not known/, { companies: { label: 'team', team: 'growth' } }],
])('SCH-6: a refusal names %s, and says what may be given', (path, message, given) => {
  const refused = () => parseInput(input, given)
  expect(refused).toThrow(
    expect.objectContaining({
      particulars: expect.objectContaining({
        errors: expect.arrayContaining([{ path, message: expect.stringMatching(message) }]),
      }),
    }),
  )
  for (const companies of ['all', { label: 'team:growth' }])
    expect(parseInput(input, { companies })).toEqual({ companies })
})

/** An API of an owner whose companies have labels. Postgres is asked for nothing else. */
function createLabelledApi(labelled: Map<string, string>) {
  return createTestApi((ports) => ({
    pipelines: { ingestion },
    companies: {
      ...ports.companies,
      list: ({ label }) => {
        const slugs = [...labelled].filter(([, team]) => !label?.value || team === label.value)
        const companies = slugs.map(([slug, team]) =>
          stored({ slug: Slug.parse(slug), name: slug, source: { type: 'greenhouse' } }, { team }),
        )
        return Promise.resolve({ kind: 'page', page: { companies, next_cursor: null } })
      },
    },
  }))
}

async function idOf(answer: Promise<Response>) {
  return RunStarted.parse(await (await answer).json()).run_id
}

it('RUN-10: a start chooses companies by a label, and repeated it is the same run without them', async () => {
  const labelled = new Map([
    ['acme', 'growth'],
    ['globex', 'core'],
  ])
  const api = createLabelledApi(labelled)
  const start = async (companies: unknown, key: string) =>
    api.post(
      '/api/runs',
      { pipeline: 'ingestion', input: { companies } },
      { 'idempotency-key': key },
    )
  const groupsOf = (run_id: string) => {
    const run = [...api.runs.values()].find((one) => one.run_id === run_id)
    return run?.groups.map(({ key }) => key)
  }

  const grown = { label: 'team:growth' }
  const first = await idOf(start(grown, 'a'))
  expect(groupsOf(first)).toEqual(['acme'])
  expect(groupsOf(await idOf(start('all', 'b')))).toEqual(['acme', 'globex'])

  labelled.set('initech', 'growth')
  expect(await idOf(start(grown, 'a'))).toBe(first)
  expect((await start(['acme'], 'a')).status).toBe(422)
  const earlier = await api.post('/api/ingestion/start', { companies: grown })
  expect(earlier.status).toBe(202)

  labelled.clear()
  expect(await idOf(start(grown, 'a'))).toBe(first)
  const none = await start(grown, 'c')
  expect(none.status).toBe(422)
  expect(await none.json()).toMatchObject({
    errors: [{ path: 'input.companies', message: 'No company has the label team:growth.' }],
  })
})
