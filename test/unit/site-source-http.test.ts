import { expect, test } from 'vitest'

import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import { site as siteSource } from '../../src/pipelines/ingestion/sources/site.ts'
import { PostingResult } from '../../src/protocol/posting.ts'
import { memoryWorkPorts } from '../support/memory-work-ports.ts'
import { startOwnSites } from '../support/own-sites.ts'
import { plainFetch } from '../support/plain-fetch.ts'

const { signal } = new AbortController()

test.each(['careers', 'sitemap.xml'])(
  'the %s of a sample site lists its postings, which are read from their pages',
  async (path) => {
    const sites = await startOwnSites({ companies: 1, postings: 120 })
    const url = `${sites.origin}/sites/company-1/${path}`
    const listing = await siteSource.list({ type: 'site', url }, { fetch: plainFetch, signal })
    expect(listing.incomplete).toBeNull()
    expect(listing.postings).toHaveLength(120)

    const { ports } = memoryWorkPorts(plainFetch)
    for (const listed of listing.postings) {
      const first = await crawl({ listed, visit: 1, known: null }, ports)
      if (first.kind !== 'ready') throw new Error(JSON.stringify(first))
      const { posting, page } = PostingResult.parse(first.result)
      expect(posting.title).not.toBe(listed.title)
      expect(posting.locations).not.toEqual([])
      expect(posting.employment_type).not.toBeNull()
      expect(posting.posted_at).toMatch(/Z$/)
      expect(posting.description_text.length).toBeGreaterThan(100)
      expect(posting.description_text).not.toMatch(/&(?:lt|gt|quot|amp|nbsp);|<\/?p>/)
      const again = await crawl({ listed, visit: 1, known: page }, ports)
      if (again.kind !== 'ready') throw new Error(JSON.stringify(again))
      expect(Object.keys(Object(again.result))).toEqual(['visit', 'page'])
    }
  },
)
