import { gunzipSync } from 'node:zlib'

import { Parser } from 'htmlparser2'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { quirkOf } from '../../scripts/sites/json-ld.ts'
import type { Sites } from '../../scripts/sites/server.ts'
import { startOwnSites, tellSites } from '../support/own-sites.ts'

/** The decoded texts of an XML document's locs, exactly as they are between their tags. */
function locsOf(xml: string): string[] {
  const locs: string[] = []
  let open = false
  const parser = new Parser(
    {
      onopentag(name) {
        open = name === 'loc'
        if (open) locs.push('')
      },
      ontext(text) {
        if (open) locs.push((locs.pop() ?? '') + text)
      },
      onclosetag() {
        open = false
      },
    },
    { xmlMode: true },
  )
  parser.end(xml)
  return locs
}

/** The hrefs of a page's links, by their rel. */
function linksOf(html: string): { next: string[]; others: string[] } {
  const links = { next: [] as string[], others: [] as string[] }
  new Parser({
    onopentag(_name, { href, rel }) {
      if (href !== undefined) (rel === 'next' ? links.next : links.others).push(href)
    },
  }).end(html)
  return links
}

async function read(address: string): Promise<string> {
  const response = await fetch(address)
  const bytes = Buffer.from(await response.arrayBuffer())
  return (address.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

async function sitemapOf(sites: Sites, board: string): Promise<string[]> {
  const maps = locsOf(await read(`${sites.origin}/sites/${board}/sitemap.xml`))
  return (await Promise.all(maps.map(read))).flatMap(locsOf)
}

function isPosting(address: string): boolean {
  return /\/sites\/company-1\/jobs\/\d+/.test(address)
}

async function careersOf(sites: Sites, board: string): Promise<string[]> {
  const found: string[] = []
  let at: string | undefined = `${sites.origin}/sites/${board}/careers`
  while (at !== undefined) {
    const here: string = at
    const { next, others } = linksOf(await read(here))
    found.push(...others.map((href) => new URL(href, here).href))
    at = next[0] === undefined ? undefined : new URL(next[0], here).href
  }
  return found.filter(isPosting)
}

test('a sitemap index leads to every posting, and to addresses that are none', async () => {
  const sites = await startOwnSites({ companies: 1, postings: 30 })
  const index = await read(`${sites.origin}/sites/company-1/sitemap.xml`)
  expect(locsOf(index).map((loc) => loc.split('/').at(-1))).toEqual([
    'sitemap-1.xml',
    'sitemap-2.xml.gz',
  ])
  const locs = await sitemapOf(sites, 'company-1')
  const postings = locs.filter(isPosting)
  expect(new Set(postings).size).toBe(30)
  expect(postings.some((loc) => loc !== loc.trim())).toBe(true)
  expect(postings.some((loc) => loc.includes('?ref=a&lang=en'))).toBe(true)
  expect(locs.filter((loc) => !isPosting(loc))).toEqual([
    `${sites.origin}/sites/company-1/about`,
    'https://elsewhere.test/jobs/1',
  ])
  for (const loc of postings) expect((await fetch(loc.trim())).status).toBe(200)
  expect((await fetch(locs.find((loc) => loc.endsWith('about')) ?? '')).status).toBe(200)
})

test('the listing pages have the sitemap’s addresses, fifty on each page', async () => {
  const sites = await startOwnSites({ companies: 1, postings: 120, content: 10 })
  const first = linksOf(await read(`${sites.origin}/sites/company-1/careers`))
  expect(first.next).toEqual(['?page=2', '?page=2'])
  expect(first.others.filter((href) => /jobs\/\d{10}/.test(href))).toHaveLength(50)
  expect(first.others.some((href) => href.startsWith('jobs/'))).toBe(true)
  expect(first.others.some((href) => href.startsWith('/sites/'))).toBe(true)
  expect(first.others.some((href) => href.startsWith(`${sites.origin}/sites/`))).toBe(true)
  const listed = await careersOf(sites, 'company-1')
  const mapped = (await sitemapOf(sites, 'company-1')).map((loc) => loc.trim()).filter(isPosting)
  expect(new Set(listed)).toEqual(new Set(mapped))
  expect(listed).toHaveLength(120)
})

/** The text of a page's JSON-LD about the job. */
function jsonLdOf(html: string): string {
  const scripts = [...html.matchAll(/<script type="application\/ld\+json">([^]*?)<\/script>/g)]
  return scripts.map(([, text = '']) => text).find((text) => text.includes('JobPosting')) ?? ''
}

/** The page of a posting of company-1, by the posting's number. */
function pageOf(sites: Sites, number: number): string {
  return `${sites.origin}/sites/company-1/jobs/${4_001_000_000 + number}`
}

const Graph = z.object({ '@graph': z.array(z.looseObject({ '@type': z.string() })) })
const List = z.array(z.looseObject({ '@type': z.string() }))

test('the pages’ JSON-LD has a quirk by the posting’s number', async () => {
  const sites = await startOwnSites({ companies: 1, postings: 14 })
  const numbers = Array.from({ length: 7 }, (_, index) => index + 1)
  const texts = await Promise.all(
    numbers.map(async (n) => [quirkOf(n), jsonLdOf(await read(pageOf(sites, n)))] as const),
  )
  const by = Object.fromEntries(texts)
  expect(() => JSON.parse(by['raw-newlines'] ?? '{}')).toThrow(SyntaxError)
  expect(JSON.parse((by['raw-newlines'] ?? '').replaceAll(/\s/g, ' '))).toHaveProperty('title')
  const nodes = Graph.parse(JSON.parse(by['graph'] ?? ''))['@graph']
  expect(nodes.map((node) => node['@type'])).toEqual(['Organization', 'WebSite', 'JobPosting'])
  expect(JSON.parse(by['type-list'] ?? '')).toHaveProperty('@type', ['Thing', 'JobPosting'])
  expect(JSON.parse(by['escaped'] ?? '')).toHaveProperty(
    'description',
    expect.stringMatching(/^&lt;div/),
  )
  const remote: unknown = JSON.parse(by['telecommute'] ?? '')
  expect(remote).toHaveProperty('jobLocationType', 'TELECOMMUTE')
  expect(remote).not.toHaveProperty('jobLocation')
  expect(List.parse(JSON.parse(by['list'] ?? ''))).toHaveLength(3)
  expect(JSON.parse(by['plain'] ?? '')).toHaveProperty('@type', 'JobPosting')
})

test('pay is a range, a bare number, or absent', async () => {
  const sites = await startOwnSites({ companies: 1, postings: 30 })
  const pays = await Promise.all(
    [7, 14, 21].map(async (n) => {
      const posting: unknown = JSON.parse(jsonLdOf(await read(pageOf(sites, n))))
      return z.looseObject({ baseSalary: z.unknown().optional() }).parse(posting).baseSalary
    }),
  )
  expect(pays).toEqual([
    expect.any(Number),
    undefined,
    expect.objectContaining({ '@type': 'MonetaryAmount', currency: 'EUR' }),
  ])
})

test('an unchanged page is 304 for a client that has it, by tag or by time', async () => {
  const sites = await startOwnSites({ companies: 1, postings: 10 })
  const first = await fetch(pageOf(sites, 1))
  const etag = first.headers.get('etag') ?? ''
  const modified = first.headers.get('last-modified') ?? ''
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(pageOf(sites, 1), { headers })
    return [response.status, (await response.text()).length > 0]
  }
  expect(await ask({ 'if-none-match': `"x", W/${etag}` })).toEqual([304, false])
  expect(await ask({ 'if-modified-since': modified })).toEqual([304, false])
  expect(await ask({ 'if-none-match': '"x"', 'if-modified-since': modified })).toEqual([200, true])
  expect(await ask({ 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' })).toEqual([200, true])
})

test('a visit changes some pages, removes some, and adds others', async () => {
  const sites = await startOwnSites({ companies: 1, postings: 10 })
  const before = new Set(await careersOf(sites, 'company-1'))
  const tags = new Map<string, string | null>()
  for (const address of before) tags.set(address, (await fetch(address)).headers.get('etag'))
  await tellSites(sites, { visit: 2 })
  const after = new Set(await careersOf(sites, 'company-1'))
  const kept = [...before].filter((address) => after.has(address))
  expect([before.size, after.size, kept.length]).toEqual([10, 10, 9])
  const changed = await Promise.all(
    kept.map(async (address) => (await fetch(address)).headers.get('etag') !== tags.get(address)),
  )
  expect(changed.filter(Boolean)).toHaveLength(1)
  const [gone = ''] = [...before].filter((address) => !after.has(address))
  expect((await fetch(gone)).status).toBe(404)
})

test('robots.txt allows everything except /private/, unless it was changed', async () => {
  const sites = await startOwnSites({ companies: 2 })
  const robots = async () => {
    const response = await fetch(`${sites.origin}/robots.txt`)
    return [response.status, await response.text()]
  }
  const usual = 'User-agent: *\nDisallow: /private/\n'
  expect(await robots()).toEqual([200, usual])
  await tellSites(sites, { board: 'company-2', fault: 'page-robots' })
  const jobs = 'Disallow: /company-2/jobs/\nDisallow: /sites/company-2/jobs/\n'
  expect(await robots()).toEqual([200, usual + jobs])
  await tellSites(sites, { robots: { text: 'User-agent: *\nCrawl-delay: 2\n' } })
  expect(await robots()).toEqual([200, 'User-agent: *\nCrawl-delay: 2\n'])
  await tellSites(sites, { robots: { status: 503 } })
  expect(await robots()).toEqual([503, ''])
  await tellSites(sites, { robots: null, fault: null })
  expect(await robots()).toEqual([200, usual])
})
