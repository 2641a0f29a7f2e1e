import { Link } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo } from 'react'

import type { CompanyView } from '../../src/protocol/company.ts'
import { Ago } from '../parts/ago.tsx'
import { Badge } from '../parts/badge.tsx'
import { type ExportFormat, ExportMenu } from '../parts/export-menu.tsx'
import { labelText } from '../parts/label-text.ts'
import { Empty, Failure, NoMatch, Skeleton } from '../parts/list-states.tsx'
import { saveRows } from '../parts/save-rows.ts'
import { Screen } from '../parts/screen.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { useView } from '../parts/view.ts'
import { type TableColumn, VirtualTable } from '../parts/virtual-table.tsx'
import { count } from '../parts/words.ts'
import { CompaniesView } from './companies-view.ts'
import { exportedCompanies } from './company-cells.ts'
import { matching } from './company-rows.ts'
import { allCompanies, useCompanies, useOpenCounts, useVisits } from './stored-companies.ts'
import { companyProblem, visitWords } from './visit-words.ts'

/** The owner's companies, with their open postings and their last visits. */
export function CompaniesScreen() {
  const [view, change] = useView(CompaniesView)
  const { loaded, companies } = useCompanies()
  const open = useOpenCounts()
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = loaded
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const found = useMemo(() => matching(companies, view.q), [companies, view.q])
  useEffect(() => {
    // A search is among all companies, so all are loaded for one.
    if (view.q !== '') more()
  }, [view.q, more])
  const columns = useMemo(() => columnsWith(open), [open])
  const save = async (format: ExportFormat) => {
    const all = matching(await allCompanies(loaded), view.q)
    saveRows(exportedCompanies(all, open), 'companies', format)
  }
  const actions = (
    <div className="flex flex-wrap gap-2">
      <ExportMenu what="company" onExport={save} />
      <Add />
    </div>
  )
  return (
    <Screen title="Companies" aside={companies.length > 0 && actions}>
      {companies.length > 0 && (
        <SearchField
          label="Name or label of the company"
          value={view.q}
          onChange={(q) => change({ q }, true)}
          className="w-full sm:max-w-sm"
        />
      )}
      <Failure what="The companies" loaded={loaded} />
      {loaded.isPending && <Skeleton />}
      {found.length > 0 && (
        <VirtualTable
          label="Companies"
          columns={columns}
          rows={found}
          keyOf={slugOf}
          onEnd={more}
        />
      )}
      {loaded.data && companies.length === 0 && (
        <Empty title="No companies yet">
          <p className="text-muted">
            Paste the addresses of career pages. Runcast finds how each of them is read.
          </p>
          <Add />
        </Empty>
      )}
      {companies.length > 0 && found.length === 0 && !hasNextPage && (
        <NoMatch what="companies" onClear={() => change({ q: '' })} />
      )}
    </Screen>
  )
}

function Add() {
  return (
    <Link to="/companies/new" className="button button-main">
      Add companies
    </Link>
  )
}

function slugOf({ slug }: CompanyView): string {
  return slug
}

function columnsWith(open: ReadonlyMap<string, number>): readonly TableColumn<CompanyView>[] {
  return [
    {
      id: 'name',
      header: 'Company',
      width: 'minmax(10rem, 2fr)',
      cell: ({ slug, name, source, labels }) => (
        <div className="min-w-0">
          <Link
            to="/companies/$slug"
            params={{ slug }}
            className="line-clamp-2 font-semibold text-accent wrap-anywhere hover:underline"
          >
            {name}
          </Link>
          <p className="truncate text-xs text-muted">
            {[source.type, source['board'], labelText(labels)].filter(Boolean).join(' · ')}
          </p>
        </div>
      ),
    },
    {
      id: 'open',
      header: 'Open postings',
      width: '8rem',
      end: true,
      cell: ({ slug }) => (
        <p className="text-sm tabular-nums sm:text-right">
          {count(open.get(slug) ?? 0)}
          <span className="sm:hidden"> open</span>
        </p>
      ),
    },
    {
      id: 'visit',
      header: 'Last visit',
      width: 'minmax(11rem, 1fr)',
      cell: (company) => <LastVisit company={company} />,
    },
    {
      id: 'problem',
      header: 'Problem',
      width: 'minmax(9rem, 1.5fr)',
      cell: (company) => <Problem company={company} />,
    },
  ]
}

/** Each row in sight asks for its company's last visit. */
function LastVisit({ company: { slug } }: { company: CompanyView }) {
  const { data } = useVisits(slug, 1)
  const [visit] = data?.visits ?? []
  if (visit === undefined)
    return data ? <span className="text-sm text-muted">never visited</span> : null
  const { tone, words } = visitWords(visit)
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
      <Badge tone={tone}>{words}</Badge> <Ago time={visit.started_at} />
    </p>
  )
}

function Problem({ company }: { company: CompanyView }) {
  const { data } = useVisits(company.slug, 1)
  const problem = companyProblem(company, data?.visits[0])
  return problem === '' ? null : <p className="text-sm wrap-anywhere text-skipped-ink">{problem}</p>
}
