import { getRouteApi, Link } from '@tanstack/react-router'

import { ApiError } from '../../src/client/client.ts'
import type { CompanyView } from '../../src/protocol/company.ts'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { useView } from '../parts/view.ts'
import { capital } from '../parts/words.ts'
import { COMPANY_TABS, CompanyPageView, type CompanyTab } from './companies-view.ts'
import { CompanyActions } from './company-actions.tsx'
import { CompanyPostings } from './company-postings.tsx'
import { SourceEditor } from './source-editor.tsx'
import { useCompany } from './stored-companies.ts'
import { Visits } from './visits.tsx'

const route = getRouteApi('/framed/pages/companies/$slug')
const TRAIL = [{ label: 'Companies', link: { to: '/companies' } }] as const

/** One company: its postings, its visits, and how it is read. */
export function CompanyScreen() {
  const { slug } = route.useParams()
  const loaded = useCompany(slug)
  const company = loaded.data
  if (loaded.error instanceof ApiError && loaded.error.status === 404) return <NoSuchCompany />
  return (
    <Screen
      title={company?.name ?? 'Company'}
      trail={TRAIL}
      aside={company && <CompanyActions company={company} />}
    >
      <Failure what="The company" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={4} />}
      {company && <Tabs company={company} />}
    </Screen>
  )
}

function Tabs({ company }: { company: CompanyView }) {
  const [{ tab = 'postings' }] = useView(CompanyPageView)
  return (
    <>
      <nav aria-label="Parts of the company" className="flex flex-wrap gap-2">
        {COMPANY_TABS.map((name) => (
          <Link
            key={name}
            to="."
            search={name === 'postings' ? {} : { tab: name }}
            className="chip"
            aria-current={name === tab ? 'true' : undefined}
            activeOptions={{ exact: true, includeSearch: true }}
          >
            {capital(name)}
          </Link>
        ))}
      </nav>
      <Shown tab={tab} company={company} />
    </>
  )
}

function Shown({ tab, company }: { tab: CompanyTab; company: CompanyView }) {
  switch (tab) {
    case 'postings':
      return <CompanyPostings slug={company.slug} />
    case 'visits':
      return <Visits slug={company.slug} />
    case 'source':
      return <SourceEditor key={company.updated_at} company={company} />
  }
}

function NoSuchCompany() {
  return (
    <Screen title="No such company" trail={TRAIL}>
      <p>There is no company at this address, or it is not yours.</p>
      <Link to="/companies/new" className="button button-main">
        Add companies
      </Link>
    </Screen>
  )
}
