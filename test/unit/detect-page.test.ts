import { describe, expect, test } from 'vitest'

import { type FetchPort, ForbiddenByRobots, MustWait } from '../../src/pipelines/fetch.ts'
import { Detector } from '../../src/pipelines/ingestion/detect/detect.ts'
import { Detection } from '../../src/protocol/detection.ts'

/** A page's text, or a JSON answer, or an address to which a page redirects, or an error. */
type Answer = string | object | Error | { readonly to: string }
type Web = Readonly<Record<string, Answer>>

/** A web in memory. Addresses that it does not have are answered 404. */
function web(answers: Web) {
  const asked: string[] = []
  const fetch: FetchPort = async (address) => {
    const [bare = ''] = address.split('?')
    const answer = answers[address] ?? answers[bare]
    asked.push(address)
    if (answer instanceof Error) throw answer
    if (typeof answer === 'object' && 'to' in answer && typeof answer.to === 'string')
      return { ...(await fetch(answer.to, { kind: 'page' })), url: answer.to }
    const isText = typeof answer === 'string'
    const text = isText ? answer : JSON.stringify(answer ?? {})
    const type = !isText
      ? 'application/json'
      : /^<(?:\?xml|rss)/.test(text)
        ? 'application/xml'
        : 'text/html'
    const headers = new Headers({ 'content-type': answer === undefined ? 'text/plain' : type })
    const status = answer === undefined ? 404 : 200
    return { status, url: address, headers, body: new TextEncoder().encode(text) }
  }
  return { asked, fetch, signal: new AbortController().signal }
}

function page(body: string, head = ''): string {
  return `<!doctype html><html><head>${head}</head><body>${body}</body></html>`
}

async function detect(answers: Web, url = 'https://www.acme.example/careers') {
  const { asked, ...ports } = web(answers)
  const found = Detection.parse(await new Detector(ports).detect(url))
  return { ...found, asked }
}

const HOME = 'https://www.acme.example/careers'
const GREENHOUSE = { 'https://boards-api.greenhouse.io/v1/boards/acme': { name: 'Acme Inc.' } }

describe('by markers', () => {
  test.each([
    ['<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'],
    ['<script src="//boards.greenhouse.io/embed/job_board/js?for=acme"></script>'],
    ['<iframe src="https://boards.greenhouse.io/embed/job_board?for=acme&amp;b=1"></iframe>'],
    ['<iframe data-src="https://job-boards.greenhouse.io/embed/job_board?for=acme"></iframe>'],
    ['<script>window.X = {"u":"https:\\/\\/boards.greenhouse.io\\/acme\\/jobs\\/1"}</script>'],
    ['<script>fetch("https://boards-api.greenhouse.io/v1/boards/acme/jobs")</script>'],
    ['<a href="https://boards.greenhouse.io/acme">Jobs</a>'],
    [
      '<a HREF="HTTPS://Boards.Greenhouse.IO/acme/jobs/1">One</a><a href="https://boards.greenhouse.io/acme/jobs/2">Two</a>',
    ],
  ])('a page with %s is of the board', async (body) => {
    expect(await detect({ [HOME]: page(body), ...GREENHOUSE })).toMatchObject({
      status: 'found',
      by: 'marker',
      source: { type: 'greenhouse', board: 'acme' },
      platform: 'Greenhouse',
      board: 'acme',
      name: 'Acme Inc.',
      confirmed: true,
      why: expect.stringContaining('"Acme Inc."'),
    })
  })

  test.each([
    ['<script>leverJobsOptions = {accountName: "acme", includeCss: true}</script>', 'lever'],
    [
      '<script>widget({"company_code": "acme", api: "smartrecruiters"})</script>',
      'smartrecruiters',
    ],
    ['<div id="BambooHR" data-domain="acme.bamboohr.com"></div>', 'bamboohr'],
    ['<script src="https://acme.bamboohr.com/js/embed.js"></script>', 'bamboohr'],
    ['<script src="https://jobs.ashbyhq.com/acme/embed?version=2"></script>', 'ashby'],
    ['<a href="https://apply.workable.com/acme/">Jobs</a>', 'workable'],
    ['<a href="https://acme.jobs.personio.de/job/1">Job</a>', 'personio'],
    ['<iframe src="https://acme.pinpointhq.com/"></iframe>', 'pinpoint'],
    ['<a href="https://ats.rippling.com/en-GB/acme/jobs">Jobs</a>', 'rippling'],
  ])('a page with %s is of %s', async (body, type) => {
    const found = await detect({ [HOME]: page(body) })
    const source = { type, board: 'acme' }
    expect(found).toMatchObject({ status: 'found', by: 'marker', source, confirmed: false })
  })

  test('an embedded board counts more than links to other boards', async () => {
    const links = [1, 2, 3].map((n) => `<a href="https://jobs.lever.co/other/${n}">A job</a>`)
    const embed = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'
    const source = { type: 'greenhouse', board: 'acme' }
    expect(await detect({ [HOME]: page(links.join('') + embed), ...GREENHOUSE })).toMatchObject({
      source,
    })
  })

  test('a page with links to the boards of several companies is of none of them', async () => {
    const links = ['a', 'b', 'c'].map((one) => `<a href="https://jobs.lever.co/${one}/1">A job</a>`)
    expect(await detect({ [HOME]: page(links.join('')) })).toMatchObject({
      status: 'failed',
      reason: { code: 'source_not_detected' },
    })
  })

  test('a second board is taken if the platform does not know the first', async () => {
    const body = `<script src="https://boards.greenhouse.io/embed/job_board/js?for=gone"></script>
      <script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>`
    const source = { type: 'greenhouse', board: 'acme' }
    expect(await detect({ [HOME]: page(body), ...GREENHOUSE })).toMatchObject({
      source,
      confirmed: true,
    })
  })

  test('an address that leads to a board is of that board', async () => {
    const to = 'https://boards.greenhouse.io/acme'
    const source = { type: 'greenhouse', board: 'acme' }
    expect(await detect({ [HOME]: { to }, [to]: page(''), ...GREENHOUSE })).toMatchObject({
      by: 'marker',
      source,
      why: expect.stringContaining('The address leads to the board acme of Greenhouse.'),
    })
  })

  test('a board on a domain of its own is asked there', async () => {
    const head = '<link rel="stylesheet" href="https://assets-aws.teamtailor-cdn.com/a.css">'
    const feed = {
      version: 'https://jsonfeed.org/version/1.1',
      items: [
        {
          id: '1',
          title: 'Baker',
          url: 'https://jobs.acme.example/jobs/1',
          _jobposting: { '@type': 'JobPosting', hiringOrganization: { name: 'Acme AB' } },
        },
      ],
    }
    const url = 'https://jobs.acme.example/'
    const answers = { [url]: page('', head), 'https://jobs.acme.example/jobs.json': feed }
    expect(await detect(answers, url)).toMatchObject({
      by: 'marker',
      source: { type: 'teamtailor', board: 'acme', base_url: 'https://jobs.acme.example' },
      name: 'Acme AB',
      confirmed: true,
    })
  })

  test.each([
    ['<script src="https://cdn.phenompeople.com/x.js"></script>', 'Phenom'],
    ['<script src="https://static.vscdn.net/x.js"></script>', 'Eightfold'],
    ['<script src="https://tbcdn.talentbrew.com/x.js"></script>', 'Radancy'],
    ['<script src="https://rmkcdn.successfactors.com/x.js"></script>', 'SuccessFactors'],
    ['<link rel="stylesheet" href="https://scripts.teamtailor-cdn.com/a.css">', 'Teamtailor'],
  ])('a page that loads %s is of %s, by the general source', async (head, platform) => {
    const source = { type: 'site', url: HOME }
    expect(await detect({ [HOME]: page('', head) })).toMatchObject({
      by: 'marker',
      platform,
      board: null,
      source,
    })
  })

  test('a link to the company’s jobs is followed once', async () => {
    const url = 'https://acme.example/'
    const answers = {
      [url]: page('<a href="/about">About</a><a href="/en/join-us">Join us</a>'),
      'https://acme.example/en/join-us': page(
        '<a href="https://boards.greenhouse.io/acme">Jobs</a>',
      ),
      ...GREENHOUSE,
    }
    const found = await detect(answers, url)
    expect(found).toMatchObject({ by: 'marker', source: { type: 'greenhouse', board: 'acme' } })
    expect(found.asked).toHaveLength(3)
  })
})

const JOBS_OF_ACME = page('<a href="https://boards.greenhouse.io/acme">Jobs</a>')

test.each([
  ['https://www.acme.co.uk/', 'https://jobs.acme.co.uk/', true],
  ['https://www.acme.co.uk/about', 'https://www.acme.co.uk/careers', true],
  ['https://shop.acme.com/', 'https://acme.com/jobs', true],
  ['https://www.acme.co.uk/', 'https://www.other.co.uk/jobs', false],
  ['https://acme.github.io/', 'https://other.github.io/jobs', false],
  ['https://acme.com/', 'https://notacme.com/jobs', false],
])('%s with a link to %s is followed as a page of the same company: %j', async (url, jobs, own) => {
  const answers = { [url]: page(`<a href="${jobs}">Jobs</a>`), [jobs]: JOBS_OF_ACME, ...GREENHOUSE }
  expect((await detect(answers, url)).asked.includes(jobs)).toBe(own)
})

const urlset = (...paths: string[]) =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${paths
    .map((path) => `<url><loc>https://www.acme.example${path}</loc></url>`)
    .join('')}</urlset>`

describe('by what the general source reads', () => {
  const name = '<meta property="og:site_name" content=" Acme &amp; Sons ">'

  test('the sitemap that robots.txt names', async () => {
    const url = 'https://www.acme.example/jobs-map.xml'
    const answers = {
      [HOME]: page('Our jobs', name),
      'https://www.acme.example/robots.txt': `User-agent: *\nSitemap: https://www.acme.example/blog.xml\nsitemap:${url}`,
      [url]: urlset('/jobs/1-baker', '/jobs/2-cook', '/about'),
    }
    expect(await detect(answers)).toMatchObject({
      by: 'sitemap',
      source: { type: 'site', url },
      name: 'Acme & Sons',
      confirmed: false,
      why: expect.stringContaining('lists 2 addresses that look like those of postings'),
    })
  })

  test('the usual sitemap, and the part of an index that is of jobs', async () => {
    const url = 'https://www.acme.example/sitemap.xml'
    const part = 'https://www.acme.example/sitemap-jobs.xml'
    const answers = {
      [HOME]: page('Our jobs'),
      [url]: `<?xml version="1.0"?><sitemapindex><sitemap><loc>https://www.acme.example/sitemap-blog.xml</loc></sitemap><sitemap><loc>${part}</loc></sitemap></sitemapindex>`,
      [part]: urlset('/jobs/1-baker'),
    }
    expect(await detect(answers)).toMatchObject({
      by: 'sitemap',
      source: { type: 'site', url: part },
    })
  })

  test('the page’s own links, if the sitemap lists fewer postings', async () => {
    const links = '<a href="/jobs/1-baker">Baker</a><a href="/jobs/2-cook">Cook</a>'
    const answers = {
      [HOME]: page(links),
      'https://www.acme.example/sitemap.xml': urlset('/jobs/1-baker'),
    }
    expect(await detect(answers)).toMatchObject({
      by: 'listing',
      source: { type: 'site', url: HOME },
    })
  })

  test('the feed that the page names', async () => {
    const feed = 'https://www.acme.example/feed.rss'
    const head = '<link rel="alternate" type="application/rss+xml" href="/feed.rss">'
    const item =
      '<item><title>Baker</title><link>https://www.acme.example/jobs/1-baker</link></item>'
    const answers = {
      [HOME]: page('', head),
      [feed]: `<rss version="2.0"><channel>${item}</channel></rss>`,
    }
    expect(await detect(answers)).toMatchObject({ by: 'feed', source: { type: 'site', url: feed } })
  })

  test('the JSON Feed that the page names', async () => {
    const feed = 'https://www.acme.example/feed.json'
    const head = '<link rel="alternate" type="application/feed+json" href="/feed.json">'
    const items = [{ id: '1', title: 'Baker', url: 'https://www.acme.example/jobs/1-baker' }]
    const json = { version: 'https://jsonfeed.org/version/1.1', title: 'Jobs', items }
    const source = { type: 'site', url: feed }
    expect(await detect({ [HOME]: page('', head), [feed]: json })).toMatchObject({
      by: 'feed',
      source,
    })
  })

  test('a sitemap or a feed itself', async () => {
    expect(await detect({ [HOME]: urlset('/jobs/1-baker') })).toMatchObject({ by: 'sitemap' })
  })

  test('nothing: the reason says so', async () => {
    const found = await detect({ [HOME]: page('We are Acme.') })
    expect(found).toMatchObject({ status: 'failed', reason: { code: 'source_not_detected' } })
    expect(found.asked.length).toBeLessThanOrEqual(4)
  })
})

describe('an address whose page cannot be read has the reason', () => {
  test.each([
    ['site_not_found', {}],
    ['forbidden_by_robots', { [HOME]: new ForbiddenByRobots({ code: 'robots', message: 'No.' }) }],
    ['host_pace', { [HOME]: new MustWait(0, { code: 'host_pace', message: 'Later.' }) }],
  ])('%s', async (code, answers: Web) => {
    expect(await detect(answers)).toMatchObject({ url: HOME, status: 'failed', reason: { code } })
  })
})

describe('a board is asked for its own name', () => {
  const url = 'https://jobs.smartrecruiters.com/Acme'
  const api = 'https://api.smartrecruiters.com/v1/companies/Acme/postings'

  test('a board that lists nothing is not confirmed where the platform answers for any name', async () => {
    const found = await detect({ [api]: { totalFound: 0, content: [] } }, url)
    expect(found).toMatchObject({ by: 'address', name: null, confirmed: false })
    expect(found).toMatchObject({ why: expect.stringContaining('of boards that it does not know') })
  })

  test('SmartRecruiters tells it with a posting', async () => {
    const row = { id: '1', name: 'Baker', company: { identifier: 'Acme', name: 'Acme GmbH' } }
    const found = await detect({ [api]: { totalFound: 300, content: [row] } }, url)
    expect(found).toMatchObject({ name: 'Acme GmbH', confirmed: true, asked: [`${api}?limit=1`] })
  })

  test('Workable tells it without the texts of its postings', async () => {
    const widget = 'https://apply.workable.com/api/v1/widget/accounts/acme'
    const found = await detect({ [widget]: { name: 'Acme', jobs: [] } }, 'apply.workable.com/acme')
    expect(found).toMatchObject({
      name: 'Acme',
      confirmed: true,
      asked: [`${widget}?details=false`],
    })
  })

  test('other boards show it in their listing', async () => {
    const offers = [
      {
        id: 1,
        title: 'Baker',
        company_name: 'Acme BV',
        careers_url: 'https://acme.recruitee.com/o/x',
      },
    ]
    const answers = { 'https://acme.recruitee.com/api/offers/': { offers } }
    const found = await detect(answers, 'https://acme.recruitee.com')
    expect(found).toMatchObject({ name: 'Acme BV', confirmed: true })
  })

  test('a board of many pages is not read to its end', async () => {
    const postings = Array.from({ length: 100 }, (_, id) => ({ id: `${id}`, text: 'Baker' }))
    const fetch = web({}).fetch
    const asked: string[] = []
    const pages: FetchPort = async (address, init) => {
      asked.push(address)
      const answer = await fetch(address, init)
      const text = JSON.stringify(
        postings.map((one) => ({ ...one, id: `${one.id}-${asked.length}` })),
      )
      return { ...answer, status: 200, body: new TextEncoder().encode(text) }
    }
    const { signal } = new AbortController()
    const found = await new Detector({ fetch: pages, signal }).detect('https://jobs.lever.co/acme')
    expect(found).toMatchObject({ confirmed: true })
    expect(asked).toHaveLength(2)
  })

  test('a board that the platform does not know, or that answers with a page, is not confirmed', async () => {
    const board = 'https://boards-api.greenhouse.io/v1/boards/acme'
    for (const answers of [{}, { [board]: page('Log in') }, { [board]: {} }]) {
      const found = await detect(answers, 'https://boards.greenhouse.io/acme')
      expect(found).toMatchObject({ status: 'found', by: 'address', confirmed: false })
    }
  })

  test('addresses of one board share the request', async () => {
    const { asked, ...ports } = web(GREENHOUSE)
    const detector = new Detector(ports)
    const urls = Array.from({ length: 50 }, (_, n) => `https://boards.greenhouse.io/acme/jobs/${n}`)
    const found = await Promise.all(urls.map((one) => detector.detect(one)))
    expect(found.map((one) => one.url)).toEqual(urls)
    expect(asked).toHaveLength(1)
  })
})

test('a call makes no more than 2,000 requests, and says so', async () => {
  const { asked, ...ports } = web({})
  const detector = new Detector(ports)
  const urls = Array.from({ length: 2_001 }, (_, n) => `https://a${n}.example/jobs`)
  const found = await Promise.all(urls.map((one) => detector.detect(one)))
  expect(asked).toHaveLength(2_000)
  expect(found.at(-1)).toMatchObject({ reason: { code: 'requests_spent' } })
})
