import { queryOptions, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { CompanyPage, CompanyView } from '../../src/protocol/company.ts'
import { PostingPage } from '../../src/protocol/posting.ts'
import { VisitPage } from '../../src/protocol/visit.ts'
import { request } from '../wire/request.ts'

/** All companies of the owner, page by page. */
export function useCompanies() {
  const loaded = useInfiniteQuery({
    queryKey: ['companies'],
    queryFn: ({ pageParam }) => {
      const cursor: Record<string, string> = pageParam === '' ? {} : { cursor: pageParam }
      return request(
        `/api/companies?${new URLSearchParams({ ...cursor, limit: '200' })}`,
        CompanyPage,
      )
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  })
  const { data } = loaded
  const companies = useMemo(() => (data?.pages ?? []).flatMap((page) => page.companies), [data])
  return { loaded, companies }
}

type LoadedCompanies = ReturnType<typeof useCompanies>['loaded']

/** Loads the pages that are not loaded yet. Throws why one could not be. */
export async function allCompanies(loaded: LoadedCompanies): Promise<readonly CompanyView[]> {
  let now = loaded
  while (now.hasNextPage) {
    now = await now.fetchNextPage({ throwOnError: true })
  }
  return (now.data?.pages ?? []).flatMap((page) => page.companies)
}

/** The names of these companies by their slugs. Asks for each one that is not on the first page of all companies. */
export function useCompanyNames(slugs: readonly string[]): ReadonlyMap<string, string> {
  const { loaded, companies } = useCompanies()
  const listed = useMemo(() => new Map<string, string>(companies.map(slugAndName)), [companies])
  const others = loaded.isSuccess ? slugs.filter((slug) => !listed.has(slug)) : []
  const asked = useQueries({ queries: others.map(companyQuery) })
  return new Map([...listed, ...asked.flatMap(({ data }) => (data ? [slugAndName(data)] : []))])
}

function slugAndName({ slug, name }: CompanyView): [string, string] {
  return [slug, name]
}

/** How many open postings each company has. The API counts the companies with the most. */
export function useOpenCounts(): ReadonlyMap<string, number> {
  const { data } = useQuery({
    queryKey: ['companies', 'open'],
    queryFn: () => request('/api/postings?status=open&facets=company&limit=1', PostingPage),
  })
  const values = data?.facets?.values['company']
  return useMemo(() => new Map((values ?? []).map(({ value, count }) => [value, count])), [values])
}

export function useCompany(slug: string, { isWanted = true } = {}) {
  return useQuery({ ...companyQuery(slug), enabled: isWanted })
}

function companyQuery(slug: string) {
  return queryOptions({
    queryKey: ['company', slug],
    queryFn: () => request(`/api/companies/${encodeURIComponent(slug)}`, CompanyView),
  })
}

/** The newest visits of a company. */
export function useVisits(slug: string, limit: number) {
  return useQuery({
    queryKey: ['company', slug, 'visits', limit],
    queryFn: () =>
      request(`/api/companies/${encodeURIComponent(slug)}/visits?limit=${limit}`, VisitPage),
  })
}
