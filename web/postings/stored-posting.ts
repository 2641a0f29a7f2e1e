import { useQuery } from '@tanstack/react-query'

import { PostingHistory, PostingPage, RelatedPostings } from '../../src/protocol/posting.ts'
import { request } from '../wire/request.ts'
import type { PostingAddress } from './postings-view.ts'

/** Reads one posting by the list's query, which takes ids that a path cannot hold, such as `..`. */
export function useStoredPosting(key: PostingAddress) {
  const loaded = useQuery({
    queryKey: ['posting', key],
    queryFn: () => request(`/api/postings?${new URLSearchParams(key)}`, PostingPage),
  })
  return { loaded, found: loaded.data?.postings[0] }
}

export function usePostingHistory(key: PostingAddress) {
  return useQuery({
    queryKey: ['posting', key, 'history'],
    queryFn: () => request(`${pathOf(key)}/history`, PostingHistory),
    enabled: isInPath(key),
  })
}

export function useRelatedPostings(key: PostingAddress) {
  return useQuery({
    queryKey: ['posting', key, 'related'],
    queryFn: () => request(`${pathOf(key)}/related`, RelatedPostings),
    enabled: isInPath(key),
  })
}

function pathOf({ company, external_id }: PostingAddress): string {
  return `/api/postings/${encodeURIComponent(company)}/${encodeURIComponent(external_id)}`
}

/** A browser takes these ids out of a path. */
function isInPath({ external_id }: PostingAddress): boolean {
  return external_id !== '.' && external_id !== '..'
}
