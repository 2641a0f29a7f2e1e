import { useCallback, useEffect } from 'react'

import type { RunId } from '../src/protocol/ids.ts'
import { RunView } from '../src/protocol/run.ts'
import { type Loaded, useLoaded } from './loaded.ts'
import { request } from './request.ts'

/**
 * Loads the parts of a run that its stream does not send, such as times: first, and again at each end. `end` is the cursor
 * of the run's end, and undefined while the run is open. A retry brings another end.
 */
export function useRunView(run_id: RunId, end: string | undefined): [Loaded<RunView>, () => void] {
  const load = useCallback(() => request(`/api/runs/${run_id}`, RunView), [run_id])
  const [view, reload] = useLoaded(load)
  useEffect(() => {
    if (end !== undefined) reload()
  }, [end, reload])
  return [view, reload]
}
