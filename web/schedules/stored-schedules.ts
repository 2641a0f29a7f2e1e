import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { type ShownStatus, shownStatus } from '../../src/protocol/run-problems.ts'
import { RunPage } from '../../src/protocol/run.ts'
import {
  SCHEDULE_LABEL,
  type ScheduleId,
  ScheduleList,
  SLOTS_KEPT,
  ScheduleView,
} from '../../src/protocol/schedule.ts'
import { request } from '../wire/request.ts'

/** Slots come by themselves, and no feed tells of them. */
const REREAD_MS = 15_000

export const SCHEDULES_KEY = ['schedules']

export function listedSchedules() {
  return request('/api/schedules', ScheduleList)
}

export function useSchedules() {
  return useQuery({
    queryKey: SCHEDULES_KEY,
    queryFn: listedSchedules,
    refetchInterval: REREAD_MS,
  })
}

export function useSchedule(schedule_id: ScheduleId) {
  return useQuery({
    queryKey: ['schedule', schedule_id],
    queryFn: () => request(`/api/schedules/${schedule_id}`, ScheduleView),
    refetchInterval: REREAD_MS,
  })
}

/** How the last runs of a schedule went. A slot has no word for a run that finished with problems. */
export function useScheduleRuns(schedule_id: ScheduleId): ReadonlyMap<RunId, ShownStatus> {
  const { data } = useQuery({
    queryKey: ['schedule', schedule_id, 'runs'],
    queryFn: async () => {
      const label = labelOf(schedule_id)
      const query = new URLSearchParams({ label, limit: String(2 * SLOTS_KEPT) })
      const { runs } = await request(`/api/runs?${query}`, RunPage)
      return new Map(runs.map((run) => [run.run_id, shownStatus(run)]))
    },
    refetchInterval: REREAD_MS,
  })
  return data ?? none
}

const none: ReadonlyMap<RunId, ShownStatus> = new Map()

/** The filter of the list of runs for those of one schedule. */
export function labelOf(schedule_id: ScheduleId): string {
  return `${SCHEDULE_LABEL}:${schedule_id}`
}

/** Takes what the API answered to a change, and has the lists read again. */
export function useScheduleChanged(): (changed: ScheduleView) => Promise<void> {
  const client = useQueryClient()
  return useCallback(
    async (changed) => {
      client.setQueryData(['schedule', changed.schedule_id], changed)
      await client.invalidateQueries({ queryKey: SCHEDULES_KEY })
    },
    [client],
  )
}
