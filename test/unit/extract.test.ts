import { describe, expect, test } from 'vitest'

import { extract } from '../../src/pipelines/ingestion/extract.ts'
import { ListedPosting } from '../../src/pipelines/ingestion/listed.ts'
import { htmlToText } from '../../src/pipelines/ingestion/text.ts'
import { processorMs } from '../support/processor-time.ts'

function listed(html: string | null): ListedPosting {
  return ListedPosting.parse({
    external_id: '7',
    title: 'Baker 🥐',
    url: 'https://example.com/7',
    apply_url: 'https://example.com/7/apply',
    locations: ['Kraków'],
    remote: false,
    department: 'Ovens',
    employment_type: 'part_time',
    salary: { min: 20, max: null, currency: 'PLN', period: 'hour', text: null },
    html,
    posted_at: '2026-07-16T11:55:32-04:00',
    updated_at: 'yesterday',
    valid_through: '2026-08-31',
  })
}

test('a listed posting becomes its record', () => {
  expect(extract(listed('<h2>Role</h2><p>Bake &amp; sell</p>'))).toEqual({
    title: 'Baker 🥐',
    url: 'https://example.com/7',
    apply_url: 'https://example.com/7/apply',
    locations: ['Kraków'],
    remote: false,
    department: 'Ovens',
    employment_type: 'part_time',
    salary: { min: 20, max: null, currency: 'PLN', period: 'hour', text: null },
    description_html: '<h2>Role</h2><p>Bake &amp; sell</p>',
    description_text: 'Role\nBake & sell',
    posted_at: '2026-07-16T15:55:32.000Z',
    updated_at: null,
    valid_through: '2026-08-31T23:59:59.000Z',
    closed_at: null,
    details: {},
    facets: ['workplace:unknown', 'employment_type:part_time', 'department:Ovens'],
    words: 'baker role bake sell',
    likeness: [],
  })
})

test('what a source says besides is in the details, and what lists filter by in the facets', () => {
  const record = extract({
    ...listed(
      '<p>We look for a person who can bake and who has the time for it in the morning.</p>',
    ),
    locations: ['Leipzig, DE', 'Kraków', 'Main site'],
    employer: ' Ovens & Sons ',
    team: 'Rye',
    requisition_id: 'R-1',
    workplace: 'hybrid',
    employment_words: ['Teilzeit', 'Praktikum', 'nach Absprache'],
    language: 'pl',
    places: [{ text: 'Main site', city: 'Wien', region: null, country: 'Austria' }],
  })
  expect(record?.details).toEqual({
    employer: 'Ovens & Sons',
    team: 'Rye',
    requisition_id: 'R-1',
    workplace: 'hybrid',
    employment_types: [
      { type: 'part_time', text: 'Teilzeit' },
      { type: 'intern', text: 'Praktikum' },
      { type: null, text: 'nach Absprache' },
    ],
    // The text is in English, whatever the source's field says.
    language: 'en',
    places: [
      { text: 'Leipzig, DE', city: null, region: null, country: 'DE', derived: ['country'] },
      { text: 'Main site', city: 'Wien', region: null, country: 'AT', derived: [] },
    ],
  })
  expect(record?.facets).toEqual([
    'workplace:hybrid',
    'country:DE',
    'country:AT',
    'language:en',
    'employment_type:part_time',
    'employment_type:intern',
    'department:Ovens',
  ])
})

test.each([
  ['en-GB', 'en'],
  ['DE_at', 'de'],
  ['german', undefined],
  ['', undefined],
])('a text without a certain language has the one that its source names: %j', (language, code) => {
  expect(extract({ ...listed('Bake'), language })?.details.language).toBe(code)
})

test.each([
  [true, 'remote'],
  [false, undefined],
  [null, undefined],
])('a source that only says remote: %j has this workplace: %s', (remote, workplace) => {
  expect(extract({ ...listed('Bake'), remote })?.details.workplace).toBe(workplace)
})

test.each([null, '', ' \n\t ', '<p>&nbsp;</p><br>', '<script>x()</script>', '\0'])(
  'a posting without text has no record: %j',
  (html) => {
    expect(extract(listed(html))).toBeUndefined()
  },
)

test('text that Postgres cannot store is removed', () => {
  expect(extract(listed('a\0b \uD83E c 🥐'))).toMatchObject({
    description_html: 'ab \uFFFD c 🥐',
    description_text: 'ab \uFFFD c 🥐',
  })
  expect(extract(listed('<a href="https://a.example/\0\uD83E&#0;">b</a>'))?.description_html).toBe(
    '<a href="https://a.example/%EF%BF%BD%EF%BF%BD" rel="nofollow noopener">b</a>',
  )
})

describe('text of HTML', () => {
  test.each([
    ['blocks break lines', '<div>a</div>b<br/>c<ul><li>d<li>e</ul>', 'a\nb\nc\nd\ne'],
    ['inline marks do not', 'a <b>b</b>c<i> d</i>', 'a bc d'],
    ['breaks in the source are spaces', 'a\r\n  b\u2028c\u00a0&nbsp; d', 'a b c d'],
    [
      'entities',
      '&lt;p&gt; &amp;amp; &eacute; &#128269; &#x41; &bogus;',
      '<p> &amp; é 🔍 A &bogus;',
    ],
    ['entities of no character', 'a&#0;b&#xD800;c&#x110000;', 'a\uFFFDb\uFFFDc\uFFFD'],
    ['scripts and styles are unseen', 'a<SCRIPT>"</p>" b</SCRIPT><style>c{}</style>d', 'ad'],
    ['comments and declarations', '<!doctype html>a<!-- b --><?php c ?>d', 'ad'],
    ['attributes are no text', '<p title="x > y" class=z>a</p>', 'a'],
    ['a tag cut off', 'a<p>b</p><a href="htt', 'a\nb'],
    ['a bare less-than', 'if 3 < 5', 'if 3 < 5'],
  ])('%s', (_, html, text) => {
    expect(htmlToText(html)).toBe(text)
  })
})

test('two thousand postings of 1 KB cost less than two seconds of CPU', async () => {
  const html = `<div><p>${'Bake &amp; <strong>sell</strong> bread. '.repeat(5)}</p><ul>${'<li>rye</li>'.repeat(60)}</ul></div>`
  const posting = listed(html)
  const spent = await processorMs(() => {
    for (let count = 0; count < 2_000; count++) extract(posting)
  })
  expect(spent).toBeLessThan(2_000)
})

test('deep nesting and odd markup do not make it slow', async () => {
  const odd = ['<div>', '<b></p>', '<', '&', '<!--', ' \n', '<script>']
  const spent = await processorMs(() => {
    for (const html of odd) htmlToText(html.repeat(200_000))
  })
  expect(spent).toBeLessThan(3_000)
})
