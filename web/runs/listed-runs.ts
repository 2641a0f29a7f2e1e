import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'

import { useRuns } from '../../src/client/react.ts'
import { RunPage } from '../../src/protocol/run.ts'
import { useNounsOf } from '../parts/nouns.ts'
import { useWaited } from '../parts/waited.ts'
import { request } from '../wire/request.ts'
import { withSeen } from '../wire/seen.ts'
import { joinRuns } from './run-rows.ts'
import { type RunsView, runsQuery } from './runs-view.ts'

const PAGE = '100'

/** The runs of a view: pages of the API, with what one feed tells of all of them. */
export function useListedRuns(view: RunsView) {
  const query = useMemo(() => runsQuery(view), [view])
  const loaded = useInfiniteQuery({
    queryKey: ['runs', query],
    queryFn: ({ pageParam }) =>
      request(`/api/runs?${withSeen({ ...query, ...pageParam, limit: PAGE })}`, RunPage),
    initialPageParam: {},
    getNextPageParam: ({ next_cursor }) => (next_cursor === null ? null : { cursor: next_cursor }),
    placeholderData: keepPreviousData,
    // The run that the page showed last may have ended since.
    refetchOnMount: 'always',
  })
  const { runs: live, connection } = useRuns()
  // A run that began or ended changes the counts, and may belong to another filter now.
  const standings = live.map(({ run_id, status }) => `${run_id} ${status}`).join()
  const { refetch } = loaded
  useEffect(() => {
    if (standings === '') return undefined
    const timer = setTimeout(() => void refetch(), REREAD_MS)
    return () => clearTimeout(timer)
  }, [standings, refetch])
  const { data } = loaded
  const nounsOf = useNounsOf()
  // The feed is quicker than the list, whose counts stand above the rows and would push them down.
  const waited = useWaited()
  const isEarly = loaded.isPending && loaded.errorUpdateCount === 0 && !waited
  const rows = useMemo(() => {
    if (isEarly) return []
    const listed = (data?.pages ?? []).flatMap(({ runs }) => runs)
    return joinRuns({ listed, live, isWhole: Object.keys(query).length === 0 }, nounsOf)
  }, [isEarly, data, live, query, nounsOf])
  return { loaded, rows, counts: data?.pages[0]?.counts, connection }
}

/** Postgres learns of a run's end a moment after the feed tells it. */
const REREAD_MS = 1_500
