import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import type { PostingQuery } from '../../src/db/posting-list.ts'
import { ExternalId, RunId } from '../../src/protocol/ids.ts'
import {
  type PostingHistory,
  PostingPage,
  PostingView,
  RelatedPostings,
} from '../../src/protocol/posting.ts'
import { createTestApi } from '../support/api.ts'

function posting(company: string, external_id: string): PostingView {
  return {
    company,
    company_name: 'Acme',
    external_id,
    status: 'open',
    title: 'Baker',
    url: '',
    apply_url: null,
    locations: [],
    remote: null,
    department: null,
    employment_type: null,
    salary: null,
    description_html: '',
    description_text: '',
    posted_at: null,
    updated_at: null,
    valid_through: null,
    closed_at: null,
    employer: null,
    workplace: 'unknown',
    team: null,
    employment_types: [],
    language: null,
    requisition_id: null,
    read_from: 'structured',
    listings: { complete: 2, last_at: '2026-01-02T03:04:05.000Z' },
    first_seen_at: '2026-01-02T03:04:05.678Z',
    changed_at: '2026-01-02T03:04:05.678Z',
    expired_at: null,
  }
}

/** An API that has every posting. Keeps the queries. */
function createPostingApi() {
  const asked: unknown[] = []
  const api = createTestApi(() => ({
    readPosting: (query) => {
      asked.push(query)
      return Promise.resolve(posting(query.company, query.external_id))
    },
  }))
  return { api, asked }
}

it.each([
  ['4001', '4001'],
  ['https://acme.test/jobs/1', 'https://acme.test/jobs/1'],
  [
    'https%3A%2F%2Facme.test%2Fjobs%2F1%3Fref%3Da%26lang%3Den',
    'https://acme.test/jobs/1?ref=a&lang=en',
  ],
  ['https%3A%2F%2Facme.test%2Fa%2520b', 'https://acme.test/a%20b'],
  ['%C3%A9', 'é'],
  ['a%0Ab', 'a\nb'],
])('a posting is found by its company and id: %s', async (path, external_id) => {
  const { api, asked } = createPostingApi()
  const response = await api.call(`/api/postings/acme/${path}`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ company: 'acme', external_id })
  expect(asked).toEqual([{ owner: 'alice', company: 'acme', external_id }])
})

it('every encoded id arrives unchanged', async () => {
  const { api, asked } = createPostingApi()
  // A path segment of only dots cannot be sent: an address is parsed without such segments.
  const ids = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .filter((id) => ExternalId.safeParse(id).success && !/^\.{1,2}$/.test(id))
  await fc.assert(
    fc.asyncProperty(ids, async (external_id) => {
      await api.call(`/api/postings/acme/${encodeURIComponent(external_id)}`)
      expect(asked.pop()).toMatchObject({ external_id })
    }),
  )
})

it('an id of only dots, which no path can contain, is sent in a query', async () => {
  const asked: unknown[] = []
  const api = createTestApi(({ listPostings }) => ({
    listPostings: (query) => {
      asked.push(query)
      return listPostings(query)
    },
  }))
  await api.call('/api/postings?company=acme&external_id=..')
  expect(asked).toMatchObject([{ company: 'acme', external_id: '..' }])
})

it.each(['acme/%00', `acme/${'x'.repeat(501)}`, 'ac%00me/1', 'acme/', 'acme'])(
  'answers 404 to an impossible id: %s',
  async (path) => {
    const { api, asked } = createPostingApi()
    expect((await api.call(`/api/postings/${path}`)).status).toBe(404)
    expect(asked).toEqual([])
  },
)

it('the related postings are read by the company and an encoded id', async () => {
  const asked: unknown[] = []
  const answer: RelatedPostings = { postings: [], complete: true }
  const api = createTestApi(() => ({
    readRelated: (query) => {
      asked.push(query)
      return Promise.resolve(query.external_id === '7' ? undefined : answer)
    },
  }))
  const path = `/api/postings/acme/${encodeURIComponent('https://acme.test/jobs/1')}/related`
  const found = await api.call(path)
  expect(RelatedPostings.parse(await found.json())).toEqual(answer)
  expect(asked).toMatchObject([{ company: 'acme', external_id: 'https://acme.test/jobs/1' }])
  expect((await api.call('/api/postings/acme/7/related')).status).toBe(404)
})

it('a history is read by the company and an encoded id, and an id with slashes is no history', async () => {
  const asked: unknown[] = []
  const history: PostingHistory = {
    company: 'acme',
    external_id: 'https://acme.test/jobs/1',
    status: 'open',
    first_seen_at: '2026-01-02T03:04:05.678Z',
    last_seen_at: null,
    listings: null,
    expired_at: null,
    changes: [],
    complete: true,
  }
  const api = createTestApi(() => ({
    readPostingHistory: (query) => {
      asked.push(query)
      return Promise.resolve(history)
    },
    readPosting: (query) => Promise.resolve(posting(query.company, query.external_id)),
  }))
  const path = `/api/postings/acme/${encodeURIComponent(history.external_id)}`
  expect(await (await api.call(`${path}/history`)).json()).toEqual(history)
  expect(asked).toEqual([
    { owner: 'alice', company: 'acme', external_id: 'https://acme.test/jobs/1' },
  ])
  const plain = await api.call('/api/postings/acme/https://acme.test/history')
  expect(await plain.json()).toMatchObject({ external_id: 'https://acme.test/history' })
  expect((await createTestApi().call('/api/postings/acme/1/history')).status).toBe(404)
})

it('answers 404 to a missing posting, and 503 while Postgres is away', async () => {
  expect((await createTestApi().call('/api/postings/acme/1')).status).toBe(404)
  const cause = new Error('refused')
  const api = createTestApi(() => ({
    readPosting: () => Promise.reject(new DatabaseUnavailable({ cause })),
  }))
  expect((await api.call('/api/postings/acme/1')).status).toBe(503)
})

/** An API whose list has these postings, two a page. Keeps the queries. */
function createListApi(postings: readonly PostingView[]) {
  const asked: PostingQuery[] = []
  const api = createTestApi(() => ({
    listPostings: (query) => {
      asked.push(query)
      const from = Number(query.cursor ?? 0)
      const next_cursor = from + 2 < postings.length ? String(from + 2) : null
      const page = { postings: postings.slice(from, from + 2), next_cursor }
      return Promise.resolve({ kind: 'page', page })
    },
    countFacets: (_filter, names) => {
      const values = Object.fromEntries(names.map((name) => [name, [{ value: 'x', count: 1 }]]))
      return Promise.resolve({ counted: 1, complete: true, values })
    },
    hasRun: ({ run_id }) => Promise.resolve(run_id === RUN_ID),
  }))
  return { api, asked }
}

const RUN_ID = '0123456789abcdef0123456789abcdef'

it.each<[string, Partial<PostingQuery>]>([
  ['workplace=remote,hybrid', { workplace: ['remote', 'hybrid'] }],
  ['country=de,AT', { country: ['DE', 'AT'] }],
  ['language=DE', { language: ['de'] }],
  ['employment_type=full_time,intern', { employment_type: ['full_time', 'intern'] }],
  ['department=R%2C%20D', { department: 'R, D' }],
  ['posted_since=2026-10-01', { posted_since: '2026-10-01T00:00:00.000Z' }],
  [
    'changed_since=2026-10-01T09:00:00%2B02:00',
    { changed_since: { time: '2026-10-01T07:00:00.000Z' } },
  ],
  [`changed_since=${RUN_ID}`, { changed_since: { run_id: RunId.parse(RUN_ID) } }],
  ['', { sort: 'newest' }],
  ['sort=rank', { sort: 'newest' }],
  ['q=baker', { q: 'baker', sort: 'rank' }],
  ['q=baker&sort=newest', { q: 'baker', sort: 'newest' }],
])('the list is asked for %s', async (query, wanted) => {
  const { api, asked } = createListApi([])
  expect((await api.call(`/api/postings?${query}`)).status).toBe(200)
  expect(asked).toMatchObject([{ owner: 'alice', limit: 50, ...wanted }])
})

it.each([
  'workplace=somewhere',
  'workplace=',
  'country=Germany',
  'language=d',
  'employment_type=full_time,serf',
  'posted_since=yesterday',
  'posted_since=2026-02-30',
  'posted_since=0000-01-01',
  'changed_since=1',
  'changed_since=ffffffffffffffffffffffffffffffff',
  'sort=oldest',
  'facets=title',
  'format=xml',
])('the list refuses %s', async (query) => {
  const { api, asked } = createListApi([])
  expect((await api.call(`/api/postings?${query}`)).status).toBe(422)
  expect(asked).toEqual([])
})

it('a list has the facets that it is asked for, and without them none', async () => {
  const { api } = createListApi([posting('acme', '1')])
  const page = await (await api.call('/api/postings?facets=country,workplace')).json()
  const values = { country: [{ value: 'x', count: 1 }], workplace: [{ value: 'x', count: 1 }] }
  expect(page).toMatchObject({ facets: { counted: 1, complete: true, values } })
  expect(await (await api.call('/api/postings')).json()).not.toHaveProperty('facets')
})

it('a search marks its words in the title and in a part of the description', async () => {
  const before = 'We are many people. '.repeat(20)
  const text = `${before}Bakers bake here. ${'More. '.repeat(100)}`
  const found = { ...posting('acme', '1'), title: 'Baker (m/w/d)', description_text: text }
  const { api } = createListApi([found, { ...posting('acme', '2'), title: 'Grossbäckerei' }])
  const response = await api.call('/api/postings?q=baker')
  const [one, other] = PostingPage.parse(await response.json()).postings
  expect(one?.highlights?.title).toEqual([[0, 5]])
  const { text: part = '', ranges = [] } = one?.highlights?.description ?? {}
  expect(part.length).toBeLessThanOrEqual(340)
  expect(ranges.map(([from, to]) => part.slice(from, to))).toEqual(['Bakers'])
  expect(text).toContain(part)
  expect(other?.highlights).toEqual({ title: [], description: null })
  const parts = await api.call('/api/postings?q=SSB%C3%84CK')
  const [, whole] = PostingPage.parse(await parts.json()).postings
  expect(whole?.highlights?.title).toEqual([[3, 9]])
})

const five = ['1', '2', '3', '4', '5'].map((id) => posting('acme', id))

it('ndjson has every posting that matches, a line each', async () => {
  const { api, asked } = createListApi(five)
  const response = await api.call('/api/postings?format=ndjson&country=DE')
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = (await response.text()).trimEnd().split('\n')
  expect(lines.map((line) => PostingView.parse(JSON.parse(line)))).toEqual(five)
  expect(asked.map(({ cursor, country }) => [cursor, country])).toEqual([
    [undefined, ['DE']],
    ['2', ['DE']],
    ['4', ['DE']],
  ])
})

it('an export reads a page only when the one before was taken', async () => {
  const { api, asked } = createListApi(five)
  const response = await api.call('/api/postings?format=csv')
  const reader = response.body?.getReader()
  await reader?.read()
  expect(asked).toHaveLength(1)
  await reader?.read()
  expect(asked).toHaveLength(2)
  await reader?.cancel()
})

it.each(['', '&bom=1'])(
  'a CSV has a head, safe cells and a line for each posting%s',
  async (bom) => {
    const risky = {
      ...posting('acme', '-1'),
      title: '=HYPERLINK("https://evil.example","x")',
      department: '+1',
      team: '@x, y',
      employer: '＝1',
      salary: { min: -5, max: 1.5, currency: 'EUR', period: 'hour', text: '\t1' } as const,
      locations: [
        { text: 'Berlin', city: null, region: null, country: 'DE', derived: [] },
        { text: 'Köln, DE', city: null, region: null, country: 'DE', derived: [] },
      ],
      description_text: 'One\r\n"two"',
    }
    const { api } = createListApi([risky, posting('acme', '2')])
    const response = await api.call(`/api/postings?format=csv${bom}`)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(bytes[0] === 0xef).toBe(bom !== '')
    const text = new TextDecoder().decode(bytes)
    expect(text).toMatch(/^company,company_name,external_id,status,title,/)
    expect(text).toContain(
      `acme,Acme,'-1,open,"'=HYPERLINK(""https://evil.example"",""x"")",'＝1,'+1,"'@x, y","Berlin; Köln, DE",DE,`,
    )
    expect(text).toContain(`,-5,1.5,EUR,hour,'\t1,`)
    expect(text).toContain(`,"One\r\n""two"""\r\n`)
    expect(text.trimEnd().split(/\r\n(?=acme)/)).toHaveLength(3)
  },
)

it('an export has the problems of a list', async () => {
  const cause = new Error('refused')
  const api = createTestApi(() => ({
    listPostings: () => Promise.reject(new DatabaseUnavailable({ cause })),
  }))
  expect((await api.call('/api/postings?format=csv')).status).toBe(503)
})
