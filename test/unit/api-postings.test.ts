import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import type { PostingView } from '../../src/protocol/posting.ts'
import { createTestApi } from '../support/api.ts'

function posting(company: string, external_id: string): PostingView {
  return {
    company,
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

it('answers 404 to a missing posting, and 503 while Postgres is away', async () => {
  expect((await createTestApi().call('/api/postings/acme/1')).status).toBe(404)
  const cause = new Error('refused')
  const api = createTestApi(() => ({
    readPosting: () => Promise.reject(new DatabaseUnavailable({ cause })),
  }))
  expect((await api.call('/api/postings/acme/1')).status).toBe(503)
})
