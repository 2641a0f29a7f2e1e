import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'

import { ApiError } from '../../src/client/client.ts'
import { MatterView } from '../../src/protocol/matter.ts'
import { request } from '../wire/request.ts'

const route = getRouteApi('/watch/matters/$matter_id')

/** How often the page asks whether the link still works, and whether there are new documents. */
const REREAD_MS = 10_000

/** The matter of the shared link. */
export function useSharedMatter() {
  const { matter_id } = route.useParams()
  return useQuery({
    queryKey: ['shared-matter', matter_id],
    queryFn: () => request(`/api/matters/${encodeURIComponent(matter_id)}`, MatterView),
    refetchInterval: ({ state }) => (endOf(state.error) === undefined ? REREAD_MS : false),
  })
}

/** What became of a link that shows nothing any more. */
export type LinkEnd = 'expired' | 'refused' | 'gone'

/** Reads from an error what became of the link. Undefined: the link may still work. */
export function endOf(error: unknown): LinkEnd | undefined {
  if (!(error instanceof ApiError)) return undefined
  if (error.status === 404) return 'gone'
  if (error.status !== 401) return undefined
  return error.problem?.type === '/problems/token-expired' ? 'expired' : 'refused'
}
