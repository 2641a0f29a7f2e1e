import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { idOfAddress, identityOf } from '../../src/pipelines/ingestion/sources/posting-identity.ts'
import { LIST, links, list, MAP, page, SITE, urlset } from '../support/site-listing.ts'

const POSTING = `${SITE}/jobs/harbour-pilot-7`

function identity(address: string): string {
  return identityOf(new URL(address))
}

test('an id of more than 500 characters is a hash', async () => {
  const address = `${SITE}/jobs/`.padEnd(500, 'x')
  expect(await idOfAddress(address)).toBe(address)
  expect(await idOfAddress(`${address}y`)).toMatch(/^sha256:[0-9a-f]{64}$/)
})

describe('the same posting', () => {
  test.each([
    `${POSTING}/`,
    `${POSTING}#apply`,
    'http://www.acme.test/jobs/harbour-pilot-7',
    `${POSTING}?utm_source=site&utm_medium=list`,
    `${POSTING}?gh_src=abc123`,
    `${POSTING}?ref=home`,
    `${POSTING}?source=LinkedIn&trk=x`,
    `${POSTING}?sid=91`,
    `${POSTING}?PHPSESSID=91&jsessionid=2`,
    `${POSTING};jsessionid=8F2A.node1`,
    `${SITE}/(S(ab12cd34))/jobs/harbour-pilot-7`,
    `${SITE}/session/9f8e7d6c5b4a3f2e/jobs/harbour-pilot-7`,
    `${POSTING}?t=1764205361`,
    `${POSTING}?x=9f8e7d6c5b4a`,
    `${POSTING}?k=2b1f9a60-7d3c-4f8e-9a11-0c5d6e7f8a9b`,
    `${POSTING}?eyJ=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmN`,
    `${POSTING}?date=2026-11-29&page=2&sort=new`,
    `${POSTING}?csrf_token=a&sessionToken=b&campaignId=3`,
  ])('%s', (address) => {
    expect(identity(address)).toBe(POSTING)
  })

  test.each([
    ['/jobs/view?id=12&utm_source=x', '/jobs/view?id=12'],
    ['/jobs/view?sid=8&id=12&date=2026-01-01', '/jobs/view?id=12'],
    ['/jobs/detail.aspx?b=2&jobId=1', '/jobs/detail.aspx?b=2&jobId=1'],
    ['/jobs/detail.aspx?jobId=1&b=2', '/jobs/detail.aspx?b=2&jobId=1'],
    ['/embed/job_app?for=acme&token=4285367007', '/embed/job_app?for=acme&token=4285367007'],
    [
      '/jobs/view?job=2b1f9a60-7d3c-4f8e-9a11-0c5d6e7f8a9b&ts=1',
      '/jobs/view?job=2b1f9a60-7d3c-4f8e-9a11-0c5d6e7f8a9b',
    ],
    ['/jobs/view?ref=REQ-12&utm_source=x', '/jobs/view?ref=REQ-12'],
    ['/jobs/1234/baker/job?mode=view&width=900', '/jobs/1234/baker/job'],
    ['/jobs/%c3%bcber', '/jobs/%C3%BCber'],
    ['/jobs/senior-data-engineer-123?a=1', '/jobs/senior-data-engineer-123'],
    ['/jobs/engineer?tk=8f3a91bc', '/jobs/engineer'],
  ])('%s', (address, expected) => {
    expect(identity(SITE + address)).toBe(SITE + expected)
  })
})

test.each([
  ['/jobs/1', '/jobs/2'],
  ['/jobs/view?id=1', '/jobs/view?id=2'],
  ['/jobs/view?ref=A1', '/jobs/view?ref=A2'],
  ['/jobs/engineer?ref=A1', '/jobs/engineer?ref=A2'],
  ['/jobs/engineer?city=berlin', '/jobs/engineer?city=paris'],
  ['/jobs/7?lang=de', '/jobs/7?lang=en'],
  ['/embed/job_app?for=acme&token=4285367007', '/embed/job_app?for=acme&token=4285367008'],
  ['/jobs/view?posting=a1b2c3d4e5f6', '/jobs/view?posting=a1b2c3d4e5f7'],
  ['/jobs/a1b2c3d4e5f6', '/jobs/a1b2c3d4e5f7'],
])('%s and %s are two postings', (one, other) => {
  expect(identity(SITE + one)).not.toBe(identity(SITE + other))
})

describe('for any address', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{8}$/).map((text) => `a1${text}b2c3`)
  const noise = fc.oneof(
    fc.tuple(
      fc.constantFrom('utm_source', 'utm_id', 'gclid', 'fbclid', 'mc_cid', 'gh_src', 'trk', 'sid'),
      fc.stringMatching(/^[a-z0-9]{1,12}$/),
    ),
    fc.tuple(fc.constantFrom('PHPSESSID', 'sessionid', 'csrf', 'ref', 'source', 'from', 't'), hex),
    fc.tuple(fc.constantFrom('x', 'k', 'zz', 'token'), fc.oneof(fc.uuid(), hex)),
    fc.tuple(
      fc.constantFrom('date', 'ts', '_', 'q9'),
      fc
        .date({ min: new Date('2001-09-10'), max: new Date('2099-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
    ),
  )
  const path = fc.constantFrom(
    '/jobs/harbour-pilot-7',
    '/jobs/view?id=7',
    '/de/stelle.php?nr=8&lang=de',
  )

  test('noise parameters in any order make no other posting', () => {
    fc.assert(
      fc.property(path, fc.array(noise), fc.array(noise), (plain, before, after) => {
        const url = new URL(plain, SITE)
        const own = [...url.searchParams]
        url.search = new URLSearchParams(
          [...before, ...own, ...after].map((pair) => [...pair]),
        ).toString()
        expect(identityOf(url)).toBe(identity(SITE + plain))
      }),
    )
  })

  test('an identity is its own identity', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (address) => {
        expect(identity(identity(address))).toBe(identity(address))
      }),
    )
  })
})

describe('a listing', () => {
  test('with several links to a posting lists it once, by its shortest address', async () => {
    const hrefs = ['?utm_source=a', '', '/', '#apply', '?ref=home', '?gh_src=abc'].map(
      (end) => `/jobs/harbour-pilot-7${end}`,
    )
    const { postings } = await list({ [LIST]: page(links(...hrefs)) })
    expect(postings.map(({ external_id, url }) => [external_id, url])).toEqual([[POSTING, POSTING]])
  })

  test('whose links carry another token at each visit lists the same postings', async () => {
    expect(await ids('8f3a91bc')).toEqual(await ids('1b2c77aa'))
    expect(new Set(await ids('8f3a91bc')).size).toBe(3)
  })
})

/** The ids of a sitemap's postings whose links carry this token. */
async function ids(token: string) {
  const addresses = [1, 2, 3].map((n) => `${SITE}/jobs/${n}?tk=${token}${n}`)
  const { postings } = await list({ [MAP]: urlset(...addresses) }, MAP)
  return postings.map(({ external_id }) => external_id)
}
