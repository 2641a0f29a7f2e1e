import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { SCHEDULE_LABEL, ScheduleId } from '../../src/protocol/schedule.ts'
import { listedSchedules, SCHEDULES_KEY } from './stored-schedules.ts'

/** The names of the owner's schedules by their ids. Undefined until they are known. */
export function useScheduleNames(isWanted: boolean): ReadonlyMap<string, string> | undefined {
  const { data } = useQuery({
    queryKey: SCHEDULES_KEY,
    queryFn: listedSchedules,
    enabled: isWanted,
  })
  return data && new Map(data.schedules.map(({ schedule_id, name }) => [schedule_id, name]))
}

/** What a label says to a person. `schedules`: undefined until they are known. */
export function labelWords(
  [key, value]: readonly [string, string],
  schedules: ReadonlyMap<string, string> | undefined,
): string {
  if (key !== SCHEDULE_LABEL || !ScheduleId.safeParse(value).success) return `${key}: ${value}`
  if (schedules === undefined) return 'by a schedule'
  const name = schedules.get(value)
  return name === undefined ? 'by a schedule that was deleted' : `schedule: ${name}`
}

const LOOK = 'max-w-full truncate rounded-sm bg-sunken px-1.5 text-muted'

type RunLabelProps = { label: readonly [string, string]; isShared: boolean }

/** A label of a run. That of a schedule has the schedule's name and leads to the schedule, which only its owner can read. */
export function RunLabel({ label, isShared }: RunLabelProps) {
  const [key, value] = label
  const { data: schedule_id } = ScheduleId.safeParse(key === SCHEDULE_LABEL ? value : undefined)
  const schedules = useScheduleNames(schedule_id !== undefined && !isShared)
  const words = labelWords(label, schedules)
  if (schedule_id === undefined || schedules?.has(schedule_id) !== true)
    return <span className={LOOK}>{words}</span>
  return (
    <Link
      to="/schedules/$schedule_id"
      params={{ schedule_id }}
      className={`${LOOK} underline hover:text-ink`}
    >
      {words}
    </Link>
  )
}
