import { type BoardView, companyOf, siteOf } from './board-view.ts'
import { escapeHtml } from './html.ts'
import {
  contentOf,
  idOf,
  payOf,
  placeOf,
  type PostingKey,
  publishedAt,
  titleOf,
} from './posting.ts'
import { pick } from './random.ts'

/** The ways in which real pages write their JSON-LD. A posting's number chooses one of them. */
const QUIRKS = [
  'plain',
  'raw-newlines',
  'graph',
  'type-list',
  'escaped',
  'telecommute',
  'list',
] as const
export type Quirk = (typeof QUIRKS)[number]

export function quirkOf(number: number): Quirk {
  return QUIRKS[number % QUIRKS.length] ?? 'plain'
}

/** Writes a schema.org JobPosting as the text of a script element. */
export function jsonLdOf(view: BoardView, key: PostingKey): string {
  const quirk = quirkOf(key.number)
  const text = JSON.stringify(wrap(quirk, jobPosting(view, key), view)).replaceAll('</', '<\\/')
  // JSON allows no raw line break or tab inside a string, but many real pages have them.
  return quirk === 'raw-newlines' ? text.replaceAll('\\n', '\n').replaceAll('\\t', '\t') : text
}

function wrap(quirk: Quirk, posting: object, view: BoardView): object {
  const context = { '@context': 'https://schema.org/' }
  const others = [organization(view), { '@type': 'WebSite', url: siteOf(view) }]
  if (quirk === 'graph') return { ...context, '@graph': [...others, posting] }
  if (quirk === 'list') return [...others, posting].map((node) => ({ ...context, ...node }))
  return { ...context, ...posting }
}

function jobPosting(view: BoardView, key: PostingKey): object {
  const { seed, board, number } = key
  const quirk = quirkOf(number)
  return {
    '@type': quirk === 'type-list' ? ['Thing', 'JobPosting'] : 'JobPosting',
    title: titleOf(key),
    description: describe(quirk, contentOf(key, view.settings.content)),
    identifier: { '@type': 'PropertyValue', name: companyOf(view), value: idOf(board, number) },
    datePosted: dayOf(publishedAt(key)),
    ...(number % 2 === 0 ? { validThrough: `${dayOf(VALID_THROUGH)}T00:00` } : {}),
    employmentType: pick(EMPLOYMENTS, seed, board, number, 'employment'),
    hiringOrganization: organization(view),
    ...whereabouts(quirk, key),
    ...salary(key),
  }
}

function describe(quirk: Quirk, html: string): string {
  if (quirk === 'escaped') return escapeHtml(html)
  return quirk === 'raw-newlines' ? html.replaceAll('</p>', '</p>\n\t') : html
}

function organization(view: BoardView): object {
  return { '@type': 'Organization', name: companyOf(view), sameAs: siteOf(view) }
}

function whereabouts(quirk: Quirk, key: PostingKey): object {
  const [locality = '', country] = placeOf(key).split(', ')
  if (quirk === 'telecommute') {
    const applicantLocationRequirements = { '@type': 'Country', name: country ?? 'Germany' }
    return { jobLocationType: 'TELECOMMUTE', applicantLocationRequirements }
  }
  const address = {
    '@type': 'PostalAddress',
    addressLocality: locality,
    ...(country === undefined ? {} : { addressCountry: country }),
  }
  const place = { '@type': 'Place', address }
  return { jobLocation: key.number % 4 === 0 ? [place] : place }
}

/** A range with a currency, a bare number, or no salary, in turn. */
function salary(key: PostingKey): object {
  const { min, max } = payOf(key)
  if (key.number % 3 === 2) return {}
  if (key.number % 3 === 1) return { baseSalary: min, salaryCurrency: 'EUR' }
  const value = { '@type': 'QuantitativeValue', minValue: min, maxValue: max, unitText: 'YEAR' }
  return { baseSalary: { '@type': 'MonetaryAmount', currency: 'EUR', value } }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

const VALID_THROUGH = Date.UTC(2027, 0, 31)
const EMPLOYMENTS: readonly [unknown, ...unknown[]] = [
  'FULL_TIME',
  ['FULL_TIME', 'PART_TIME'],
  'CONTRACTOR',
  'INTERN',
  'Full-time',
]
