import { expect, test } from 'vitest'
import { z } from 'zod'

import type { Sites } from '../../scripts/sites/server.ts'
import { requestsOf, startOwnSites, tellSites } from '../support/own-sites.ts'

/** The path of each kind of listing. */
const LISTINGS = {
  greenhouse: '/v1/boards/company-1/jobs?content=true',
  lever: '/v0/postings/company-1?mode=json',
  ashby: '/posting-api/job-board/company-1',
  sitemap: '/sites/company-1/sitemap.xml',
  careers: '/sites/company-1/careers',
} as const

const kinds = Object.entries(LISTINGS).map(([kind, path]) => ({ kind, path }))

function startFaulty(fault: string): Promise<Sites> {
  return startTold({ fault })
}

async function startTold(change: object): Promise<Sites> {
  const sites = await startOwnSites({ companies: 2, postings: 6 })
  expect((await tellSites(sites, change)).status).toBe(200)
  return sites
}

function ask({ origin }: Sites, path: string): Promise<Response> {
  return fetch(origin + path, { redirect: 'manual' })
}

test.each(kinds)('a listing may look like another page: $kind', async ({ path }) => {
  for (const [fault, text] of [
    ['html-200', /Something went wrong/],
    ['bot-wall', /Checking your browser/],
  ] as const) {
    const response = await ask(await startFaulty(fault), path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await response.text()).toMatch(text)
  }
})

test.each(kinds)('a listing may lead home, or say that nothing changed: $kind', async (listing) => {
  const home = await ask(await startFaulty('redirect-home'), listing.path)
  expect([home.status, home.headers.get('location')]).toEqual([302, '/'])
  const same = await ask(await startFaulty('not-modified'), listing.path)
  expect([same.status, await same.text()]).toEqual([304, ''])
})

test.each(kinds)('a listing may end in its middle: $kind', async ({ path }) => {
  const sites = await startOwnSites({ companies: 1, postings: 6 })
  const whole = await (await ask(sites, path)).text()
  await tellSites(sites, { fault: 'truncated' })
  const response = await ask(sites, path)
  const part = await response.text()
  expect(response.status).toBe(200)
  expect(whole.startsWith(part.slice(0, 50))).toBe(true)
  expect(part.length).toBeLessThan(whole.length)
})

test('a listing may be well-formed and empty, in two ways', async () => {
  const empty = await startFaulty('empty')
  expect(await (await ask(empty, LISTINGS.greenhouse)).json()).toEqual({
    jobs: [],
    meta: { total: 0 },
  })
  expect(await (await ask(empty, LISTINGS.ashby)).json()).toEqual({ jobs: [], apiVersion: '1' })
  const bare = await startFaulty('empty-list')
  for (const path of [LISTINGS.greenhouse, LISTINGS.lever, LISTINGS.ashby]) {
    expect(await (await ask(bare, path)).json()).toEqual([])
  }
  for (const path of [LISTINGS.sitemap, LISTINGS.careers]) {
    expect(await (await ask(bare, path)).text()).not.toMatch(/<loc>|jobs\/\d{10}/)
  }
})

test('Greenhouse’s total may differ from the length', async () => {
  const response = await ask(await startFaulty('wrong-total'), LISTINGS.greenhouse)
  const { jobs, meta } = z
    .object({ jobs: z.array(z.unknown()), meta: z.object({ total: z.int() }) })
    .parse(await response.json())
  expect(jobs).toHaveLength(6)
  expect(meta.total).toBeGreaterThan(6)
})

function itemsOf(html: string): string | undefined {
  return /<ul>.*<\/ul>/.exec(html)?.[0]
}

test('a listing may show the same page for ever', async () => {
  const sites = await startFaulty('repeated-page')
  const first = await (await ask(sites, LISTINGS.careers)).text()
  const later = await (await ask(sites, `${LISTINGS.careers}?page=9`)).text()
  expect(itemsOf(first)).toMatch(/jobs\/\d{10}/)
  expect(itemsOf(later)).toBe(itemsOf(first))
  expect(later).toContain('rel="next" href="?page=10"')
  const lever = await (await ask(sites, LISTINGS.lever)).text()
  expect(await (await ask(sites, `${LISTINGS.lever}&skip=6`)).text()).toBe(lever)
  expect(await (await ask(sites, LISTINGS.sitemap)).text()).toContain('sitemap.xml</loc>')
})

test('a fault may hit only requests whose path contains a text', async () => {
  const sites = await startTold({ fault: 'truncated', at: 'sitemap-2' })
  expect(await (await ask(sites, LISTINGS.sitemap)).text()).toContain('</sitemapindex>')
  const packed = await ask(sites, '/sites/company-1/sitemap-2.xml.gz')
  const unpacked = new Blob([await packed.arrayBuffer()])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
  await expect(new Response(unpacked).text()).rejects.toThrow(TypeError)
})

test('a refusal may say when to come back', async () => {
  const sites = await startTold({ fault: '429', times: 1, retry_after: '7' })
  const refused = await ask(sites, LISTINGS.lever)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7'])
  const next = await ask(sites, LISTINGS.lever)
  expect([next.status, next.headers.get('retry-after')]).toEqual([200, null])
})

const PAGE = '/sites/company-1/jobs/4001000001'

test('a fault of pages does not touch the listings, and the other way round', async () => {
  const sites = await startTold({ fault: 'page-404', times: 1, at: '4001000001' })
  expect((await ask(sites, LISTINGS.careers)).status).toBe(200)
  expect((await ask(sites, PAGE.replace(/1$/, '2'))).status).toBe(200)
  expect((await ask(sites, PAGE)).status).toBe(404)
  expect((await ask(sites, PAGE)).status).toBe(200)
  await tellSites(sites, { fault: '500' })
  expect((await ask(sites, PAGE)).status).toBe(200)
})

test('a page may be missing, failing, unmarked, or redirect to itself', async () => {
  expect((await ask(await startFaulty('page-500'), PAGE)).status).toBe(500)
  const loop = await ask(await startFaulty('page-loop'), `${PAGE}?ref=a`)
  expect([loop.status, loop.headers.get('location')]).toEqual([302, `${PAGE}?ref=a`])
  const unmarked = await (await ask(await startFaulty('page-no-jsonld'), PAGE)).text()
  expect(unmarked).toContain('Reference&nbsp;1/1/1')
  expect(unmarked).not.toContain('ld+json')
  const board = await ask(await startFaulty('page-404'), '/company-1/jobs/4001000001')
  expect(board.status).toBe(404)
})

test('a page may be small on the network and large when it is unpacked', async () => {
  const response = await ask(await startFaulty('page-bomb'), PAGE)
  let size = 0
  for await (const chunk of response.body ?? []) size += chunk.byteLength
  expect(size).toBe(64 * 1024 * 1024)
})

test.each(['page-drip', 'page-endless'])('%s has no end but its reader’s', async (fault) => {
  const sites = await startFaulty(fault)
  const stop = new AbortController()
  const response = await fetch(sites.origin + PAGE, { signal: stop.signal })
  const reader = response.body?.getReader()
  const first = await reader?.read()
  expect(first?.value?.byteLength).toBeGreaterThan(0)
  expect(await requestsOf(sites)).toMatchObject([{ path: PAGE, ended_at: null }])
  stop.abort()
  await expect.poll(() => requestsOf(sites)).toMatchObject([{ ended_at: expect.any(Number) }])
})

test('sites can be closed while a page is sent', async () => {
  for (const fault of ['page-drip', 'page-endless']) {
    const sites = await startFaulty(fault)
    const response = await fetch(sites.origin + PAGE)
    const read = response.text()
    const settled = Promise.allSettled([read])
    await sites.close()
    expect((await settled).map(({ status }) => status)).toEqual(['rejected'])
  }
})
