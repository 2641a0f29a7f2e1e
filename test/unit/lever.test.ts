import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import type { FetchPort } from '../../src/pipelines/fetch.ts'
import { extract } from '../../src/pipelines/ingestion/extract.ts'
import { unknownFields } from '../../src/pipelines/ingestion/listed.ts'
import { lever } from '../../src/pipelines/ingestion/sources/lever.ts'
import { htmlToText } from '../../src/pipelines/ingestion/text.ts'
import type { Answer } from '../support/board.ts'
import { boards, readerPorts } from '../support/listing.ts'
import { plainFetch } from '../support/plain-fetch.ts'

const local = boards()
afterEach(local.close)

async function list(answer: object | ((url: URL) => Answer)) {
  const board = await local.start(
    typeof answer === 'function' ? (url) => answer(url) : JSON.stringify(answer),
  )
  const source = { type: 'lever', board: 'acme', base_url: board.origin } as const
  return { ...(await lever.list(source, readerPorts())), asked: board.asked }
}

async function one(fields: object) {
  const { postings } = await list([{ id: 'a-1', text: 'Baker', ...fields }])
  const [posting] = postings
  if (!posting) throw new Error('no posting')
  return posting
}

test('an entry of the list becomes a posting', async () => {
  expect(
    await one({
      categories: {
        location: 'Chicago, IL',
        allLocations: ['Chicago, IL', 'Berlin'],
        commitment: 'Full-time',
        department: 'Engineering',
        team: 'Platform',
      },
      workplaceType: 'hybrid',
      country: 'US',
      salaryRange: { min: 100_000, max: 130_000, currency: 'CAD', interval: 'per-year-salary' },
      salaryDescriptionPlain: 'Plus equity.',
      description: '<div>Bake</div>',
      lists: [
        { text: 'You <do> & learn', content: '<li>a</li><li>b</li>' },
        { text: 'You bring', content: '<li>c</li>' },
      ],
      additional: '<p>Apply!</p>',
      createdAt: 1_764_205_361_939,
      hostedUrl: 'https://jobs.lever.co/acme/a-1',
      applyUrl: 'https://jobs.lever.co/acme/a-1/apply',
    }),
  ).toEqual({
    external_id: 'a-1',
    title: 'Baker',
    url: 'https://jobs.lever.co/acme/a-1',
    apply_url: 'https://jobs.lever.co/acme/a-1/apply',
    locations: ['Chicago, IL', 'Berlin'],
    remote: false,
    department: 'Engineering',
    employment_type: 'full_time',
    salary: { min: 100_000, max: 130_000, currency: 'CAD', period: 'year', text: 'Plus equity.' },
    html:
      '<div>Bake</div>\n<h3>You &lt;do> &amp; learn</h3><ul><li>a</li><li>b</li></ul>\n' +
      '<h3>You bring</h3><ul><li>c</li></ul>\n<p>Apply!</p>',
    posted_at: '2025-11-27T01:02:41.939Z',
    updated_at: null,
    valid_through: null,
    team: 'Platform',
    workplace: 'hybrid',
    employment_words: ['Full-time'],
    places: [{ text: 'Chicago, IL', city: null, region: null, country: 'US' }],
  })
})

test('only the id and the text are required, and an odd field is left out alone', async () => {
  const bare = await one({})
  expect(bare).toEqual({
    external_id: 'a-1',
    title: 'Baker',
    url: '',
    ...unknownFields,
  })
  expect(
    await one({
      categories: 'none',
      workplaceType: 3,
      salaryRange: 'much',
      description: 7,
      lists: [null, 'x', { text: 5, content: [] }],
      additional: {},
      createdAt: 'yesterday',
      hostedUrl: 'javascript:x',
      applyUrl: 5,
    }),
  ).toEqual(bare)
})

test('the lines of plain text stay lines', async () => {
  const lists = [{ text: 'You bring', content: '<li>Arms</li>' }]
  const description = 'You row.\n\nYou mend the oars.\n- dawn\n- dusk'
  const { html } = await one({ description, lists, additional: 'Apply.\nNo calls.' })
  expect(htmlToText(html ?? '')).toBe(
    'You row.\nYou mend the oars.\n- dawn\n- dusk\nYou bring\nArms\nApply.\nNo calls.',
  )
})

test('a paragraph about the salary is shown with the advert, and is not cut into words', async () => {
  const salaryRange = { min: 18.5, max: 21, currency: 'EUR', interval: 'per-hour-wage' }
  const salaryDescriptionPlain = 'We pay fairly. '.repeat(30)
  const salaryDescription = `<div>${salaryDescriptionPlain}</div>`
  const read = await one({ salaryRange, salaryDescriptionPlain, salaryDescription })
  expect(read.salary).toMatchObject({ min: 18.5, max: 21, period: 'hour', text: null })
  expect(read.html).toContain(salaryDescription)
  expect(
    (await one({ salaryDescriptionPlain: '$20 an hour', country: 'US' })).salary,
  ).toMatchObject({ min: 20, max: 20, currency: 'USD', period: 'hour', text: '$20 an hour' })
})

test.each([
  ['remote', true],
  ['hybrid', false],
  ['onsite', false],
  ['on-site', false],
  ['unspecified', null],
])('a workplace %j is remote: %j', async (workplaceType, remote) => {
  expect((await one({ workplaceType })).remote).toBe(remote)
})

test('an invalid time is left out, and a team replaces a missing department', async () => {
  expect((await one({ createdAt: 1e300 })).posted_at).toBeNull()
  expect((await one({ categories: { team: 'Ovens' } })).department).toBe('Ovens')
})

/** Starts Lever's two hosts on this machine. Each answer shows which host gave it. */
async function regions(answers: Record<string, Answer>) {
  const asked: string[] = []
  const servers = new Map(
    await Promise.all(
      Object.entries(answers).map(
        async ([host, answer]) => [host, await local.start(() => answer)] as const,
      ),
    ),
  )
  const fetch: FetchPort = async (url, init) => {
    asked.push(url)
    const { origin } = new URL(url)
    const to = url.replace(origin, servers.get(origin)?.origin ?? 'http://127.0.0.1:1')
    return { ...(await plainFetch(to, init)), url }
  }
  const listing = () => lever.list({ type: 'lever', board: 'acme' }, { ...readerPorts(), fetch })
  return { asked, listing }
}

describe('regions', () => {
  const us = 'https://api.lever.co'
  const eu = 'https://api.eu.lever.co'
  const missing = { status: 404, body: '{"ok":false,"error":"Document not found"}' }
  const there = { body: '[{"id":"a","text":"Baker"}]' }

  test('the American host is asked first, and is enough', async () => {
    const { asked, listing } = await regions({ [us]: there, [eu]: missing })
    expect((await listing()).postings).toHaveLength(1)
    expect(asked).toEqual([`${us}/v0/postings/acme?mode=json`])
  })

  test('the European host is asked if the American one does not know the site', async () => {
    const { asked, listing } = await regions({ [us]: missing, [eu]: there })
    expect((await listing()).postings).toHaveLength(1)
    expect(asked).toEqual([`${us}/v0/postings/acme?mode=json`, `${eu}/v0/postings/acme?mode=json`])
  })

  test('the site is unknown if neither host knows it', async () => {
    const { listing } = await regions({ [us]: missing, [eu]: missing })
    await expect(listing()).rejects.toMatchObject({
      failure: { code: 'board_not_found', message: 'There is no board "acme" (404).' },
    })
  })

  test('another failure of the American host does not lead to the European one', async () => {
    const { asked, listing } = await regions({ [us]: { status: 503 }, [eu]: there })
    await expect(listing()).rejects.toMatchObject({ failure: { code: 'board_error' } })
    expect(asked).toHaveLength(1)
  })
})

function titles(count: number) {
  return Array.from({ length: count }, (_, index) => ({ id: `p-${index}`, text: `Title ${index}` }))
}

/** A server that cuts its list at `limit`. */
function cutAt(limit: number, all: readonly object[]) {
  return (url: URL): Answer => {
    const skip = Number(url.searchParams.get('skip') ?? 0)
    return { body: JSON.stringify(all.slice(skip, skip + limit)) }
  }
}

describe('PLAN-4: pages', () => {
  test('a list whose length is not a page size is complete', async () => {
    const { asked, incomplete } = await list(titles(49))
    expect(asked).toEqual(['/v0/postings/acme?mode=json'])
    expect(incomplete).toBeNull()
  })

  test('an empty list is complete', async () => {
    expect(await list([])).toMatchObject({ postings: [], incomplete: null })
  })

  test('a list with the length of a page is followed by a request for its rest', async () => {
    const { asked, incomplete, postings: found } = await list(cutAt(100, titles(100)))
    expect(asked).toEqual(['/v0/postings/acme?mode=json', '/v0/postings/acme?mode=json&skip=99'])
    expect(found).toHaveLength(100)
    expect(incomplete).toBeNull()
  })

  test.each([150, 199, 200, 298, 299, 1_000])(
    'a list of %i that is cut at 100 is read completely',
    async (count) => {
      const { incomplete, postings: found } = await list(cutAt(100, titles(count)))
      expect(found.map(({ external_id }) => external_id)).toEqual(titles(count).map(({ id }) => id))
      expect(incomplete).toBeNull()
    },
  )

  test('a repeated page ends the reading, and the listing is not complete', async () => {
    const { asked, incomplete, postings: found } = await list(titles(100))
    expect(asked).toHaveLength(2)
    expect(found).toHaveLength(100)
    expect(incomplete).toBe(
      'The job list changed while it was read, or Lever sent a page of the list again.',
    )
  })

  test('a posting that disappears between two pages makes the listing incomplete', async () => {
    const all = titles(150)
    let pages = 0
    const { incomplete } = await list((url) => cutAt(100, pages++ === 0 ? all : all.slice(1))(url))
    expect(incomplete).toBe(
      'The job list changed while it was read, or Lever sent a page of the list again.',
    )
  })

  test('an endless list is cut off', { timeout: 20_000 }, async () => {
    const { asked, incomplete } = await list((url) => {
      const skip = Number(url.searchParams.get('skip') ?? 0)
      const page = Array.from({ length: 1_000 }, (_, at) => ({ id: skip + at, text: 'a' }))
      return { body: JSON.stringify(page) }
    })
    expect(asked.length).toBeLessThan(25)
    expect(incomplete).toBe('The job list has more than 20000 postings.')
  })
})

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'boards/lever')

describe.skipIf(fixtures === undefined)('recorded listings', () => {
  const files = fixtures === undefined ? ['RUNCAST_FIXTURES is not set'] : readdirSync(folder)
  test.each(files)('%s', async (file) => {
    const body = readFileSync(join(folder, file), 'utf8')
    const { incomplete, postings: found } = await list(() => ({ body }))
    expect(incomplete).toBeNull()
    expect(found.length).toBeGreaterThan(0)
    for (const posting of found) {
      const record = extract(posting)
      expect(record?.description_text.length).toBeGreaterThan(1_000)
      expect(record?.description_html).toMatch(/<h3>[^<]+<\/h3><ul>\s*<li>/)
      expect(record?.description_html).not.toMatch(/<(?:div|span|script)|style=/)
      expect(record?.url).toMatch(/^https:\/\/jobs\.lever\.co/)
      expect(record?.apply_url).toMatch(/\/apply$/)
      expect(record?.locations).not.toEqual([])
      expect(record?.remote).toBe(true)
      expect(record?.department).toBe('Services Team')
      expect(record?.employment_type).toBe('contract')
      expect(record?.posted_at).toMatch(/^20\d\d-.*Z$/)
    }
  })
})
