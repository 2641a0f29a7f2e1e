import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { canonicalIdOf, underAliases } from '../../src/pipelines/ingestion/canonical.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import { crawled, HTML, readyOf } from '../support/crawled.ts'
import { listedPosting } from '../support/memory-work-ports.ts'

const SITE = 'https://acme.test'
/** An address whose path is another one at each visit. */
const FOUND = `${SITE}/jobs/harbour-pilot-7-3`
const OWN = `${SITE}/jobs/harbour-pilot-7`

type Said = { canonical?: string; url?: string; identifier?: string }

function idOf({ canonical, url = '', identifier = '' }: Said, listed = fromAddress(FOUND)) {
  const link = canonical === undefined ? '' : `<link rel="canonical" href="${canonical}">`
  const html = `<html><head>${link}</head></html>`
  return canonicalIdOf(listed, { html, url: url || null, identifier: identifier || null })
}

function fromAddress(address: string) {
  return listedPosting({ external_id: ExternalId.parse(address), url: address })
}

describe('a posting has the id', () => {
  test.each<[string, Said, string]>([
    ['of the canonical link', { canonical: OWN }, OWN],
    ['of a relative one', { canonical: '/jobs/harbour-pilot-7/' }, OWN],
    ['of one with a token', { canonical: `${OWN}?utm_source=a&sid=5` }, OWN],
    ['of one with www.', { canonical: 'http://www.acme.test/jobs/harbour-pilot-7' }, OWN],
    ['of the canonical link first', { canonical: OWN, url: `${OWN}1`, identifier: 'R-2' }, OWN],
    ["of the JobPosting's address", { url: OWN, identifier: 'R-2' }, OWN],
    ["of the JobPosting's identifier", { identifier: 'R-2' }, 'identifier:R-2'],
  ])('%s', async (_, said, id) => {
    expect(await idOf(said)).toBe(id)
  })
})

describe('a posting keeps the id of its address if', () => {
  test.each<[string, Said]>([
    ['its page says nothing', {}],
    ['the canonical link is its own', { canonical: `${FOUND}?gh_src=a` }],
    ['the canonical link is of another site', { canonical: 'https://other.test/jobs/7' }],
    ['the canonical link is the home page', { canonical: '/', identifier: 'R-2' }],
    ['the canonical link is the listing', { canonical: '/jobs' }],
    ['the canonical link is a page of any posting', { canonical: '/jobs/detail' }],
    ['the canonical link is no address', { canonical: 'http://[' }],
    ["the JobPosting's address is the home page", { url: `${SITE}/` }],
    ['the address has the identifier', { identifier: '7' }],
    ['the identifier is a name', { identifier: 'Acme' }],
    ['the identifier is too long', { identifier: '7'.repeat(501) }],
  ])('%s', async (_, said) => {
    expect(await idOf(said)).toBeUndefined()
  })
})

test('a posting that has its id from its source keeps that', async () => {
  const fromSource = listedPosting({ external_id: ExternalId.parse('4711'), url: FOUND })
  expect(await idOf({ canonical: OWN }, fromSource)).toBeUndefined()
})

test('the id is the same for any path and tokens by which the page was found', async () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/)
  const noise = fc.array(fc.tuple(fc.constantFrom('utm_source', 'sid', 'gh_src', 'trk'), word))
  await fc.assert(
    fc.asyncProperty(word, noise, async (path, parameters) => {
      const address = `${SITE}/jobs/x-${path}/harbour-pilot`
      const said = { canonical: `${OWN}?${new URLSearchParams(parameters.map((p) => [...p]))}` }
      expect(await idOf(said, fromAddress(address))).toBe(OWN)
    }),
  )
})

describe('the JobPosting of a page', () => {
  const node = { '@type': 'JobPosting', title: 'Pilot', description: 'You guide vessels.' }

  test('gives its id if the page holds no other', async () => {
    expect(await read([{ ...node, url: OWN }])).toBe(OWN)
    expect(await read([{ ...node, identifier: { value: 'R-2' } }])).toBe('identifier:R-2')
  })

  test('gives none if the page holds several, and none of its address', async () => {
    expect(await read([{ ...node, url: OWN }, node])).toBeUndefined()
  })
})

test('a listing names postings by their stored ids, each once, by the shortest address', () => {
  const [long, short, other] = [`${OWN}-long`, `${OWN}-2`, `${SITE}/jobs/9`]
  const aliases = new Map([
    [long, OWN],
    [short, OWN],
  ])
  const named = underAliases([long, short, other].map(fromAddress), aliases)
  expect(named.map(({ external_id, url }) => [external_id, url])).toEqual([
    [OWN, short],
    [other, other],
  ])
})

async function read(nodes: readonly object[]) {
  const json = JSON.stringify(nodes)
  const body = `<html><script type="application/ld+json">${json}</script></html>`
  const listed = fromAddress('https://acme.test/jobs/7-baker')
  return readyOf(await crawled({ body, headers: HTML }, listed).result).canonical_id
}
