import { createHash } from 'node:crypto'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { extract } from '../../src/pipelines/ingestion/extract.ts'
import { ListedPosting } from '../../src/pipelines/ingestion/listed.ts'
import { digestOf, READER_VERSION } from '../../src/pipelines/ingestion/posting-digest.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import { listedPosting } from '../support/memory-work-ports.ts'

const full = listedPosting({
  external_id: ExternalId.parse('7'),
  title: 'Baker',
  url: 'https://acme.test/jobs/7',
  apply_url: 'https://acme.test/jobs/7/apply',
  locations: ['Berlin', 'Kraków'],
  remote: false,
  department: 'Bakery',
  employment_type: 'full_time',
  salary: { min: 1, max: 2.5, currency: 'EUR', period: 'hour', text: '1 to 2.5' },
  html: '<p>Bake</p>',
  posted_at: '2026-10-01',
  updated_at: '2026-10-02T10:00:00',
  valid_through: '2026-12-31',
  employer: 'Acme',
  team: 'Rye',
  read_from: 'structured',
  requisition_id: 'R-1',
  workplace: 'hybrid',
  employment_words: ['Vollzeit', 'Praktikum'],
  language: 'de',
  places: [{ text: 'Berlin', city: 'Berlin', region: null, country: 'DE' }],
})

/** The posting with another value at each place, one place at a time. */
const others: Record<string, Partial<ListedPosting>> = {
  external_id: { external_id: ExternalId.parse('8') },
  title: { title: 'baker' },
  url: { url: '' },
  apply_url: { apply_url: null },
  locations: { locations: ['Kraków', 'Berlin'] },
  remote: { remote: null },
  department: { department: null },
  employment_type: { employment_type: 'part_time' },
  salary: { salary: null },
  html: { html: '<p>Bake </p>' },
  posted_at: { posted_at: '2026-10-01T00:00:00Z' },
  updated_at: { updated_at: null },
  valid_through: { valid_through: null },
  employer: { employer: 'acme' },
  team: { team: 'Wheat' },
  read_from: { read_from: 'text' },
  requisition_id: { requisition_id: 'R-2' },
  workplace: { workplace: 'onsite' },
  employment_words: { employment_words: ['Vollzeit'] },
  language: { language: 'en' },
  detail: { detail: { source: 'recruitee', url: 'https://acme.test/api/7' } },
  places: { places: [{ text: 'Berlin', city: 'Berlin', region: 'BE', country: 'DE' }] },
}

test('the digest is of every field of a listed posting', async () => {
  expect(Object.keys(others).toSorted()).toEqual(Object.keys(ListedPosting.shape).toSorted())
  const digests = await Promise.all(
    [{}, ...Object.values(others)].map((changes) => digestOf({ ...full, ...changes })),
  )
  expect(new Set(digests).size).toBe(digests.length)
})

test('the digest is of every field of a salary', async () => {
  const { salary } = full
  if (salary === null) throw new Error('no salary')
  const salaries = [
    salary,
    ...Object.keys(salary).map((name) => ({ ...salary, [name]: null })),
    { ...salary, min: salary.max, max: salary.min },
  ]
  const digests = await Promise.all(salaries.map((one) => digestOf({ ...full, salary: one })))
  expect(new Set(digests).size).toBe(digests.length)
})

test('equal postings have equal digests, in any order of their fields and after a stay in a blob', async () => {
  const entries = Object.entries(full)
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(entries, { minLength: entries.length }),
      fc.string({ unit: 'binary' }),
      async (fields, text) => {
        const posting = { ...full, title: text, html: text }
        const stored = { ...Object.fromEntries(fields), title: text, html: text }
        const read = ListedPosting.parse(JSON.parse(JSON.stringify(stored)))
        expect(await digestOf(read)).toBe(await digestOf(posting))
      },
    ),
    { numRuns: 50 },
  )
})

test('PLAN-5: another version of the reader has other digests, so that it reads everything again', async () => {
  expect(await digestOf(full)).toBe(await digestOf(full, READER_VERSION))
  expect(await digestOf(full)).not.toBe(await digestOf(full, READER_VERSION + 1))
})

const HTML = [
  'Plain text, without a tag.',
  '<p>One</p><p>Two <b>bold</b> and <i>slanted</i></p>',
  '<div><h2>Tasks</h2><ul><li>Bake</li><li>Sell<ol><li>bread</li></ol></li></ul></div>',
  '&lt;p&gt;Written twice&lt;/p&gt; &amp; more &euro; &#8364; &nbsp;end',
  '<a href="https://acme.test/x?a=1&b=2" onclick="steal()">A link</a> <a href="javascript:x">no</a>',
  '<script>alert(1)</script><style>p{}</style><p style="color:red">Text</p><iframe src="x"></iframe>',
  '<table><tr><td>a</td><td>b</td></tr></table><br>line<br/>line<hr>',
  '<p>unclosed <b>bold <p>next</p> <img src="https://acme.test/a.png" alt="picture">',
  '<p>\u0000nul and \ud800 half a pair, and \u2028 a line</p>',
  '  \n <p>  spaces \t and \n lines  </p> <pre>kept  as\n is</pre>',
]
const DATES = ['2026-10-01', '2026-10-01T09:00:00', '2026-10-01 09:00', '2026-10-01T09:00:00+02:00']

/**
 * What the reader makes of these postings. If this test is red, the reader makes something else: raise
 * READER_VERSION, so that stored postings are read again, and put the new hash here.
 */
test('the reader makes the same records as its version always did', () => {
  const records = HTML.map((html, n) =>
    extract({ ...full, html, posted_at: DATES[n % DATES.length] ?? null }),
  )
  const hash = createHash('sha256').update(JSON.stringify(records)).digest('hex')
  expect({ version: READER_VERSION, hash }).toEqual({
    version: 5,
    hash: '638517c39083b4f5f886dacd7216b614685af0a91d5c95b372a1c6a45e7ce494',
  })
})
