import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useEffect } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { RunView } from '../../src/protocol/run.ts'
import { request } from '../wire/request.ts'

export const viewKey = (run_id: RunId) => ['run', run_id, 'view'] as const

/**
 * Loads the parts of a run that its stream does not send, such as times: first, and again at each end. `end` is the cursor
 * of the run's end, and undefined while the run is open. A retry brings another end.
 */
export function useRunView(run_id: RunId, end: string | undefined): UseQueryResult<RunView> {
  const view = useQuery({
    queryKey: viewKey(run_id),
    queryFn: () => request(`/api/runs/${run_id}`, RunView),
  })
  const { refetch } = view
  useEffect(() => {
    if (end !== undefined) void refetch()
  }, [end, refetch])
  return view
}
