import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { crawled, fromBoard, fromSite, HTML, readyOf } from '../support/crawled.ts'

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'boards/html')

/** The outcomes of each recorded page: as listed by a sitemap, and as listed by a board. */
const OUTCOMES: Readonly<Record<string, readonly [string, string]>> = {
  'jobscz-company-en.html': ['no_posting', 'ready'],
  'jobscz-widget-js-only.html': ['no_posting', 'no_content'],
  'schemaorg-jobposting-jsonld.html': ['ready', 'ready'],
  'schemaorg-jobposting-microdata.html': ['ready', 'ready'],
  'schemaorg-jobposting-rdfa.html': ['ready', 'ready'],
  'teamtailor-built-jsonld.html': ['no_content', 'no_content'],
  'weworkremotely-job.html': ['ready', 'ready'],
  'weworkremotely-no-image.html': ['ready', 'ready'],
}

describe.skipIf(fixtures === undefined)('recorded pages', () => {
  const files = fixtures === undefined ? ['RUNCAST_FIXTURES is not set'] : readdirSync(folder)
  test.each(files)('%s', async (file) => {
    const body = new Uint8Array(readFileSync(join(folder, file)))
    const outcomes = [fromSite, fromBoard].map(async (listed) => {
      const result = await crawled({ body, headers: HTML }, listed).result
      if (result.kind === 'failed') return result.failure.code
      const { description_text } = readyOf(result).posting
      expect(description_text).not.toMatch(/<\/?(?:p|div|li|strong)\b|&nbsp;|&amp;/)
      return result.kind
    })
    expect(await Promise.all(outcomes)).toEqual(OUTCOMES[file])
  })
})
