import { beforeAll, describe, expect, it } from 'vitest'

import type { TokenQuestion } from '../../src/db/watch-tokens.ts'
import { createTestApi } from '../support/api.ts'
import { noDocuments } from '../support/no-documents.ts'
import { inSeconds, signGuest, signMatterGuest, tokenOf } from '../support/tokens.ts'

const MATTER = 'c'.repeat(32)
const OTHER = 'd'.repeat(32)
const DOCUMENT = 'e'.repeat(32)
const ELSEWHERE = 'f'.repeat(32)
const token_id = 'b'.repeat(32)

/** Every route that a matter's watch token can read, and a request for it. */
const readable: Readonly<Record<string, string>> = {
  '/api/matters/:matter_id': `/api/matters/${MATTER}`,
  '/api/documents': `/api/documents?matter_id=${MATTER}`,
  '/api/search': `/api/search?q=lease&matter_id=${MATTER}`,
  '/api/documents/:document_id': `/api/documents/${DOCUMENT}`,
  '/api/documents/:document_id/file': `/api/documents/${DOCUMENT}/file`,
  '/api/documents/:document_id/chunks': `/api/documents/${DOCUMENT}/chunks`,
  '/api/documents/:document_id/outline': `/api/documents/${DOCUMENT}/outline`,
  '/api/documents/:document_id/passages/:n': `/api/documents/${DOCUMENT}/passages/0`,
  '/api/documents/:document_id/pages/:page': `/api/documents/${DOCUMENT}/pages/1`,
}

/**
 * An API in which alice's matter has one document and one token. `asked` has the questions that its tokens were asked, and
 * `read` the names of the calls that would have read something.
 */
function createShared() {
  const asked: TokenQuestion[] = []
  const read: string[] = []
  const told = <T>(name: string, answer: T) => {
    read.push(name)
    return Promise.resolve(answer)
  }
  const nothing = { hits: [], next_cursor: null }
  const none = { documents: [], next_cursor: null }
  const tokens = {
    ...noDocuments.tokens,
    admits: (question: TokenQuestion) => {
      asked.push(question)
      const { owner, matter_id, document_id = DOCUMENT } = question
      if (owner !== 'alice' || matter_id !== MATTER) return Promise.resolve('unknown' as const)
      if (question.token_id !== token_id) return Promise.resolve('revoked' as const)
      return Promise.resolve(document_id === DOCUMENT ? ('yes' as const) : ('unknown' as const))
    },
    list: () => told('tokens', []),
    revoke: () => told('revoke', true),
    add: () => told('add', 'added' as const),
  }
  const documents = {
    ...noDocuments,
    tokens,
    matters: {
      ...noDocuments.matters,
      find: () => told('find matter', undefined),
      read: () => told('read matter', undefined),
      list: () =>
        told('list matters', { kind: 'page' as const, page: { matters: [], next_cursor: null } }),
    },
    find: () => told('find', undefined),
    read: () => told('read', undefined),
    chunks: () => told('chunks', undefined),
    list: () => told('list', { kind: 'page' as const, page: none }),
    search: () => told('search', { kind: 'page' as const, page: nothing }),
    remove: () => told('remove', undefined),
  }
  return { asked, read, api: createTestApi(() => ({ documents })) }
}

function bearer(token: string, method = 'GET'): RequestInit {
  return { method, headers: { authorization: `Bearer ${token}` } }
}

const { routes } = createShared().api
const open = ['/api/health', '/api/openapi.json', '/api/docs', '/api/dev/token']
const paths = [...new Set(routes.map(({ path }) => path))].filter((path) => path !== '/*')

describe.each(Object.entries(readable))('SHARE-1: GET %s', (route, path) => {
  it('asks Postgres for the token once, before anything is read', async () => {
    const { api, asked, read } = createShared()
    await api.callBare(path, bearer(await signMatterGuest(MATTER)))
    const document = route.includes(':document_id') ? { document_id: DOCUMENT } : {}
    expect(asked).toEqual([
      { owner: 'alice', matter_id: MATTER, token_id, document_id: undefined, ...document },
    ])
    expect(read.length).toBeGreaterThan(0)
  })

  it('reads nothing by the token of another matter, of another owner, or of a run', async () => {
    const { api, read } = createShared()
    const wrong = [
      [await signMatterGuest(OTHER), 404],
      [await signMatterGuest(MATTER, { claims: { sub: 'bob' } }), 404],
      [await signMatterGuest(MATTER, { claims: { jti: 'a'.repeat(32) } }), 401],
      [await signMatterGuest(MATTER, { claims: { exp: inSeconds(-1) } }), 401],
      [await signGuest('a'.repeat(32)), 401],
    ] as const
    for (const [token, status] of wrong) {
      expect((await api.callBare(path, bearer(token))).status).toBe(status)
      expect((await api.callBare(path, bearer(token, 'HEAD'))).status).toBe(status)
    }
    expect(read).toEqual([])
  })

  it('says that the link was revoked, or that it has expired', async () => {
    const { api } = createShared()
    const revoked = await signMatterGuest(MATTER, { claims: { jti: 'a'.repeat(32) } })
    const one = await api.callBare(path, bearer(revoked))
    expect(one.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(await one.json()).toMatchObject({
      type: '/problems/unauthorized',
      detail: 'The link has been revoked.',
    })
    const expired = await signMatterGuest(MATTER, { claims: { exp: inSeconds(-1) } })
    const other = await api.callBare(path, bearer(expired))
    expect(await other.json()).toMatchObject({ type: '/problems/token-expired' })
  })

  it('takes no token in the query', async () => {
    const { api, read } = createShared()
    const token = await signMatterGuest(MATTER)
    const response = await api.callBare(`${path}${path.includes('?') ? '&' : '?'}token=${token}`)
    expect(response.status).toBe(401)
    expect(read).toEqual([])
  })
})

describe('SHARE-1: a matter’s watch token does not read another matter', () => {
  it.each([
    `/api/matters/${OTHER}`,
    `/api/matters/${MATTER}%00`,
    `/api/matters/${MATTER.toUpperCase()}`,
    `/api/documents/${ELSEWHERE}`,
    `/api/documents/${ELSEWHERE}/file`,
    `/api/documents/${ELSEWHERE}/passages/0`,
    `/api/documents/${DOCUMENT}%2f..%2f${ELSEWHERE}`,
    `/api/documents/%00`,
    `/api/documents/${DOCUMENT}?matter_id=${OTHER}`,
    `/api/documents/${DOCUMENT}?document=${ELSEWHERE}`,
    '/api/documents',
    '/api/documents?limit=200',
    `/api/documents?matter_id=${OTHER}`,
    `/api/documents?matter_id=${OTHER}&matter_id=${MATTER}`,
    `/api/documents?%6Datter_id=${OTHER}&matter_id=${MATTER}`,
    `/api/documents?matter_id=${MATTER}&matter=Jones`,
    `/api/documents?matter_id=${MATTER}&matter`,
    '/api/documents?matter=Smith',
    '/api/search?q=lease',
    '/api/search?q=lease&matter=Jones',
    `/api/search?q=lease&matter_id=${OTHER}`,
    `/api/search?q=lease&matter_id=${MATTER}&matter=Jones`,
    `/api/search?q=lease&matter_id=${MATTER}&document=${ELSEWHERE}`,
    `/api/search?q=lease&document=${ELSEWHERE}`,
    `/api/search?q=lease&document=${ELSEWHERE}&document=${DOCUMENT}`,
    `/api/search?q=lease&document=${ELSEWHERE}&%64ocument=${DOCUMENT}`,
    '/api/search?q=lease&document=%00',
  ])('404: %s', async (path) => {
    const { api, read } = createShared()
    const token = await signMatterGuest(MATTER)
    for (const method of ['GET', 'HEAD']) {
      const response = await api.callBare(path, bearer(token, method))
      expect([response.status, read]).toEqual([404, []])
    }
  })

  it('reads the first value of a query, as its check does', async () => {
    const { api, asked, read } = createShared()
    const path = `/api/search?q=lease&matter_id=${MATTER}&matter_id=${OTHER}`
    await api.callBare(path, bearer(await signMatterGuest(MATTER)))
    expect(asked).toHaveLength(1)
    // The route looks for the group of the matter that was checked, and there is none here.
    expect(read).toEqual(['find matter'])
  })
})

const closed = [...paths, '/api', '/anything']
  .filter((path) => !open.includes(path))
  .flatMap((path) => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method, path })))
  .filter(({ method, path }) => method !== 'GET' || readable[path] === undefined)
  // A GET of such a path asks for a document of that name, which no matter has.
  .filter(({ method, path }) => method !== 'GET' || path !== '/api/documents/embed')

describe('SHARE-1: a matter’s watch token reads nothing else, and changes nothing', () => {
  // Refusals change nothing, so that one app gives all of them.
  const { api, read } = createShared()
  let token: string

  beforeAll(async () => {
    token = await signMatterGuest(MATTER)
  })

  it.each(closed)('401: $method $path', async ({ method, path }) => {
    const asked = path
      .replace(':matter_id', MATTER)
      .replace(':document_id', DOCUMENT)
      .replace(/:\w+(?:\{[^}]*\})?/g, 'x')
    const response = await api.callBare(asked, bearer(token, method))
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({
      detail:
        'A watch token reads only its own matter. Everything else needs a token of the owner.',
    })
    expect(read).toEqual([])
    expect(api.runs.size).toBe(0)
  })

  it('on every route that exists', () => {
    expect(closed.length).toBeGreaterThan(200)
    expect(paths).toEqual(expect.arrayContaining(Object.keys(readable)))
  })

  it('to OPTIONS nothing is answered but what a page may send', async () => {
    const response = await api.callBare(`/api/matters/${MATTER}`, bearer(token, 'OPTIONS'))
    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
  })
})

it('SHARE-1: owners read as always, and no token of a matter is asked for', async () => {
  const { api, asked, read } = createShared()
  const token = await tokenOf('alice')
  for (const path of Object.values(readable)) await api.callBare(path, bearer(token))
  expect(asked).toEqual([])
  expect(read.length).toBeGreaterThan(0)
})
