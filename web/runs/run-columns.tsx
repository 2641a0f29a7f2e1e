import { Link } from '@tanstack/react-router'

import { SCHEDULE_LABEL } from '../../src/protocol/schedule.ts'
import { Ago } from '../parts/ago.tsx'
import { Badge } from '../parts/badge.tsx'
import { StatusSign } from '../parts/status-sign.tsx'
import type { TableColumn } from '../parts/virtual-table.tsx'
import { duration } from '../parts/words.ts'
import { labelWords, useScheduleNames } from '../schedules/run-label.tsx'
import type { RunListRow } from './run-rows.ts'

export const runColumns: readonly TableColumn<RunListRow>[] = [
  {
    id: 'status',
    header: 'Status',
    width: '12.5rem',
    cell: ({ status, isPaused }) =>
      isPaused ? <Badge tone="pending">paused</Badge> : <StatusSign status={status} />,
  },
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(10rem, 2fr)',
    cell: (row) => <Name row={row} />,
  },
  {
    id: 'problems',
    header: 'Result',
    width: 'minmax(8rem, 1.5fr)',
    cell: (row) => <Result row={row} />,
  },
  {
    id: 'started',
    header: 'Started',
    width: '7.5rem',
    cell: ({ created_at }) => (
      <span className="text-sm text-muted">
        <Ago time={created_at} />
      </span>
    ),
  },
  {
    id: 'took',
    header: 'Took',
    width: '6rem',
    end: true,
    cell: ({ created_at, ended_at }) =>
      ended_at !== undefined && (
        <span className="block text-sm text-muted tabular-nums sm:text-right">
          {duration(Date.parse(ended_at) - Date.parse(created_at))}
        </span>
      ),
  },
]

function Name({ row: { run_id, name, pipeline, labels } }: { row: RunListRow }) {
  const schedules = useScheduleNames(SCHEDULE_LABEL in labels)
  return (
    <div className="min-w-0">
      <Link
        to="/runs/$run_id"
        params={{ run_id }}
        className="line-clamp-2 min-h-6 font-semibold text-accent wrap-anywhere hover:underline"
      >
        {name}
      </Link>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
        <span>{pipeline}</span>
        {Object.entries(labels).map((label) => (
          <Link
            key={label[0]}
            to="/runs"
            search={{ label: label.join(':') }}
            className="max-w-full truncate rounded-sm bg-sunken px-1.5 leading-6 underline hover:text-ink"
          >
            {labelWords(label, schedules)}
          </Link>
        ))}
      </p>
    </div>
  )
}

function Result({ row: { name, percent, unread, problems, jobs } }: { row: RunListRow }) {
  return (
    <div className="min-w-0 space-y-1 text-sm">
      {percent !== undefined && (
        <div className="flex items-center gap-2">
          <progress
            className="absolute size-px opacity-0"
            aria-label={name}
            max={100}
            value={percent}
          />
          <div
            aria-hidden
            className="h-2 w-24 shrink-0 overflow-hidden rounded-full bg-sunken sm:w-32"
          >
            <div
              className="h-full bg-working-bar transition-[width] duration-150"
              style={{ width: `${percent}%` }}
            />
          </div>
          <span className="tabular-nums">{Math.floor(percent)} %</span>
        </div>
      )}
      {unread !== '' && <p className="text-muted tabular-nums">{unread}</p>}
      {percent === undefined && jobs !== '' && <p className="text-muted tabular-nums">{jobs}</p>}
      {problems !== '' && <p className="wrap-anywhere text-skipped-ink">{problems}</p>}
    </div>
  )
}
