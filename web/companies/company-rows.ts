import type { CompanyView } from '../../src/protocol/company.ts'
import { labelText } from '../parts/label-text.ts'

/** Companies as a file has them: for a person in a spreadsheet, and with the source as the API takes it. */
export function exportedCompanies(
  companies: readonly CompanyView[],
  open: ReadonlyMap<string, number>,
) {
  return companies.map(({ slug, name, labels, source, attention, created_at }) => ({
    slug,
    name,
    labels: labelText(labels),
    open_postings: open.get(slug) ?? 0,
    fewer_than_usual: (attention?.fallen ?? []).map(({ field }) => field).join('; '),
    source: JSON.stringify(source),
    created_at,
  }))
}

/** The companies that have these words in their name, their slug or a label. */
export function matching(companies: readonly CompanyView[], q: string): readonly CompanyView[] {
  const wanted = q.trim().toLocaleLowerCase()
  if (wanted === '') return companies
  return companies.filter(({ name, slug, labels }) =>
    `${name} ${slug} ${labelText(labels)}`.toLocaleLowerCase().includes(wanted),
  )
}
