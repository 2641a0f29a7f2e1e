import type { Place, PostingView, Salary } from '../../src/protocol/posting.ts'
import { count } from '../parts/words.ts'

const regions = new Intl.DisplayNames(undefined, { type: 'region' })
const languages = new Intl.DisplayNames(undefined, { type: 'language' })
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

const WORDS: Readonly<Record<string, string>> = {
  onsite: 'On site',
  hybrid: 'Hybrid',
  remote: 'Remote',
  unknown: 'Not said',
  full_time: 'Full time',
  part_time: 'Part time',
  contract: 'Contract',
  temporary: 'Temporary',
  intern: 'Internship',
  volunteer: 'Volunteer',
  per_diem: 'Per diem',
  other: 'Other',
  open: 'Open',
  closed: 'Closed',
  expired: 'Expired',
}

/** Says a value of a facet in the reader's language. */
export function facetWords(facet: string, value: string): string {
  if (facet === 'country') return nameOf(regions, value)
  if (facet === 'language') return nameOf(languages, value)
  return WORDS[value] ?? value
}

type CompanyWords = Pick<PostingView, 'company'> & {
  employer?: string | null
  company_name: string | null
}

/** Names the company of a posting: as its source does, or else as the owner does. */
export function companyWords({ employer, company_name, company }: CompanyWords): string {
  return employer ?? company_name ?? company
}

function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code
  } catch {
    return code
  }
}

/** The places of a posting in a few words. */
export function placeWords({ locations, workplace }: Pick<PostingView, 'locations' | 'workplace'>) {
  const [first, ...more] = locations
  const where = first === undefined ? '' : placeText(first)
  return [
    more.length === 0 ? where : `${where} and ${count(more.length)} more`,
    workplace === 'unknown' || workplace === 'onsite' ? '' : (WORDS[workplace] ?? ''),
  ]
    .filter(Boolean)
    .join(' · ')
}

function placeText({ text, city, country }: Place): string {
  return city !== null && country !== null ? `${city}, ${nameOf(regions, country)}` : text
}

export function salaryWords(salary: Salary | null): string {
  if (salary === null) return ''
  const { min, max, currency, period, text } = salary
  if (min === null && max === null) return text ?? ''
  const amounts = [...new Set([min, max].flatMap((one) => (one === null ? [] : [count(one)])))]
  return [amounts.join('–'), currency, period === null ? '' : `a ${period}`]
    .filter(Boolean)
    .join(' ')
}

export function typeWords({ employment_type, employment_types }: PostingView): string {
  const [first] = employment_types
  return employment_type === null ? (first?.text ?? '') : facetWords('', employment_type)
}

/** A date without its time, in the reader's language. */
export function day(time: string): string {
  return days.format(new Date(time))
}
