import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import type { FetchOptions } from '../../src/pipelines/fetch.ts'
import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import type { ListedPosting } from '../../src/pipelines/ingestion/listed.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import { KnownPage } from '../../src/protocol/posting.ts'
import {
  crawled,
  fromBoard,
  fromSite,
  HTML,
  page,
  posting,
  readyOf,
  PAGE_URL,
  TEXT,
} from '../support/crawled.ts'
import { memoryWorkPorts } from '../support/memory-work-ports.ts'
import { web } from '../support/web.ts'

type Site = (seen: FetchOptions['headers'][]) => Parameters<typeof crawled>[0]

const Whole = z.looseObject({ page: KnownPage })

/** Sends the page always. */
function whole(seen: FetchOptions['headers'][]) {
  return ({ headers: asked }: FetchOptions) => {
    seen.push(asked)
    return { body: page(posting), headers: HTML }
  }
}

/** Crawls the posting twice, the second time as the listing then has it. Returns the second result. */
async function again(
  { site, listed = fromBoard }: { site: Site; listed?: ListedPosting },
  change: { known?: object; listed?: Partial<ListedPosting> } = {},
) {
  const seen: FetchOptions['headers'][] = []
  const { ports, steps } = memoryWorkPorts(web({ [PAGE_URL]: site(seen) }).fetch)
  const first = readyOf(await crawl({ listed, visit: 3, known: null }, ports))
  const known = KnownPage.parse({ ...first.page, title: 'Known', ...change.known })
  const result = await crawl({ listed: { ...listed, ...change.listed }, visit: 4, known }, ports)
  if (result.kind !== 'ready') throw new Error(JSON.stringify(result))
  return { first, seen, steps, title: result.title, result: Whole.parse(result.result) }
}

describe('a page that was read before', () => {
  const headers = { ...HTML, etag: '"5"', 'last-modified': 'Sun, 01 Mar 2026 00:00:00 GMT' }

  /** Answers 304 to a request with the version's validators, like a real site. */
  function conditional(seen: FetchOptions['headers'][]) {
    return (init: FetchOptions) => {
      seen.push(init.headers)
      const known = init.headers?.['if-none-match'] === '"5"'
      return known ? { status: 304 } : { body: page(posting), headers }
    }
  }

  test('PLAN-5: and has not changed by its site leaves the stored posting as it is', async () => {
    const { first, seen, result, title } = await again({ site: conditional })
    const { asked_at: _then, ...kept } = first.page ?? {}
    expect(result).toEqual({ visit: 4, page: { ...kept, asked_at: expect.any(String) } })
    expect(title).toBe('Known')
    expect(seen).toHaveLength(2)
    expect(seen[0]).not.toHaveProperty('if-none-match')
    expect(seen[1]).toMatchObject({
      'if-none-match': '"5"',
      'if-modified-since': 'Sun, 01 Mar 2026 00:00:00 GMT',
    })
  })

  test('PLAN-5: and gave its posting another id since has not changed', async () => {
    const external_id = ExternalId.parse('canonical')
    const { seen } = await again({ site: conditional }, { listed: { external_id } })
    expect(seen[1]).toMatchObject({ 'if-none-match': '"5"' })
  })

  describe('and lacks fields that are stored', () => {
    const bare = { body: page({ ...posting, jobLocation: undefined }), headers: HTML }
    const text = { body: page(null, `<h1>Baker</h1>${TEXT}`), headers: HTML }
    const known = { url: PAGE_URL, sha256: '0'.repeat(64), etag: null, last_modified: null }
    const has = ['locations', 'employment_type', 'salary']
    const read = async (site: typeof text, given: object) =>
      readyOf(await crawled(site, fromSite, { ...known, ...given }).result)

    test('keeps their values, and notes since which visit', async () => {
      const { keep, page: kept } = await read(bare, { has: ['locations', 'employment_type'] })
      expect({ keep, lost: kept?.lost }).toEqual({ keep: ['locations'], lost: { locations: 3 } })
      const later = await read(text, { has, lost: { salary: 1 } })
      expect(later.keep).toEqual(['locations', 'employment_type', 'salary'])
      expect(later.page?.lost).toEqual({ locations: 3, employment_type: 3, salary: 1 })
    })

    test('keeps nothing of a page that has them all, or of an earlier version', async () => {
      expect(await read(bare, { has: ['employment_type'] })).not.toHaveProperty('keep')
      expect(await read(text, {})).not.toHaveProperty('keep')
    })

    test('keeps an accepted field no longer, and reads the page for that', async () => {
      const room = memoryWorkPorts(web({ [PAGE_URL]: bare }).fetch)
      const first = readyOf(await crawl({ listed: fromSite, visit: 3, known: null }, room.ports))
      if (!first.page) throw new Error('no page')
      const task = {
        listed: fromSite,
        visit: 4,
        known: { ...first.page, has, lost: { salary: 2 } },
      }
      const same = await crawl(task, room.ports)
      expect(same).toMatchObject({ result: { page: { lost: { salary: 2 } } } })
      expect(same).not.toHaveProperty('result.posting')
      const accept = ['locations', 'salary']
      expect(readyOf(await crawl({ ...task, accept }, room.ports))).not.toHaveProperty('keep')
    })
  })

  test('PLAN-5: and has the same bytes leaves the stored posting as it is', async () => {
    const { seen, steps, result } = await again({ site: whole })
    expect(seen).toHaveLength(2)
    expect(result).not.toHaveProperty('posting')
    expect(steps).toEqual(['crawling', 'extracting', 'crawling'])
  })

  test('is not asked for while the listing says that the page is untouched, for three days', async () => {
    const listed = { ...fromSite, updated_at: '2026-01-01' }
    expect((await again({ site: whole, listed })).seen).toHaveLength(1)
    const long_ago = new Date(Date.now() - 4 * 86_400_000).toISOString()
    const late = await again({ site: conditional, listed }, { known: { asked_at: long_ago } })
    expect(late.seen).toHaveLength(2)
    const touched = await again(
      { site: conditional, listed },
      { listed: { updated_at: '2026-01-02' } },
    )
    expect(touched.seen[1]).toHaveProperty('if-none-match')
    expect(touched.result.page).toMatchObject({ lastmod: '2026-01-02' })
  })

  test('and a listing that only touches the time of its last change stores that time', async () => {
    const change = { listed: { updated_at: '2026-01-03' } }
    const { result } = await again({ site: conditional }, change)
    expect(result).toMatchObject({ updated_at: '2026-01-03T00:00:00.000Z' })
    expect(result).not.toHaveProperty('posting')
  })

  test.each([
    ['a listing that says something else', { listed: { department: 'Bakery' } }],
    ['a record of another reader', { known: { digest: 'other' } }],
  ])('is read again, without a condition, with %s', async (_, change) => {
    const { seen, result } = await again({ site: conditional }, change)
    expect(seen[1]).not.toHaveProperty('if-none-match')
    expect(result).toHaveProperty('posting')
  })

  test('by an earlier version is read again', async () => {
    const known = { url: PAGE_URL, sha256: '0'.repeat(64), etag: '"5"', last_modified: null }
    const seen: FetchOptions['headers'][] = []
    const { result } = crawled(conditional(seen), fromSite, known)
    expect(readyOf(await result).page).toMatchObject({ etag: '"5"' })
    expect(seen).toHaveLength(1)
  })

  test('and has invalid validators is fetched again, without a condition', async () => {
    const odd = { ...HTML, etag: `"${'5'.repeat(1_000)}"`, 'last-modified': 'x'.repeat(1_001) }
    const { result } = crawled({ body: page(posting), headers: odd })
    expect(readyOf(await result).page).toMatchObject({ etag: null, last_modified: null })
  })

  test('at another address gives this one no validators', async () => {
    const seen: FetchOptions['headers'][] = []
    const known = { url: `${PAGE_URL}-x`, sha256: '0'.repeat(64), etag: '"5"', last_modified: null }
    await crawled(conditional(seen), fromSite, known).result
    expect(seen[0]).not.toHaveProperty('if-none-match')
  })

  test.each([null, { url: `${PAGE_URL}-x`, sha256: '0', etag: null, last_modified: null }])(
    'does not count as this page, whatever the site answers',
    async (known) => {
      const { result } = crawled({ status: 304 }, fromSite, known)
      expect(await result).toMatchObject({ failure: { code: 'page_error', retryable: false } })
    },
  )
})
