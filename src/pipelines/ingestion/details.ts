import type {
  EmploymentType,
  EmploymentWords,
  Place,
  PostingDetails,
} from '../../protocol/posting.ts'
import { languageCodeOf } from '../text/language.ts'
import { toEmploymentType } from './employment-type.ts'
import { toLabel, toLabels } from './label.ts'
import type { ListedPosting } from './listed.ts'
import { toPlace } from './place/place.ts'

/** Reads what a posting's source says besides. Leaves out whatever nothing says for certain. */
export function readDetails(listed: ListedPosting, text: string): PostingDetails {
  const places = listed.locations.map((name) => placeOf(listed, name)).filter(isLocated)
  const employment_types = employmentOf(listed)
  const workplace = listed.workplace ?? (listed.remote === true ? 'remote' : 'unknown')
  const language = languageCodeOf(text) ?? codeOf(listed.language)
  return {
    ...said('employer', listed.employer),
    ...said('team', listed.team),
    ...said('requisition_id', listed.requisition_id),
    ...(workplace === 'unknown' ? {} : { workplace }),
    ...(employment_types.length === 0 ? {} : { employment_types }),
    ...(language === null ? {} : { language }),
    ...(places.length === 0 ? {} : { places }),
    ...(listed.read_from === 'text' ? { read_from: 'text' } : {}),
  }
}

type WordField = 'employer' | 'team' | 'requisition_id'

function said(name: WordField, words: string | null | undefined): Pick<PostingDetails, WordField> {
  const label = toLabel(words)
  return label === '' ? {} : { [name]: label }
}

function placeOf({ places = [] }: ListedPosting, text: string): Place {
  return toPlace(places.find((place) => place.text === text) ?? { text })
}

function isLocated({ city, region, country }: Place): boolean {
  return city !== null || region !== null || country !== null
}

function employmentOf({ employment_words = [] }: ListedPosting): EmploymentWords[] {
  return toLabels(employment_words).map((text) => ({ type: toEmploymentType(text), text }))
}

/** The language of a code such as `en-US`. */
function codeOf(language: string | null | undefined): string | null {
  return /^[a-z]{2}(?=[-_]|$)/i.exec((language ?? '').trim())?.[0].toLowerCase() ?? null
}

type FacetFields = Pick<ListedPosting, 'department' | 'employment_type'> & {
  readonly details: PostingDetails
}

/** What lists filter by and count. */
export function facetsOf({ department, employment_type, details }: FacetFields): string[] {
  const { workplace = 'unknown', employment_types = [], places = [], language } = details
  const types: readonly (EmploymentType | null)[] = [
    employment_type,
    ...employment_types.map(({ type }) => type),
  ]
  return [
    ...facet('workplace', [workplace]),
    ...facet(
      'country',
      places.map(({ country }) => country),
    ),
    ...facet('language', [language]),
    ...facet('employment_type', types),
    ...facet('department', [department]),
  ]
}

function facet(name: string, values: readonly (string | null | undefined)[]): string[] {
  const known = values.filter((value) => value !== null && value !== undefined)
  return [...new Set(known)].map((value) => `${name}:${value}`)
}
