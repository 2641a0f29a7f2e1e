import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'

import type { ScheduleSummary } from '../../src/protocol/schedule.ts'
import { useCompanyNames } from '../companies/stored-companies.ts'
import { Until } from '../parts/ago.tsx'
import { Badge } from '../parts/badge.tsx'
import { Empty, Failure, NoMatch, Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { type ChangeView, useView } from '../parts/view.ts'
import { type TableColumn, VirtualTable } from '../parts/virtual-table.tsx'
import { count } from '../parts/words.ts'
import { slugsNamed, whatWords } from './schedule-draft.ts'
import { SchedulesView } from './schedules-view.ts'
import { SlotDots } from './slot-dots.tsx'
import { useSchedule, useScheduleRuns, useSchedules } from './stored-schedules.ts'
import { ownZone, whenWords } from './when-words.ts'

/** The owner's schedules, with their next slots and their last runs. */
export function SchedulesScreen() {
  const loaded = useSchedules()
  const { data } = loaded
  return (
    <Screen title="Schedules" aside={data && data.schedules.length > 0 && <NewSchedule />}>
      <Failure what="The schedules" loaded={loaded} />
      {loaded.isPending && <Skeleton />}
      {data?.schedules.length === 0 && (
        <Empty title="No schedules yet">
          <p className="text-muted">
            A schedule starts runs by itself: each night, each Monday, or every few minutes.
          </p>
          <NewSchedule />
        </Empty>
      )}
      {data && data.schedules.length > 0 && <List schedules={data.schedules} />}
    </Screen>
  )
}

function List({ schedules }: { schedules: readonly ScheduleSummary[] }) {
  const [view, change] = useView(SchedulesView)
  const found = useMemo(() => matching(schedules, view), [schedules, view])
  return (
    <>
      <Filters {...{ schedules, view, change }} />
      {found.length > 0 && (
        <VirtualTable label="Schedules" columns={columns} rows={found} keyOf={idOf} />
      )}
      {found.length === 0 && (
        <NoMatch what="schedules" onClear={() => change({ q: '', state: undefined })} />
      )}
    </>
  )
}

function NewSchedule() {
  return (
    <Link to="/schedules/new" className="button button-main">
      Make a schedule
    </Link>
  )
}

type ScheduleFiltersProps = {
  schedules: readonly ScheduleSummary[]
  view: SchedulesView
  change: ChangeView<SchedulesView>
}

function Filters({ schedules, view, change }: ScheduleFiltersProps) {
  const paused = schedules.filter((schedule) => schedule.paused).length
  const chips = [
    { state: undefined, label: 'All', number: schedules.length },
    { state: 'on', label: 'On', number: schedules.length - paused },
    { state: 'paused', label: 'Paused', number: paused },
  ] as const
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchField
        label="Name of the schedule"
        value={view.q}
        onChange={(q) => change({ q }, true)}
        className="max-w-full sm:max-w-sm"
      />
      <fieldset aria-label="State" className="flex flex-wrap gap-2">
        {chips.map(({ state, label, number }) => (
          <button
            key={label}
            type="button"
            className="chip"
            aria-pressed={view.state === state}
            onClick={() => change({ state })}
          >
            {label} <span className="tabular-nums">{count(number)}</span>
          </button>
        ))}
      </fieldset>
    </div>
  )
}

function idOf({ schedule_id }: ScheduleSummary): string {
  return schedule_id
}

function matching(
  schedules: readonly ScheduleSummary[],
  { q, state }: SchedulesView,
): readonly ScheduleSummary[] {
  const wanted = q.trim().toLocaleLowerCase()
  return schedules.filter(
    ({ name, paused }) =>
      name.toLocaleLowerCase().includes(wanted) &&
      (state === undefined || (state === 'paused') === paused),
  )
}

const columns: readonly TableColumn<ScheduleSummary>[] = [
  {
    id: 'name',
    header: 'Schedule',
    width: 'minmax(10rem, 2fr)',
    cell: (schedule) => <Name schedule={schedule} />,
  },
  {
    id: 'when',
    header: 'When',
    width: 'minmax(9rem, 1.5fr)',
    cell: ({ when }) => <p className="text-sm wrap-anywhere">{whenWords(when, ownZone())}</p>,
  },
  {
    id: 'next',
    header: 'Next',
    width: '8rem',
    cell: ({ next_at, paused }) => <Next next_at={next_at} paused={paused} />,
  },
  {
    id: 'last',
    header: 'Last runs',
    width: '16rem',
    cell: (schedule) => <LastRuns schedule={schedule} />,
  },
]

/** Each row in sight asks what its schedule reads: the list does not have the inputs. */
function Name({ schedule: { schedule_id, name, pipeline } }: { schedule: ScheduleSummary }) {
  const { data } = useSchedule(schedule_id)
  const names = useCompanyNames(data ? slugsNamed(data.start) : [])
  const what = data ? whatWords(data.start, names) : ''
  return (
    <div className="min-w-0">
      <Link
        to="/schedules/$schedule_id"
        params={{ schedule_id }}
        className="line-clamp-2 font-semibold text-accent wrap-anywhere hover:underline"
      >
        {name}
      </Link>
      <p className="truncate text-xs text-muted">
        {[pipeline, what].filter((part) => part !== '').join(' · ')}
      </p>
    </div>
  )
}

function Next({ next_at, paused }: Pick<ScheduleSummary, 'next_at' | 'paused'>) {
  if (paused) return <Badge tone="pending">paused</Badge>
  return (
    <p className="text-sm text-muted">
      {next_at === null ? 'never again' : <Until time={next_at} />}
    </p>
  )
}

function LastRuns({ schedule: { schedule_id } }: { schedule: ScheduleSummary }) {
  const { data } = useSchedule(schedule_id)
  const runs = useScheduleRuns(schedule_id)
  return data === undefined ? null : <SlotDots slots={data.slots} runs={runs} />
}
