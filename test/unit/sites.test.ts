import { expect, test } from 'vitest'
import { z } from 'zod'

import { type Sites, startSites } from '../../scripts/sites/server.ts'
import { IngestionInput } from '../../src/pipelines/ingestion/input.ts'
import { requestsOf, type SitesOptions, startOwnSites, tellSites } from '../support/own-sites.ts'

const Job = z.looseObject({
  id: z.int(),
  title: z.string(),
  absolute_url: z.url(),
  updated_at: z.string(),
  content: z.string().optional(),
})
const Listing = z.object({ jobs: z.array(Job), meta: z.object({ total: z.int() }) })

function listingOf(sites: Sites, board: string, query = '?content=true'): Promise<Response> {
  return fetch(`${sites.origin}/v1/boards/${board}/jobs${query}`)
}

async function jobsOf(sites: Sites, board: string, query?: string) {
  const response = await listingOf(sites, board, query)
  return Listing.parse(await response.json()).jobs
}

test('a listing has the shape of Greenhouse’s, with content only on request', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 30, content: 1_000 })
  const full = await jobsOf(sites, 'company-2')
  expect(full).toHaveLength(30)
  expect(Object.keys(full[0] ?? {})).toEqual(
    expect.arrayContaining([
      'id',
      'internal_job_id',
      'title',
      'absolute_url',
      'location',
      'updated_at',
      'first_published',
      'requisition_id',
      'company_name',
      'language',
      'metadata',
      'content',
      'departments',
      'offices',
    ]),
  )
  expect(full[0]?.content).toMatch(/^&lt;div class=&quot;/)
  expect(new Set(full.map((job) => job.title)).size).toBeGreaterThan(10)
  const bare = await jobsOf(sites, 'company-2', '')
  expect(bare.every((job) => !('content' in job) && !('departments' in job))).toBe(true)
})

/** A listing's bytes without the port. */
async function bytesOf(seed: number): Promise<string> {
  const sites = await startOwnSites({ companies: 3, postings: 20, seed })
  const text = await (await listingOf(sites, 'company-3')).text()
  return text.replaceAll(sites.origin, '')
}

test('the same seed gives the same bytes, and another seed gives others', async () => {
  expect(await bytesOf(7)).toBe(await bytesOf(7))
  expect(await bytesOf(7)).not.toBe(await bytesOf(8))
})

test('an unknown board is a 404 like Greenhouse’s', async () => {
  const sites = await startOwnSites({ companies: 2 })
  for (const board of ['company-3', 'company-0', 'company-01', 'acme']) {
    const response = await listingOf(sites, board)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ status: 404, error: 'Job not found' })
  }
})

test('nothing changes by itself, and a visit brings new, changed and gone postings', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 50 })
  const first = await jobsOf(sites, 'company-1')
  expect(await jobsOf(sites, 'company-1')).toEqual(first)

  expect((await tellSites(sites, { board: 'company-1', visit: 2 })).status).toBe(200)
  const second = await jobsOf(sites, 'company-1')
  const before = new Map(first.map((job) => [job.id, job]))
  const after = new Map(second.map((job) => [job.id, job]))
  const kept = second.filter((job) => before.has(job.id))
  expect(first.filter((job) => !after.has(job.id))).toHaveLength(5)
  expect(second.filter((job) => !before.has(job.id))).toHaveLength(5)
  expect(kept.filter((job) => job.content !== before.get(job.id)?.content)).toHaveLength(5)
  expect(kept.filter((job) => job.updated_at !== before.get(job.id)?.updated_at)).toHaveLength(5)

  await tellSites(sites, { visit: 1 })
  expect(await jobsOf(sites, 'company-1')).toEqual(first)
})

test('faults belong to the boards in order, and do what their names say', async () => {
  const faults: NonNullable<SitesOptions['faults']> = ['404', '500', 'html', 'truncated', 'empty']
  const sites = await startOwnSites({
    companies: 8,
    postings: 3,
    faults: [...faults, 'no-content'],
  })
  expect((await listingOf(sites, 'company-1')).status).toBe(404)
  expect((await listingOf(sites, 'company-2')).status).toBe(500)
  expect(await (await listingOf(sites, 'company-3')).text()).toMatch(/^<!doctype html>/)
  await expect((await listingOf(sites, 'company-4')).json()).rejects.toThrow(SyntaxError)
  expect(await jobsOf(sites, 'company-5')).toEqual([])
  const bare = await jobsOf(sites, 'company-6')
  expect(bare.map((job) => job.content)).toEqual([undefined, undefined, undefined])
  expect(await jobsOf(sites, 'company-7')).toHaveLength(3)
})

test('a fault may be set for a number of requests, and ended', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 2 })
  await tellSites(sites, { board: 'company-1', fault: '503', times: 1 })
  expect((await listingOf(sites, 'company-1')).status).toBe(503)
  expect((await listingOf(sites, 'company-1')).status).toBe(200)
  await tellSites(sites, { fault: 'reset' })
  await expect(listingOf(sites, 'company-2')).rejects.toThrow(TypeError)
  await tellSites(sites, { fault: null })
  expect((await listingOf(sites, 'company-2')).status).toBe(200)
})

test('an invalid change is refused and changes nothing', async () => {
  const sites = await startOwnSites({ companies: 1, postings: 2 })
  for (const change of [{ visit: 0 }, { fault: 'fire' }, { board: 'company-2' }, { vist: 2 }]) {
    expect((await tellSites(sites, change)).status).toBe(400)
  }
  expect(await jobsOf(sites, 'company-1')).toHaveLength(2)
})

test('with a range of latencies the first company answers before the last', async () => {
  const sites = await startOwnSites({ companies: 3, postings: 1, latency_ms: [0, 120] })
  const order: string[] = []
  await Promise.all(
    ['company-3', 'company-2', 'company-1'].map(async (board) => {
      await jobsOf(sites, board)
      order.push(board)
    }),
  )
  expect(order).toEqual(['company-1', 'company-2', 'company-3'])
})

test('a new latency answers waiting requests at once', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 1, latency_ms: 600_000 })
  const held = jobsOf(sites, 'company-1')
  const waiting = async () => (await requestsOf(sites)).map(({ ended_at }) => ended_at === null)
  await expect.poll(waiting).toEqual([true])
  await tellSites(sites, { board: 'company-2', latency_ms: 0 })
  await jobsOf(sites, 'company-2')
  await expect.poll(waiting).toEqual([true, false])
  await tellSites(sites, { board: 'company-1', latency_ms: 0 })
  expect(await held).toHaveLength(1)
})

test('requests are counted by path', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 1 })
  await jobsOf(sites, 'company-1')
  await jobsOf(sites, 'company-1', '')
  await jobsOf(sites, 'company-2')
  expect(await (await fetch(`${sites.origin}/control/requests`)).json()).toEqual({
    '/v1/boards/company-1/jobs': 2,
    '/v1/boards/company-2/jobs': 1,
  })
})

test('the log has the time, the client and the answer of each request', async () => {
  const sites = await startOwnSites({ companies: 1, postings: 1 })
  await fetch(`${sites.origin}/companies.json?x=1`, { headers: { 'user-agent': 'a test' } })
  await tellSites(sites, { fault: '503' })
  await (await listingOf(sites, 'company-1')).text()
  const [first, second, ...more] = await requestsOf(sites)
  expect(first).toMatchObject({ path: '/companies.json', query: '?x=1', user_agent: 'a test' })
  expect(second).toMatchObject({ path: '/v1/boards/company-1/jobs', status: 503 })
  expect(second?.at).toBeGreaterThanOrEqual(first?.at ?? Infinity)
  expect(more).toEqual([])
})

test('companies.json names the companies by their kinds in turn', async () => {
  const kinds: SitesOptions['kinds'] = ['greenhouse', 'lever', 'ashby', 'site']
  const sites = await startOwnSites({ companies: 8, kinds })
  const companies: unknown = await (await fetch(`${sites.origin}/companies.json`)).json()
  expect(IngestionInput.parse({ companies }).companies).toMatchObject([
    { source: { type: 'greenhouse', board: 'company-1', base_url: sites.origin } },
    { source: { type: 'lever', board: 'company-2', base_url: sites.origin } },
    { source: { type: 'ashby', board: 'company-3', base_url: sites.origin } },
    { source: { type: 'site', url: `${sites.origin}/sites/company-4/sitemap.xml` } },
    { source: { type: 'greenhouse' } },
    { source: { type: 'lever' } },
    { source: { type: 'ashby' } },
    { source: { type: 'site', url: `${sites.origin}/sites/company-8/careers` } },
  ])
  const index = await (await fetch(sites.origin)).text()
  for (const [, path] of index.matchAll(/href="([^"]+)"/g)) {
    expect((await fetch(sites.origin + path)).status).toBe(200)
  }
})

test('companies.json is an ingestion’s input, and any page may read it', async () => {
  const sites = await startOwnSites({ companies: 30 })
  const response = await fetch(`${sites.origin}/companies.json`)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const companies: unknown = await response.json()
  expect(IngestionInput.parse({ companies }).companies).toHaveLength(30)
})

test('the index lists the companies, and a posting’s address shows the posting', async () => {
  const sites = await startOwnSites({ companies: 3, postings: 1 })
  const index = await (await fetch(sites.origin)).text()
  expect(index.match(/<li>/g)).toHaveLength(3)
  const [job] = await jobsOf(sites, 'company-2')
  const posting = await fetch(job?.absolute_url ?? '')
  expect(posting.headers.get('content-type')).toMatch(/^text\/html/)
  expect(await posting.text()).toContain('Reference&nbsp;2/1/1')
})

test('sites can be closed while an answer hangs', async () => {
  const sites = await startSites({ companies: 2, faults: ['hang'], latency_ms: 0 })
  await tellSites(sites, { board: 'company-2', latency_ms: 600_000 })
  const hanging = [listingOf(sites, 'company-1'), listingOf(sites, 'company-2')]
  const settled = Promise.allSettled(hanging)
  await listingOf(sites, 'company-9')
  await sites.close()
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
