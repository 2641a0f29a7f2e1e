import { expect, test } from 'vitest'

import { digestOf, READER_VERSION } from '../../src/pipelines/ingestion/posting-digest.ts'
import { work } from '../../src/pipelines/ingestion/work.ts'
import type { Json } from '../../src/protocol/json.ts'
import { PostingResult } from '../../src/protocol/posting.ts'
import { listedPosting, memoryWorkPorts } from '../support/memory-work-ports.ts'
import { web } from '../support/web.ts'

const URL = 'https://acme.test/jobs/7'
const PAGE = `<!doctype html><html><body><script type="application/ld+json">
  {"@type":"JobPosting","title":"Other","description":"<p>Off the page</p>"}</script></body></html>`

function room(items: Json, sites: Parameters<typeof web>[0] = { [URL]: PAGE }) {
  const { fetch, asked } = web(sites)
  return { ...memoryWorkPorts(fetch, { page: items }), asked }
}

const payload = { kind: 'listed', blob: 'page', index: 1, visit: 3 }

test('a listed posting is read from its listing, without a fetch', async () => {
  const { ports, steps, asked } = room([null, listedPosting({ url: URL, html: '<p>Bake</p>' })])
  const result = await work({ payload }, ports)
  if (result.kind !== 'ready') throw new Error(JSON.stringify(result))
  expect(result.title).toBeUndefined()
  expect(PostingResult.parse(result.result)).toMatchObject({
    visit: 3,
    page: null,
    posting: { title: 'Baker', url: URL, description_text: 'Bake' },
  })
  expect(steps).toEqual(['extracting'])
  expect(asked).toEqual([])
})

test('a listed posting’s result has the digest of its item, with the version of the reader that made it', async () => {
  const listed = listedPosting({ url: URL, html: '<p>Bake</p>' })
  const result = await work({ payload }, room([null, listed]).ports)
  expect(result).toMatchObject({ result: { digest: await digestOf(listed) } })
})

test.each([
  ['its own reader', READER_VERSION, () => 'planned'],
  ['the reader of another version', READER_VERSION + 1, (own: string) => own],
])('PLAN-5: takes the digest of %s from the plan, or makes one', async (_, reader, wanted) => {
  const listed = listedPosting({ url: URL, html: '<p>Bake</p>' })
  const planned = { ...listed, digest: { reader, sha256: 'planned' } }
  const result = await work({ payload }, room([null, planned]).ports)
  expect(result).toMatchObject({ result: { digest: wanted(await digestOf(listed)) } })
})

test('a listed posting that keeps stored values has no digest, since they are not those of its item', async () => {
  const listed = listedPosting({ url: URL, html: '<p>Bake</p>' })
  const keeping = { ...payload, keep: ['salary'] }
  const result = await work({ payload: keeping }, room([null, listed]).ports)
  expect(result).toMatchObject({ result: { keep: ['salary'] } })
  expect(result).not.toHaveProperty('result.digest')
})

test('a listed posting that is read from its page has no digest, since the page may change alone', async () => {
  const result = await work({ payload }, room([null, listedPosting({ url: URL, html: '' })]).ports)
  expect(result).toMatchObject({ kind: 'ready', result: { page: { url: URL } } })
  expect(result).not.toHaveProperty('result.digest')
})

test('a posting that the plan found unchanged needs no blob, no step and no fetch', async () => {
  const { ports, steps, asked } = room([])
  const result = await work({ payload: { kind: 'unchanged', visit: 3 } }, ports)
  expect(result).toEqual({ kind: 'ready', result: { visit: 3, unchanged: true } })
  expect([steps, asked]).toEqual([[], []])
})

test.each([null, '', '<p>&nbsp;</p>'])(
  'a listed posting without a text (%j) gets the text from its page',
  async (html) => {
    const { ports, steps, said } = room([null, listedPosting({ url: URL, html })])
    expect(await work({ payload }, ports)).toMatchObject({
      kind: 'ready',
      title: 'Baker',
      result: { visit: 3, posting: { description_text: 'Off the page' }, page: { url: URL } },
    })
    expect(steps).toEqual(['crawling', 'extracting'])
    expect(said).toEqual([
      "Reading the posting's page from acme.test.",
      expect.stringContaining('its page'),
    ])
  },
)

test('a listed posting without a text and without a page fails with that reason', async () => {
  const { ports, asked } = room([null, listedPosting({ url: '' })])
  expect(await work({ payload }, ports)).toMatchObject({
    kind: 'failed',
    failure: { code: 'no_content', retryable: false },
  })
  expect(asked).toEqual([])
})

test('a posting with its listing in the payload is crawled', async () => {
  const { ports, asked } = room([])
  const listed = listedPosting({ url: URL })
  const own = { kind: 'page', listed, visit: 4, known: null }
  expect(await work({ payload: own }, ports)).toMatchObject({
    kind: 'ready',
    result: { visit: 4, posting: { title: 'Baker', description_text: 'Off the page' } },
  })
  expect(asked).toEqual([URL])
})

test.each([[[]], [[null, null]], [{ 1: listedPosting({}) }], [null]])(
  'a posting whose entry in the listing is gone fails, and may be tried again: %j',
  async (items) => {
    expect(await work({ payload }, room(items).ports)).toMatchObject({
      kind: 'failed',
      failure: { code: 'blob_missing', retryable: true },
    })
  },
)
