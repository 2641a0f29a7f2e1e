import type { CompanyView } from '../../src/protocol/company.ts'
import { labelText } from '../parts/label-text.ts'

/** The companies that have these words in their name, their slug or a label. */
export function matching(companies: readonly CompanyView[], q: string): readonly CompanyView[] {
  const wanted = q.trim().toLocaleLowerCase()
  if (wanted === '') return companies
  return companies.filter(({ name, slug, labels }) =>
    `${name} ${slug} ${labelText(labels)}`.toLocaleLowerCase().includes(wanted),
  )
}
