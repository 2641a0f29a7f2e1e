import { describe, expect, test } from 'vitest'

import { readSitemap } from '../../src/pipelines/ingestion/sources/sitemap.ts'
import { list, MAP, page, paths, SITE } from '../support/site-listing.ts'

const rss = (...items: string[]) =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Jobs</title><link>${SITE}</link>${items.map((item) => `<item>${item}</item>`).join('')}</channel></rss>`
const link = (id: number) => `<link>${SITE}/jobs/${id}</link>`

const LONG = '&lt;p&gt;You row the ferry between the quays.&lt;/p&gt;'.repeat(12)

describe('a feed lists postings', () => {
  test('in RSS, with their titles and dates', async () => {
    const item = `<title>Cook &amp;amp; Baker</title>${link(1)}<pubDate>Wed, 02 Sep 2026 02:00:00 GMT</pubDate><description>Short</description>`
    const { postings, incomplete } = await list({ [MAP]: rss(item, link(2)) }, MAP)
    expect(incomplete).toBeNull()
    expect(postings).toMatchObject([
      {
        external_id: `${SITE}/jobs/1`,
        title: 'Cook & Baker',
        url: `${SITE}/jobs/1`,
        html: null,
        posted_at: 'Wed, 02 Sep 2026 02:00:00 GMT',
      },
      { title: '2', posted_at: null },
    ])
  })

  test("with the fields of Google's job feeds, whatever their addresses look like", async () => {
    const item = `<g:id>7</g:id><title>Ferryman</title><link><![CDATA[${SITE}/o/7?a=1]]></link>
      <jobs:location>Leeds, GB</jobs:location><g:expiration_date>2026-12-31</g:expiration_date>
      <g:publish_date>2026-11-01</g:publish_date><g:job_type>Full-Time</g:job_type><g:employer>Ferry Ltd</g:employer>
      <g:salary>£30,000 per year</g:salary><description>${LONG}</description>`
    const { postings } = await list({ [MAP]: rss(item) }, MAP)
    expect(postings).toMatchObject([
      {
        title: 'Ferryman',
        url: `${SITE}/o/7?a=1`,
        locations: ['Leeds, GB'],
        employment_type: 'full_time',
        employment_words: ['Full-Time'],
        employer: 'Ferry Ltd',
        salary: { min: 30_000, max: 30_000, currency: 'GBP', period: 'year' },
        posted_at: '2026-11-01',
        valid_through: '2026-12-31',
      },
    ])
    expect(postings[0]?.html).toMatch(/^<p>You row/)
  })

  test('in Atom', async () => {
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Jobs</title><link href="/"/>${entry(1, own(1))}${entry(2, `<link rel="alternate" href="${SITE}/jobs/2"/>`)}</feed>`
    const listing = await list({ [MAP]: atom }, MAP)
    expect(paths(listing)).toEqual(['/jobs/1', '/jobs/2'])
    expect(listing.postings.map(({ title, updated_at }) => [title, updated_at])).toEqual([
      ['Job 1', '2026-11-01T09:00:00Z'],
      ['Job 2', '2026-11-02T09:00:00Z'],
    ])
  })

  test('in RDF, and by a permanent id alone', async () => {
    const rdf = `<rdf:RDF xmlns="http://purl.org/rss/1.0/"><item rdf:about="x">${link(1)}</item></rdf:RDF>`
    expect(paths(await list({ [MAP]: rdf }, MAP))).toEqual(['/jobs/1'])
    const ids = rss(
      `<guid>${SITE}/jobs/2</guid>`,
      `<guid isPermaLink="false">${SITE}/jobs/3</guid>`,
    )
    expect(paths(await list({ [MAP]: ids }, MAP))).toEqual(['/jobs/2'])
  })

  test('in windows-1252', async () => {
    const text = `<?xml version="1.0" encoding="ISO-8859-1"?>${rss(`<title>Prüfer – Brücken</title>${link(1)}`).slice(21)}`
    const { postings } = await list({ [MAP]: latin(text) }, MAP)
    expect(postings[0]?.title).toBe('Prüfer – Brücken')
  })
})

const item = (id: number) => ({ id, url: `/jobs/${id}`, title: `Ferryman &amp; Cook ${id}` })

describe('a JSON Feed lists postings', () => {
  const version = 'https://jsonfeed.org/version/1.1'
  const feed = (items: readonly object[], fields: object = {}) =>
    JSON.stringify({ version, title: 'Jobs', items, ...fields })

  test('with their titles, dates and whole texts', async () => {
    const content_html = '<p>You row the ferry between the quays.</p>'.repeat(12)
    const whole = { ...item(1), content_html, date_published: '2026-02-04T09:26:20+01:00' }
    const { postings, incomplete } = await list({ [MAP]: feed([whole, item(2), {}]) }, MAP)
    expect(incomplete).toBeNull()
    expect(postings).toMatchObject([
      {
        url: `${SITE}/jobs/1`,
        title: 'Ferryman & Cook 1',
        html: content_html,
        posted_at: '2026-02-04T09:26:20+01:00',
      },
      { url: `${SITE}/jobs/2`, html: null },
    ])
  })

  test('with the JobPosting of a page, whatever its address looks like', async () => {
    const jobLocation = { address: { addressLocality: 'Oslo', addressCountry: 'NO' } }
    const named = { ...item(1), url: '/x/1', _jobposting: { '@type': 'JobPosting', jobLocation } }
    const { postings } = await list({ [MAP]: feed([named]) }, MAP)
    expect(postings).toMatchObject([{ title: 'Ferryman & Cook 1', locations: ['Oslo, NO'] }])
  })

  test('and is not complete with a further page, or if it is cut off', async () => {
    const paged = feed([item(1)], { next_url: `${SITE}/more.json` })
    expect((await list({ [MAP]: paged }, MAP)).incomplete).toMatch(/further pages/)
    expect(readSitemap(feed([item(1)]).slice(0, -3))?.whole).toBe(false)
    expect(readSitemap('{"items": []}')).toBeUndefined()
  })
})

describe('PLAN-4: a feed is not complete', () => {
  test.each([10, 20, 25, 50, 100])(
    'with %d entries, which may be the newest alone',
    async (count) => {
      const items = Array.from({ length: count }, (_, n) => link(n))
      expect((await list({ [MAP]: rss(...items) }, MAP)).incomplete).toMatch(/round number/)
      expect((await list({ [MAP]: rss(...items.slice(1)) }, MAP)).incomplete).toBeNull()
    },
  )

  test('with a further page', async () => {
    const atom = `<feed><link rel="next" href="?page=2"/><entry><link href="/jobs/1"/></entry></feed>`
    expect((await list({ [MAP]: atom }, MAP)).incomplete).toMatch(/further pages/)
  })

  test('if it is cut off', () => {
    const whole = rss(link(1), link(2))
    expect(readSitemap(whole)?.whole).toBe(true)
    expect(readSitemap(whole.slice(0, -3))?.whole).toBe(false)
  })
})

test('a sitemap may be a text, and an index may name sitemaps of any form', async () => {
  const index = `<sitemapindex><sitemap><loc>${SITE}/a.txt</loc></sitemap><sitemap><loc>${SITE}/b.rss</loc></sitemap></sitemapindex>`
  const sites = {
    [MAP]: index,
    [`${SITE}/a.txt`]: `${SITE}/jobs/1\n${SITE}/about\n`,
    [`${SITE}/b.rss`]: rss(link(2)),
  }
  const listing = await list(sites, MAP)
  expect(paths(listing)).toEqual(['/jobs/1', '/jobs/2'])
  expect(listing.incomplete).toBeNull()
})

test('a page sent as HTML needs no outer tags', async () => {
  const body = '<p><a href="/jobs/1">Ferry hand</a>\n<p><a href="/jobs/2">Ferry cook</a>'
  const headers = { 'content-type': 'text/html' }
  expect(paths(await list({ [MAP]: { body, headers } }, MAP))).toEqual(['/jobs/1', '/jobs/2'])
  expect(paths(await list({ [MAP]: page(body) }, MAP))).toEqual(['/jobs/1', '/jobs/2'])
})

function entry(id: number, links: string): string {
  return `<entry><id>urn:${id}</id><title type="html">Job ${id}</title>${links}<updated>2026-11-0${id}T09:00:00Z</updated><source><title>Other</title></source></entry>`
}

function own(id: number): string {
  return `<link rel="self" href="/x"/><link href="/jobs/${id}"/>`
}

/** Encodes a text in windows-1252, of whose signs between 0x80 and 0x9F only the dash is used here. */
function latin(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll('–', '\u0096'), 'latin1'))
}
