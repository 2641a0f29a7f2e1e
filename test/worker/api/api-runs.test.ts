import { describe, expect, it } from 'vitest'

import { AbortReceipt, JobPage, RunView } from '../../../src/protocol/run.ts'
import { clientOf, send, startBody, startRun } from '../api-client.ts'

/** A problem's text without the field that differs between requests. */
async function said(response: Response): Promise<string> {
  const text = await response.text()
  return `${response.status} ${text.replace(/"request_id":"[^"]*"/, '')}`
}

describe('a start', () => {
  it('is in its object at once, while Postgres is away', async () => {
    const alice = await clientOf('alice')
    const response = await alice.post('/api/runs', startBody)
    expect(response.status).toBe(202)
    const location = response.headers.get('location') ?? ''
    const shown = await alice.get(location)
    const view = RunView.parse(await shown.json())
    expect(view).toMatchObject({ pipeline: 'ingestion', round: 1, groups: { acme: { found: 0 } } })
    expect(shown.headers.get('etag')).toBe(`"${view.cursor}"`)
    const jobs = await alice.get(`${location}/jobs`)
    expect(JobPage.parse(await jobs.json())).toEqual({ jobs: [], next_cursor: null })
    expect((await alice.get(`${location}/jobs?cursor=x`)).status).toBe(422)
    await alice.post(`${location}/abort`)
  })

  it('makes one run of fifty equal starts under one key, and answers 422 to another body', async () => {
    const alice = await clientOf('alice')
    const key = { 'idempotency-key': 'fifty' }
    const starts = await Promise.all(Array.from({ length: 50 }, () => startRun(alice, key)))
    expect(new Set(starts.map(({ run_id }) => run_id)).size).toBe(1)
    expect(new Set(starts.map(({ created_at }) => created_at)).size).toBe(1)
    const other = { ...startBody, input: { companies: ['acme'] } }
    expect((await alice.post('/api/runs', other, key)).status).toBe(422)
    const bob = await clientOf('bob')
    expect((await startRun(bob, key)).run_id).not.toBe(starts[0]?.run_id)
  })

  it.each([
    ['an unknown pipeline', { ...startBody, pipeline: 'laundry' }, 'pipeline'],
    ['an empty list', { ...startBody, input: { companies: [] } }, 'input.companies'],
    [
      'a slug with a newline',
      { ...startBody, input: { companies: ['a\nb'] } },
      'input.companies.0',
    ],
    [
      'an unknown board',
      {
        ...startBody,
        input: { companies: [{ slug: 'a', name: 'A', source: { type: 'fax', board: 'a' } }] },
      },
      'input.companies.0.source.type',
    ],
    ['a company twice', { ...startBody, input: { companies: ['a', 'a'] } }, 'input.companies.1'],
    [
      '10,001 companies',
      { ...startBody, input: { companies: Array.from({ length: 10_001 }, (_, n) => `c${n}`) } },
      'input.companies',
    ],
  ])('422 names the field: %s', async (_case, body, path) => {
    const response = await (await clientOf('alice')).post('/api/runs', body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path }] })
  })

  it('answers 413 to 5 MB, and 400 to a body that is not JSON', async () => {
    const alice = await clientOf('alice')
    const large = { ...startBody, padding: 'x'.repeat(5_000_000) }
    expect((await alice.post('/api/runs', large)).status).toBe(413)
    const authorization = `Bearer ${alice.token}`
    const headers = { 'content-type': 'application/json', authorization }
    const response = await send('/api/runs', { method: 'POST', headers, body: '{"pipeline":' })
    expect(response.status).toBe(400)
  })
})

it.each(['/api/runs', '/api/postings'])('%s is 503 while Postgres is away', async (path) => {
  const response = await (await clientOf('alice')).get(path)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
})

describe('access', () => {
  const routes = [
    ['GET', '/api/runs/:id'],
    ['GET', '/api/runs/:id/jobs'],
    ['GET', '/api/runs/:id/stream'],
    ['POST', '/api/runs/:id/abort'],
    ['POST', '/api/runs/:id/watch-tokens'],
    ['DELETE', `/api/runs/:id/watch-tokens/${'0'.repeat(32)}`],
    ['GET', '/api/ingestion/progress/:id'],
    ['POST', '/api/ingestion/abort/:id'],
  ] as const

  it.each(routes)("another owner's run is the same 404 as none: %s %s", async (method, route) => {
    const { run_id } = await startRun(await clientOf('alice'))
    const { token } = await clientOf('mallory')
    const headers = { authorization: `Bearer ${token}` }
    const ask = (id: string) => send(route.replace(':id', id), { method, headers })
    const theirs = await said(await ask(run_id))
    expect(theirs).toMatch(/^404 /)
    expect(theirs).toBe(await said(await ask('0'.repeat(32))))
    expect(theirs).toBe(await said(await ask('nonsense')))
  })

  it.each(routes)('401 without a token, or with a bad one: %s %s', async (method, route) => {
    const { run_id } = await startRun(await clientOf('alice'))
    const path = route.replace(':id', run_id)
    expect((await send(path, { method })).status).toBe(401)
    const headers = { authorization: 'Bearer a.b.c' }
    expect((await send(path, { method, headers })).status).toBe(401)
  })

  it.each(['/api/nothing', '/api', '/documents/1/status', '/progress/documents/1/stream'])(
    'a request to a missing run is 401 without a token and 404 with one: %s',
    async (path) => {
      expect((await send(path)).status).toBe(401)
      expect((await (await clientOf('alice')).get(path)).status).toBe(404)
    },
  )
})

it('RUN-2: a repeated abort gets the same receipt', async () => {
  const alice = await clientOf('alice')
  const { run_id } = await startRun(alice)
  const first = await alice.post(`/api/runs/${run_id}/abort`)
  expect(first.status).toBe(200)
  const receipt = AbortReceipt.parse(await first.json())
  expect(receipt.by).toBe('alice')
  const again = await alice.post(`/api/ingestion/abort/${run_id}`, {})
  expect(AbortReceipt.parse(await again.json())).toEqual(receipt)
  const view = RunView.parse(await (await alice.get(`/api/runs/${run_id}`)).json())
  expect(view).toMatchObject({ status: 'aborted', abort: receipt })
})

it('a run that has not changed is answered with 304', async () => {
  const alice = await clientOf('alice')
  const { run_id } = await startRun(alice)
  await alice.post(`/api/runs/${run_id}/abort`)
  const path = `/api/runs/${run_id}`
  const tag = (await alice.get(path)).headers.get('etag') ?? ''
  expect((await alice.get(path, { 'if-none-match': tag })).status).toBe(304)
})
