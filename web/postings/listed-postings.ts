import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { PostingPage } from '../../src/protocol/posting.ts'
import { request } from '../wire/request.ts'
import { withSeen } from '../wire/seen.ts'
import { type PostingsView, postingsQuery } from './postings-view.ts'

const PAGE = '100'
const FACETS = 'company,status,workplace,country,department,employment_type,language'

/** The postings of a view, page by page. The first page counts the facets. */
export function useListedPostings(view: PostingsView) {
  const query = useMemo(() => postingsQuery(view), [view])
  const text = JSON.stringify(query)
  const loaded = useInfiniteQuery({
    queryKey: ['postings', text],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === '' ? { facets: FACETS } : { cursor: pageParam }
      return request(`/api/postings?${withSeen({ ...query, ...page, limit: PAGE })}`, PostingPage, {
        signal,
      })
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
    refetchOnMount: 'always',
  })
  const { data } = loaded
  const postings = useMemo(() => (data?.pages ?? []).flatMap((page) => page.postings), [data])
  return { loaded, postings, facets: data?.pages[0]?.facets, isFiltered: text !== '{}' }
}
