import { expect, it } from 'vitest'
import { z } from 'zod'

import type { PreviewRequest } from '../../src/api/ports.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { DamagedRow } from '../../src/db/readable.ts'
import { type CompanyPreview, Preview } from '../../src/protocol/preview.ts'
import { createTestApi } from '../support/api.ts'

const path = '/api/companies/preview'

function slugOf({ company }: PreviewRequest): string {
  return typeof company === 'string' ? company : company.slug
}

function failed(company: string): CompanyPreview {
  return { company, status: 'failed', reason: { code: 'board_not_found', message: 'None.' } }
}

/** An API whose previews end one by one, when the test says so. */
function createSlowApi() {
  const open: { request: PreviewRequest; end: () => void; fail: (error: Error) => void }[] = []
  const begun: string[] = []
  const api = createTestApi(() => ({
    preview: (request) => {
      begun.push(slugOf(request))
      const { promise, resolve, reject } = Promise.withResolvers<CompanyPreview>()
      open.push({ request, end: () => resolve(failed(slugOf(request))), fail: reject })
      return promise
    },
  }))
  return { api, open, begun }
}

const letters = ['a', 'b', 'c', 'd', 'e', 'f']

it('previews stored and given companies, in the order of the input', async () => {
  const asked: PreviewRequest[] = []
  const api = createTestApi(() => ({
    preview: (request) => {
      asked.push(request)
      return Promise.resolve(failed(slugOf(request)))
    },
  }))
  const given = { slug: 'b', name: 'B', source: { type: 'ashby', board: 'b' } }
  const response = await api.post(path, { companies: ['a', given] })
  expect(response.status).toBe(200)
  expect(Preview.parse(await response.json())).toEqual({ companies: [failed('a'), failed('b')] })
  expect(asked).toMatchObject([
    { owner: 'alice', company: 'a' },
    { owner: 'alice', company: given },
  ])
})

it('previews four companies at a time, and the next as soon as one is done', async () => {
  const { api, open, begun } = createSlowApi()
  const answer = api.post(path, { companies: letters })
  await expect.poll(() => begun).toEqual(['a', 'b', 'c', 'd'])
  open[2]?.end()
  await expect.poll(() => begun).toEqual(['a', 'b', 'c', 'd', 'e'])
  open[0]?.end()
  await expect.poll(() => begun).toHaveLength(6)
  for (const { end } of open) end()
  const preview = Preview.parse(await (await answer).json())
  expect(preview.companies.map(({ company }) => company)).toEqual(letters)
})

it('stops the others if Postgres is away for one of them', async () => {
  const { api, open, begun } = createSlowApi()
  const answer = api.post(path, { companies: letters })
  await expect.poll(() => begun).toHaveLength(4)
  open[1]?.fail(new DatabaseUnavailable({ cause: new Error('refused') }))
  expect((await answer).status).toBe(503)
  expect(open.every(({ request }) => request.signal.aborted)).toBe(true)
  open[0]?.end()
  await Promise.resolve()
  expect(begun).toHaveLength(4)
})

it('ends when its caller leaves, without a line in the log', async () => {
  const caller = new AbortController()
  const api = createTestApi(() => ({
    preview: ({ signal }) => {
      caller.abort()
      signal.throwIfAborted()
      return Promise.resolve(failed('a'))
    },
  }))
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"companies":["a"]}',
    signal: caller.signal,
  }
  expect((await api.call(path, init)).status).toBe(500)
  expect(api.lines).toEqual([])
})

it.each([
  ['no companies', { companies: [] }, 'companies'],
  ['21 companies', { companies: Array.from({ length: 21 }, (_, n) => `c${n}`) }, 'companies'],
  ['nothing', {}, 'companies'],
  ['a text', { companies: 'a' }, 'companies'],
  ['a slug with a blank', { companies: ['a b'] }, 'companies.0'],
  ['a company twice', { companies: ['a', 'a'] }, 'companies.1'],
  ['more than is known', { companies: ['a'], write: true }, 'write'],
])('422 names the fault: %s', async (_case, body, field) => {
  const response = await createTestApi().post(path, body)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ errors: [{ path: field }] })
})

it('accepts twenty companies', async () => {
  const api = createTestApi(() => ({
    preview: (request) => Promise.resolve(failed(slugOf(request))),
  }))
  const companies = Array.from({ length: 20 }, (_, n) => `c${n}`)
  const response = await api.post(path, { companies })
  expect(Preview.parse(await response.json()).companies).toHaveLength(20)
})

it('a damaged company fails only its own preview', async () => {
  const { error } = z.string().safeParse(1)
  const api = createTestApi(() => ({
    preview: (request) =>
      slugOf(request) === 'a' && error
        ? Promise.reject(new DamagedRow({ owner: 'alice', what: 'the company a' }, error))
        : Promise.resolve(failed(slugOf(request))),
  }))
  const response = await api.post(path, { companies: ['a', 'b'] })
  const reason = { code: 'damaged', message: expect.stringContaining('the company a') }
  expect(Preview.parse(await response.json())).toEqual({
    companies: [{ company: 'a', status: 'failed', reason }, failed('b')],
  })
})
