import { z } from 'zod'

import { EmploymentType, PostingView, Workplace } from '../../src/protocol/posting.ts'
import { searchOf, viewChoice, viewChoices, viewCodes, viewText } from '../parts/view.ts'

export const POSTING_COLUMNS = [
  'company',
  'place',
  'department',
  'type',
  'salary',
  'posted',
  'seen',
] as const
export type PostingColumn = (typeof POSTING_COLUMNS)[number]

const USUAL: readonly PostingColumn[] = ['company', 'place', 'posted']

/** The filters of the postings, the shown columns, and the open posting, as an address has them. */
export const PostingsView = z.object({
  q: viewText(),
  company: viewText(),
  status: viewChoice(PostingView.shape.status.options),
  workplace: viewChoices(Workplace.options),
  country: viewCodes(),
  department: viewText(),
  employment_type: viewChoices(EmploymentType.options),
  language: viewCodes(),
  posted_since: viewText(),
  changed_since: viewText(),
  sort: viewChoice(['newest', 'rank']),
  columns: viewChoices(POSTING_COLUMNS, USUAL),
  /** The open posting: its company, a slash, and its id. */
  posting: viewText(),
})
export type PostingsView = z.infer<typeof PostingsView>

/** What filters the postings. The rest of a view says how they are shown. */
const Filters = PostingsView.omit({ columns: true, posting: true })

/** The query by which the API lists, counts and exports the postings of a view. */
export function postingsQuery({ columns: _c, posting: _p, ...filters }: PostingsView) {
  return searchOf(Filters, filters)
}

/** The view without filters. How the postings are shown stays. */
export const noFilters: Partial<PostingsView> = Filters.parse({})

export type PostingAddress = { readonly company: string; readonly external_id: string }

export function postingText({ company, external_id }: PostingAddress): string {
  return `${company}/${external_id}`
}

/** Reads the open posting. Undefined: none is open. */
export function postingKey(text: string): PostingAddress | undefined {
  const slash = text.indexOf('/')
  if (slash < 1 || slash === text.length - 1) return undefined
  return { company: text.slice(0, slash), external_id: text.slice(slash + 1) }
}
