import { Link } from '@tanstack/react-router'

import { companyWords } from './posting-words.ts'
import type { PostingAddress } from './postings-view.ts'
import { useRelatedPostings } from './stored-posting.ts'

/** Postings about the same job. Nothing is shown where there are none. */
export function Related({ of }: { of: PostingAddress }) {
  const { data } = useRelatedPostings(of)
  if (data === undefined || data.postings.length === 0) return null
  return (
    <section aria-labelledby="related" className="space-y-2">
      <h3 id="related" className="font-bold">
        About the same job
      </h3>
      <ul className="space-y-1 text-sm">
        {data.postings.map(({ company, company_name, external_id, title, same_requisition }) => (
          <li key={`${company} ${external_id}`} className="wrap-anywhere">
            <Link
              to="/postings/$company/$external_id"
              params={{ company, external_id }}
              className="text-accent underline"
            >
              {title}
            </Link>{' '}
            <span className="text-muted">
              {companyWords({ company, company_name })},{' '}
              {same_requisition ? 'the same requisition' : 'a near-equal text'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
