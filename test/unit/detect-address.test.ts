import { expect, test } from 'vitest'

import { FetchFailure } from '../../src/pipelines/fetch.ts'
import { GivenCompany } from '../../src/pipelines/ingestion/company.ts'
import { Detector } from '../../src/pipelines/ingestion/detect/detect.ts'
import { Detection } from '../../src/protocol/detection.ts'

const AWAY = { code: 'unreachable', message: 'It is away.', retryable: true } as const

const fetch = () => Promise.reject(new FetchFailure(AWAY))

/** Detects without a network: each request fails. */
async function detect(url: string) {
  const { signal } = new AbortController()
  return Detection.parse(await new Detector({ fetch, signal }).detect(url))
}

test('an address of a board that a source reads is answered with the source', async () => {
  const url = ' HTTPS://Boards.Greenhouse.io/acme/jobs/1?gh_src=x#app '
  const found = await detect(url)
  expect(found).toEqual({
    url,
    status: 'found',
    source: { type: 'greenhouse', board: 'acme' },
    platform: 'Greenhouse',
    board: 'acme',
    name: null,
    confirmed: false,
    by: 'address',
    why: expect.stringMatching(/shape of Greenhouse.* board acme\. It is not confirmed: .*away/),
  })
})

test('an address of a platform without a source is answered with the general one', async () => {
  expect(await detect('jobs.polymer.co/acme#top')).toMatchObject({
    status: 'found',
    source: { type: 'site', url: 'https://jobs.polymer.co/acme' },
    platform: 'Polymer',
    board: 'acme',
    by: 'address',
    why: expect.stringContaining('the general source tries its pages'),
  })
})

test.each([
  'jobs.lever.co/acme',
  'https://jobs.lever.co./acme',
  '//jobs.lever.co/acme',
  'http://jobs.lever.co/acme/',
  '\n jobs.lever.co/acme\t',
])('the pasted address %j is read', async (url) => {
  const source = { type: 'lever', board: 'acme' }
  expect(await detect(url)).toMatchObject({ url, status: 'found', source })
})

test.each([
  ['https://a\0.test/', 'address_invalid'],
  ['', 'address_invalid'],
  ['   ', 'address_invalid'],
  ['acme', 'address_invalid'],
  ['not an address', 'address_invalid'],
  ['mailto:jobs@acme.com', 'address_invalid'],
  ['javascript:alert(1)', 'address_invalid'],
  ['ftp://acme.com/jobs', 'address_invalid'],
  ['https://', 'address_invalid'],
  ['https://user:secret@boards.greenhouse.io/acme', 'address_invalid'],
  ['boards.greenhouse.io@evil.test/acme', 'address_invalid'],
  ['https://exa mple.com/', 'address_invalid'],
  ['https://acme.com:99999/', 'address_invalid'],
  ['\0', 'address_invalid'],
  ['\uD800', 'address_invalid'],
  [`https://acme.com/${'a'.repeat(2_000)}`, 'address_too_long'],
])('the bad address %j is answered with %s', async (url, code) => {
  expect(await detect(url)).toMatchObject({ url, status: 'failed', reason: { code } })
})

test('each source that is found is one that a company takes', async () => {
  for (const url of ['https://acme.recruitee.com/o/x', 'https://acme.icims.com/jobs?a=b c']) {
    const found = await detect(url)
    if (found.status !== 'found') throw new Error(found.reason.message)
    expect(GivenCompany.safeParse({ slug: 'a', name: 'A', source: found.source }).error).toBe(
      undefined,
    )
  }
})
