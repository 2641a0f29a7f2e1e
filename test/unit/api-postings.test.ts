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
    first_seen_at: '2026-01-02T03:04:05.678Z',
    changed_at: '2026-01-02T03:04:05.678Z',
    expired_at: null,
  }
}

/** An API that shows whatever posting it is asked for, and what it was asked. */
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
])('one posting is read by its company and id: %s', async (path, external_id) => {
  const { api, asked } = createPostingApi()
  const response = await api.call(`/api/postings/acme/${path}`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ company: 'acme', external_id })
  expect(asked).toEqual([{ owner: 'alice', company: 'acme', external_id }])
})

it('any id comes through as it was encoded', async () => {
  const { api, asked } = createPostingApi()
  // A path of dots alone is none: an address is read without such steps.
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

it('an id of dots alone, which no path can name, is asked for by a query', async () => {
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
  '404 for what no posting can be called: %s',
  async (path) => {
    const { api, asked } = createPostingApi()
    expect((await api.call(`/api/postings/${path}`)).status).toBe(404)
    expect(asked).toEqual([])
  },
)

it('404 for what is not there, 503 while Postgres is away', async () => {
  expect((await createTestApi().call('/api/postings/acme/1')).status).toBe(404)
  const cause = new Error('refused')
  const api = createTestApi(() => ({
    readPosting: () => Promise.reject(new DatabaseUnavailable({ cause })),
  }))
  expect((await api.call('/api/postings/acme/1')).status).toBe(503)
})
