import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useEffect } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { RunView } from '../../src/protocol/run.ts'
import { listedName } from '../parts/names.ts'
import { useNounsOf } from '../parts/nouns.ts'
import { request } from '../wire/request.ts'

export const viewKey = (run_id: RunId) => ['run', run_id, 'view'] as const

/** The query that loads what the list shows of a run, and more. */
export const viewOf = (run_id: RunId) => ({
  queryKey: viewKey(run_id),
  queryFn: () => request(`/api/runs/${run_id}`, RunView),
})

/** Calls a run as the list of runs does. Undefined until the run is known. */
export function useRunName(run_id: RunId): string | undefined {
  const nounsOf = useNounsOf()
  const { data } = useQuery({ ...viewOf(run_id), staleTime: NAMED_MS })
  return data && listedName(data, nounsOf)
}

const NAMED_MS = 60_000

/**
 * Loads the parts of a run that its stream does not send, such as times: first, and again at each end. `end` is the cursor
 * of the run's end, and undefined while the run is open. A retry brings another end.
 */
export function useRunView(run_id: RunId, end: string | undefined): UseQueryResult<RunView> {
  const view = useQuery(viewOf(run_id))
  const { refetch } = view
  useEffect(() => {
    if (end !== undefined) void refetch()
  }, [end, refetch])
  return view
}
