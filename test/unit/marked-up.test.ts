import { describe, expect, test } from 'vitest'

import { readAdvert } from '../../src/pipelines/ingestion/page/job-posting.ts'
import { markedUpOf } from '../../src/pipelines/ingestion/page/marked-up.ts'

const URL = 'https://acme.test/jobs/7-keeper'

const MICRODATA = `<!doctype html><html><head><meta property="og:title" content="Careers"></head><body>
<article itemtype="https://schema.org/JobPosting" class=x itemscope>
  <h1 class=title itemprop="title">Lock Keeper &amp; Mate</h1>
  <meta content="2026-11-02" itemprop="datePosted">
  <time itemprop="validThrough" datetime="2026-12-31">end of the year</time>
  <link itemprop="url" href="/jobs/7-keeper">
  <span itemscope itemtype="http://schema.org/Place" itemprop="jobLocation">
    <span itemprop="address" itemscope itemtype="http://schema.org/PostalAddress">
      <span itemprop="addressLocality">Bruges</span>, <span itemprop="addressCountry">BE</span>
    </span>
  </span>
  <div itemprop="baseSalary" itemscope itemtype="https://schema.org/MonetaryAmount">
    <meta itemprop="currency" content="EUR">
    <div itemprop="value" itemscope itemtype="https://schema.org/QuantitativeValue">
      <span itemprop="minValue" content="32000">32.000</span> – <span itemprop="maxValue">38.000</span>
      <meta itemprop="unitText" content="YEAR">
    </div>
  </div>
  <span itemprop="employmentType">Vollzeit</span>
  <span itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
    <span itemprop="name">Canal Trust</span></span>
  <div itemprop="description"><p>You open and close the <b>locks</b>.</p><ul><li>Shifts<li>Workshop</ul></div>
  <ul itemprop="responsibilities"><li>Radio</li></ul>
</article></body></html>`

const RDFA = MICRODATA.replaceAll(
  / itemscope(?: itemtype="https?:\/\/schema.org\/(\w+)")?/g,
  ' typeof="$1"',
)
  .replace(
    '<article itemtype="https://schema.org/JobPosting" class=x typeof="">',
    '<article typeof="JobPosting" vocab="https://schema.org/">',
  )
  .replaceAll('itemprop=', 'property=')

const advert = {
  title: 'Lock Keeper & Mate',
  own: { url: 'https://acme.test/jobs/7-keeper', identifier: null },
  apply_url: null,
  locations: ['Bruges, BE'],
  remote: null,
  department: null,
  employment_type: 'full_time',
  salary: { min: 32_000, max: 38_000, currency: 'EUR', period: 'year', text: null },
  html: '<p>You open and close the <b>locks</b>.</p><ul><li>Shifts<li>Workshop</ul>\n<ul><li>Radio</li></ul>',
  posted_at: '2026-11-02',
  updated_at: null,
  valid_through: '2026-12-31',
  employer: 'Canal Trust',
  employment_words: ['Vollzeit'],
  places: [{ text: 'Bruges, BE', city: 'Bruges', region: null, country: 'BE' }],
}

describe('a JobPosting without JSON-LD', () => {
  test.each([
    ['microdata', MICRODATA],
    ['RDFa', RDFA],
    [
      'RDFa with prefixes',
      RDFA.replaceAll(/(property|typeof)="(\w+)"/g, '$1="schema:$2"').replace(
        ' vocab="https://schema.org/"',
        ' prefix="schema: https://schema.org/"',
      ),
    ],
    ['no quotes', MICRODATA.replaceAll(/itemprop="(\w+)"/g, 'itemprop=$1')],
  ])('is read from %s', (_, html) => {
    expect(readAdvert(html, URL)).toEqual(advert)
  })

  test('is read from tags in upper case', () => {
    const html = MICRODATA.replaceAll(/<\/?\w+/g, (tag) => tag.toUpperCase())
    expect(readAdvert(html, URL)).toEqual({
      ...advert,
      html: expect.stringContaining('<LI>Shifts'),
    })
  })

  test('is read in its lines where its description has no block', () => {
    const html = `<div itemscope itemtype="https://schema.org/JobPosting"><b itemprop=title>x</b><p itemprop="description">We row.\nYou mend oars.</p></div>`
    expect(readAdvert(html, URL)?.html).toBe('<div>We row.<br>You mend oars.</div>')
  })

  test('is the one of the address among several', () => {
    expect(readAdvert(`<ul>${job(5)}${job(7)}</ul>`, URL)?.title).toBe('Keeper 7')
  })

  test('comes after a JobPosting in JSON-LD', () => {
    const json =
      '<script type="application/ld+json">{"@type":"JobPosting","title":"In JSON"}</script>'
    expect(readAdvert(json + MICRODATA, URL)?.title).toBe('In JSON')
  })
})

function job(id: number): string {
  return `<li itemscope itemtype="https://schema.org/JobPosting"><a itemprop="url" href="/jobs/${id}-keeper"><b itemprop="title">Keeper ${id}</b></a></li>`
}

test('properties outside of a thing, unclosed tags and other markup make no thing', () => {
  expect(markedUpOf('<meta property="og:title" content="x"><p itemprop="title">x', URL)).toEqual([])
  expect(markedUpOf('<div itemscope><p itemprop="name">x', URL)).toEqual([
    { '@type': [], name: ['x'] },
  ])
  expect(markedUpOf(`<i itemscope>${'<i itemprop="a">'.repeat(100_000)}`, URL)).toEqual([])
})
