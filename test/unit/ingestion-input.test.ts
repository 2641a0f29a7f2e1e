import { expect, test } from 'vitest'

import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import * as registry from '../../src/pipelines/ingestion/sources/registry.ts'

const acme = {
  slug: 'acme',
  name: 'Acme',
  source: { type: 'greenhouse', board: 'acme' },
}

function errors(input: unknown): string[] {
  const read = ingestion.input.safeParse(input)
  return (read.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

function paths(input: unknown): string[] {
  return errors(input).map((error) => error.replace(/:.*/s, ''))
}

test('accepts a slug and a whole company, each as a group', () => {
  const source = { ...acme.source, base_url: 'http://127.0.0.1:8788' }
  const input = ingestion.input.parse({
    companies: ['globex', acme, { ...acme, slug: 'b', source }],
  })
  expect(ingestion.groups(input)).toEqual([
    { key: 'globex', input: 'globex' },
    { key: 'acme', title: 'Acme', input: acme },
    { key: 'b', title: 'Acme', input: { ...acme, slug: 'b', source } },
  ])
})

test('anything but a list of companies is refused with the field', () => {
  expect(errors({})).toEqual(['companies: companies is a list of slugs or companies'])
  expect(errors({ companies: 'acme' })).toEqual([
    'companies: companies is a list of slugs or companies',
  ])
  expect(errors({ companies: [] })).toEqual(['companies: an ingestion needs 1 to 10,000 companies'])
  expect(errors({ companies: ['a', 7, null, ['b']] })).toEqual([
    'companies.1: a company is a slug, or an object of slug, name and source',
    'companies.2: a company is a slug, or an object of slug, name and source',
    'companies.3: a company is a slug, or an object of slug, name and source',
  ])
  expect(errors(null)).toHaveLength(1)
})

test('a wrong field is named by its path', () => {
  const source = { ...acme.source, type: 'wat' }
  expect(paths({ companies: ['a', 'b', 'c', { ...acme, source }] })).toEqual([
    'companies.3.source.type',
  ])
  expect(paths({ companies: [{ ...acme, source: { ...acme.source, board: 'a/b' } }] })).toEqual([
    'companies.0.source.board',
  ])
  expect(
    paths({ companies: [{ ...acme, source: { ...acme.source, base_url: 'ftp://a' } }] }),
  ).toEqual(['companies.0.source.base_url'])
  expect(paths({ companies: [{ slug: 'a b' }] })).toEqual([
    'companies.0.slug',
    'companies.0.name',
    'companies.0.source',
  ])
})

const unknown = `companies.0.source.type: is no source that is known; known are: ${Object.keys(registry).join(', ')}`

test.each([
  ['of an unknown type', { type: 'wat', board: 'acme' }, [unknown]],
  ['without a type', { board: 'acme' }, [unknown]],
  ['of a site without an address', { type: 'site' }, ['companies.0.source.url: is missing']],
  [
    'of a site with a board',
    { type: 'site', url: 'https://a.example', board: 'a' },
    ['companies.0.source: Unrecognized key: "board"'],
  ],
  [
    'of a board with an address',
    { type: 'lever', board: 'a', url: 'https://a.example' },
    ['companies.0.source: Unrecognized key: "url"'],
  ],
])('a source %s is refused at its field', (_, source, messages) => {
  expect(errors({ companies: [{ ...acme, source }] })).toEqual(messages)
})

test('a source without its board, or with a bad one, is refused at its field', () => {
  for (const type of ['greenhouse', 'lever', 'ashby']) {
    expect(paths({ companies: [{ ...acme, source: { type } }] })).toEqual([
      'companies.0.source.board',
    ])
    const bad = { type, board: 'a/b', base_url: 'ftp://a' }
    expect(paths({ companies: [{ ...acme, source: bad }] })).toEqual([
      'companies.0.source.board',
      'companies.0.source.base_url',
    ])
  }
})

test.each([
  { type: 'greenhouse', board: 'acme' },
  { type: 'lever', board: 'Acme', base_url: 'http://127.0.0.1:8788' },
  { type: 'ashby', board: 'a.b-c_d' },
  { type: 'site', url: 'https://acme.example/careers' },
  { type: 'site', url: 'https://acme.example/sitemap.xml', match: '/jobs/' },
])('a source is kept with its group as given: %j', (source) => {
  const input = ingestion.input.parse({ companies: [{ ...acme, source }] })
  const group = { key: 'acme', title: acme.name, input: { ...acme, source } }
  expect(ingestion.groups(input)).toEqual([group])
})

test('a slug with a newline, or of any other wrong form, is refused', () => {
  const slugs = ['ac\nme', 'acme\n', '', 'Acme', 'a--b', '-a', 'a/b', 'é', 'a'.repeat(101)]
  const whole = slugs.map((slug) => ({ ...acme, slug }))
  const at = slugs.map((_, index) => `companies.${index}`)
  expect(paths({ companies: slugs })).toEqual(at)
  expect(paths({ companies: whole })).toEqual(at.map((path) => `${path}.slug`))
})

test('an unknown field is refused', () => {
  expect(errors({ companies: ['a'], owner: 'mallory' })).toEqual([': Unrecognized key: "owner"'])
  expect(errors({ companies: [{ ...acme, visit: 9 }] })).toEqual([
    'companies.0: Unrecognized key: "visit"',
  ])
})

test('a repeated company is an error at its second place, however it is written', () => {
  const rest = ['b', 'c', 'd', 'e', 'f', 'g']
  expect(errors({ companies: ['acme', ...rest, acme] })).toEqual([
    'companies.7: the company acme is listed twice',
  ])
  expect(errors({ companies: [acme, 'b', 'acme', 'b'] })).toEqual([
    'companies.2: the company acme is listed twice',
    'companies.3: the company b is listed twice',
  ])
})

test('10,000 companies are accepted, one more is one error, and not every wrong company is listed', () => {
  const companies = Array.from({ length: 10_000 }, (_, index) => `company-${index}`)
  expect(errors({ companies })).toEqual([])
  expect(errors({ companies: [...companies, '?'] })).toEqual([
    'companies: an ingestion needs 1 to 10,000 companies',
  ])
  expect(errors({ companies: companies.map(() => '?') })).toHaveLength(20)
})
