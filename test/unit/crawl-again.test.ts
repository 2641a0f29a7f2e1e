import { describe, expect, test } from 'vitest'

import type { FetchOptions } from '../../src/pipelines/fetch.ts'
import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import { DriftField } from '../../src/protocol/visit.ts'
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

  test('and has not changed is read from the stored copy', async () => {
    const seen: FetchOptions['headers'][] = []
    const room = memoryWorkPorts(web({ [PAGE_URL]: conditional(seen) }).fetch)
    const first = readyOf(await crawl({ listed: fromSite, visit: 3, known: null }, room.ports))
    const again = readyOf(
      await crawl({ listed: fromSite, visit: 4, known: first.page }, room.ports),
    )
    expect(again).toEqual({ ...first, visit: 4 })
    expect(seen[0]).not.toHaveProperty('if-none-match')
    expect(seen[1]).toMatchObject({
      'if-none-match': '"5"',
      'if-modified-since': 'Sun, 01 Mar 2026 00:00:00 GMT',
    })
    expect(seen).toHaveLength(2)
  })

  test('and has lost its structured data keeps what the site said of the posting', async () => {
    const text = { body: page(null, `<h1>Baker</h1>${TEXT}`), headers: HTML }
    const known = { url: PAGE_URL, sha256: '0'.repeat(64), etag: null, last_modified: null }
    expect(readyOf(await crawled(text, fromSite, known).result).keep).toEqual(DriftField.options)
    expect(readyOf(await crawled(text, fromSite).result).keep).toBeUndefined()
    expect(readyOf(await crawled(text, fromBoard, known).result).keep).toBeUndefined()
  })

  test('and is not stored any more is fetched again, without a condition', async () => {
    const seen: FetchOptions['headers'][] = []
    const known = { url: PAGE_URL, sha256: '0'.repeat(64), etag: '"5"', last_modified: null }
    const { result } = crawled(conditional(seen), fromSite, known)
    expect(readyOf(await result).page).toMatchObject({ etag: '"5"' })
    expect(seen).toHaveLength(2)
    expect(seen[1]).not.toHaveProperty('if-none-match')
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

  test('and can be decoded only by its header is fetched without a condition the next time', async () => {
    const html = page({ ...posting, title: 'xyz' })
    const cyrillic = Uint8Array.from(
      Buffer.from(html.replace('xyz', '\u00cf\u00e5\u00ea'), 'latin1'),
    )
    const type = 'text/html; charset=windows-1251'
    const { result } = crawled({ body: cyrillic, headers: { ...headers, 'content-type': type } })
    const ready = readyOf(await result)
    expect(ready.posting.title).toBe('Пек')
    expect(ready.page).toMatchObject({ etag: null, last_modified: null })
  })

  test.each([null, { url: `${PAGE_URL}-x`, sha256: '0', etag: null, last_modified: null }])(
    'does not count as this page, whatever the site answers',
    async (known) => {
      const { result } = crawled({ status: 304 }, fromSite, known)
      expect(await result).toMatchObject({ failure: { code: 'page_error', retryable: false } })
    },
  )
})
