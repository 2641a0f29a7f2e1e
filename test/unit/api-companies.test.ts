import { describe, expect, it } from 'vitest'

import type { CompanyPorts } from '../../src/api/ports.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import type { CompanyView } from '../../src/protocol/company.ts'
import { createTestApi, stored } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

const acme = {
  slug: 'acme',
  name: 'Acme',
  source: { type: 'greenhouse', board: 'acme' },
}

const visited = {
  visit: 7,
  status: 'complete',
  started_at: '2026-01-01T00:00:00.000Z',
  ended_at: null,
  certificate: { claimed: 2, fetched: 2, unique: 2, answers: 1, proof: 'claim', reason: null },
  gone: 0,
} as const

const elevenLabels = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`l${n}`, 'x']))

function keyOf({ owner, slug }: { owner: string; slug: string }): string {
  return JSON.stringify([owner, slug])
}

/** An API whose companies are in a map, by owner and slug. */
function createCompanyApi() {
  const rows = new Map<string, CompanyView>()
  const companies: CompanyPorts = {
    list: ({ owner, label }) => {
      const own = [...rows].filter(([key]) => key.startsWith(`["${owner}"`))
      const mine = own.map(([, company]) => company)
      const labelled = mine.filter(({ labels }) => !label || label.key in labels)
      const page = { companies: labelled, next_cursor: null }
      return Promise.resolve({ kind: 'page', page })
    },
    read: (name) => Promise.resolve(rows.get(keyOf(name))),
    create: ({ owner, company, labels }) => {
      const key = keyOf({ owner, slug: company.slug })
      if (rows.has(key)) return Promise.resolve({ kind: 'exists' })
      rows.set(key, stored(company, labels))
      return Promise.resolve({ kind: 'created', company: stored(company, labels) })
    },
    change: ({ owner, slug, label_change, ...change }) => {
      const name = { owner, slug }
      const row = rows.get(keyOf(name))
      if (row === undefined) return Promise.resolve(undefined)
      const changed = Object.entries({ ...row.labels, ...label_change }).flatMap(([key, value]) =>
        value === null ? [] : [[key, value]],
      )
      if (changed.length > 10) return Promise.resolve('too_many_labels')
      rows.set(keyOf(name), { ...row, labels: Object.fromEntries(changed), ...change })
      return Promise.resolve(rows.get(keyOf(name)))
    },
    has: (name) => Promise.resolve(rows.has(keyOf(name))),
    visits: ({ slug, limit }) => {
      const visit = { ...visited, run_id: `${slug} ${limit}` }
      return Promise.resolve({ kind: 'page', page: { visits: [visit], next_cursor: null } })
    },
  }
  return createTestApi(() => ({ companies }))
}

async function createAcme() {
  const api = createCompanyApi()
  expect((await api.post('/api/companies', acme)).status).toBe(201)
  return api
}

describe('a company', () => {
  it('is stored for its owner, at the address in Location', async () => {
    const api = createCompanyApi()
    const response = await api.post('/api/companies', acme)
    expect(response.status).toBe(201)
    const location = response.headers.get('location') ?? ''
    expect(location).toBe('/api/companies/acme')
    expect(await response.json()).toMatchObject(acme)
    expect(await (await api.call(location)).json()).toMatchObject(acme)
    expect(await (await api.call('/api/companies')).json()).toMatchObject({ companies: [acme] })
  })

  it('is 409 if the same owner has a company with its slug', async () => {
    const api = await createAcme()
    const again = await api.post('/api/companies', { ...acme, name: 'Another' })
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({
      type: '/problems/exists',
      errors: [{ path: 'slug' }],
    })
    expect(await (await api.call('/api/companies/acme')).json()).toMatchObject({ name: 'Acme' })
    const bob = { authorization: `Bearer ${await tokenOf('bob')}` }
    expect((await api.post('/api/companies', acme, bob)).status).toBe(201)
  })

  it.each([
    ['no slug', { name: 'A', source: acme.source }, 'slug'],
    ['a slug with a blank', { ...acme, slug: 'a b' }, 'slug'],
    ['an empty name', { ...acme, name: ' ' }, 'name'],
    ['no source', { slug: 'a', name: 'A' }, 'source'],
    ['an unknown source', { ...acme, source: { type: 'fax' } }, 'source.type'],
    ['a board in a path', { ...acme, source: { type: 'lever', board: '../a' } }, 'source.board'],
    ['a site of a file', { ...acme, source: { type: 'site', url: 'file:///a' } }, 'source.url'],
    ['more than is known', { ...acme, visit: 3 }, 'visit'],
    ['a label without a value', { ...acme, labels: { team: '' } }, 'labels.team'],
    ['a null at its making', { ...acme, labels: { team: null } }, 'labels.team'],
    ['eleven labels', { ...acme, labels: elevenLabels }, 'labels'],
  ])('is 422 with the wrong field: %s', async (_case, body, path) => {
    const api = createCompanyApi()
    const response = await api.post('/api/companies', body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path }] })
    expect(await (await api.call('/api/companies')).json()).toMatchObject({ companies: [] })
  })

  it('may have the slug preview', async () => {
    const api = createCompanyApi()
    expect((await api.post('/api/companies', { ...acme, slug: 'preview' })).status).toBe(201)
    expect((await api.call('/api/companies/preview')).status).toBe(200)
    expect((await api.call('/api/companies/preview', { method: 'DELETE' })).status).toBe(202)
  })
})

it('has labels, and is found by one', async () => {
  const api = createCompanyApi()
  const labels = { team: 'growth' }
  expect(await (await api.post('/api/companies', { ...acme, labels })).json()).toMatchObject({
    labels,
  })
  await api.post('/api/companies', { ...acme, slug: 'globex' })
  const found = await api.call('/api/companies?label=team:growth')
  expect(await found.json()).toMatchObject({ companies: [{ slug: 'acme', labels }] })
  expect((await api.call('/api/companies?label=A%20b')).status).toBe(422)

  const path = '/api/companies/acme'
  const put = await api.send('PUT', path, { name: 'New', source: acme.source })
  expect(await put.json()).toMatchObject({ name: 'New', labels })
  const patch = await api.send('PATCH', path, { labels: { team: null, region: 'eu' } })
  expect(await patch.json()).toMatchObject({ labels: { region: 'eu' } })
  const many = await api.send('PATCH', path, { labels: elevenLabels })
  expect(many.status).toBe(422)
  expect(await many.json()).toMatchObject({ errors: [{ path: 'labels' }] })
  const none = await api.send('PUT', path, { name: 'New', source: acme.source, labels: {} })
  expect(await none.json()).toMatchObject({ labels: {} })
})

const site = { type: 'site', url: 'https://acme.test/sitemap.xml' }

describe('a change of a company', () => {
  it.each([
    ['PUT', { name: 'New', source: site }, { name: 'New', source: site }],
    ['PUT', { slug: 'acme', name: 'New', source: site }, { name: 'New', source: site }],
    ['PATCH', { name: 'New' }, { name: 'New', source: acme.source }],
    ['PATCH', { source: site }, { name: 'Acme', source: site }],
    ['PATCH', { slug: 'acme', source: site }, { name: 'Acme', source: site }],
  ])('%s %j', async (method, body, after) => {
    const api = await createAcme()
    const response = await api.send(method, '/api/companies/acme', body)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ slug: 'acme', ...after })
    expect(await (await api.call('/api/companies/acme')).json()).toMatchObject(after)
  })

  it.each([
    ['PUT', { name: 'New' }, 'source'],
    ['PUT', { source: site }, 'name'],
    ['PUT', { slug: 'other', name: 'New', source: site }, 'slug'],
    ['PATCH', { slug: 'other', name: 'New' }, 'slug'],
    ['PATCH', {}, ''],
    ['PATCH', { slug: 'acme' }, ''],
    ['PATCH', { name: '' }, 'name'],
    ['PATCH', { source: { ...site, board: 'a' } }, 'source.board'],
    ['PATCH', { name: 'New', visit: 1 }, 'visit'],
  ])('%s %j is 422 and changes nothing', async (method, body, path) => {
    const api = await createAcme()
    const response = await api.send(method, '/api/companies/acme', body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path }] })
    expect(await (await api.call('/api/companies/acme')).json()).toMatchObject(acme)
  })
})

const body = { name: 'New', source: site }

const calls: [string, object | undefined][] = [
  ['GET', undefined],
  ['PUT', body],
  ['PATCH', body],
  ['DELETE', undefined],
]

it.each(calls)('%s: another owner’s company is the same 404 as none', async (method, sent) => {
  const api = await createAcme()
  const said = async (slug: string) => {
    const response = await api.call(`/api/companies/${slug}`, {
      method,
      headers: {
        authorization: `Bearer ${await tokenOf('mallory')}`,
        'content-type': 'application/json',
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    })
    return `${response.status} ${(await response.text()).replace(/"request_id":"[^"]*"/, '')}`
  }
  const theirs = await said('acme')
  expect(theirs).toMatch(/^404 /)
  for (const other of ['nobody', 'ACME', 'a--b', '%00', 'x'.repeat(101)])
    expect(await said(other)).toBe(theirs)
  expect((await api.call('/api/companies/acme')).status).toBe(200)
})

it('shows its visits, and is 404 to another owner', async () => {
  const api = await createAcme()
  const shown = await api.call('/api/companies/acme/visits?limit=5')
  expect(await shown.json()).toEqual({
    visits: [{ ...visited, run_id: 'acme 5' }],
    next_cursor: null,
  })
  expect((await api.call('/api/companies/other/visits')).status).toBe(404)
})

function away(): Promise<never> {
  return Promise.reject(new DatabaseUnavailable({ cause: new Error('refused') }))
}

it.each([
  ['POST', '/api/companies', acme],
  ['GET', '/api/companies/acme', undefined],
  ['GET', '/api/companies/acme/visits', undefined],
  ['PUT', '/api/companies/acme', body],
  ['PATCH', '/api/companies/acme', body],
  ['DELETE', '/api/companies/acme', undefined],
])('%s %s is 503 while Postgres is away', async (method, path, sent) => {
  const api = createTestApi(() => ({
    companies: {
      list: away,
      read: away,
      create: away,
      change: away,
      has: away,
      visits: away,
    },
  }))
  const response = sent ? await api.send(method, path, sent) : await api.call(path, { method })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
})
