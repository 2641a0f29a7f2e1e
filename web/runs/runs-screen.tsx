import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'

import { ListedStatus, type RunCounts } from '../../src/protocol/run.ts'
import { FeedSign } from '../parts/feed-sign.tsx'
import { Empty, Failure, NoMatch, Skeleton } from '../parts/list-states.tsx'
import { InSign, Screen } from '../parts/screen.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { type ChangeView, useView } from '../parts/view.ts'
import { VirtualTable } from '../parts/virtual-table.tsx'
import { count } from '../parts/words.ts'
import { useListedRuns } from './listed-runs.ts'
import { runColumns } from './run-columns.tsx'
import type { RunListRow } from './run-rows.ts'
import { RunsView } from './runs-view.ts'

/** All runs of the owner, live. */
export function RunsScreen() {
  const [view, change] = useView(RunsView)
  const { loaded, rows, counts, connection } = useListedRuns(view)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = loaded
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const isFiltered = Object.values(view).some((value) => value !== undefined && value !== '')
  return (
    <Screen title="Runs" aside={<NewRun />}>
      <InSign>
        <FeedSign connection={connection} />
      </InSign>
      <Filters view={view} change={change} counts={counts} />
      <Failure what="The runs" loaded={loaded} />
      {loaded.isPending && rows.length === 0 && <Skeleton />}
      {rows.length > 0 && (
        <VirtualTable label="Runs" columns={runColumns} rows={rows} keyOf={runIdOf} onEnd={more} />
      )}
      {loaded.data && rows.length === 0 && isFiltered && (
        <NoMatch
          what="runs"
          onClear={() => change({ status: undefined, q: '', group: '', label: '', pipeline: '' })}
        />
      )}
      {loaded.data && rows.length === 0 && !isFiltered && (
        <Empty title="No runs yet">
          <p className="text-muted">
            A run reads the job lists of companies, or a matter’s documents.
          </p>
          <NewRun />
        </Empty>
      )}
      {isFetchingNextPage && <p className="text-center text-muted">Loading more runs…</p>}
    </Screen>
  )
}

function NewRun() {
  return (
    <Link to="/runs/new" className="button button-main">
      Start a run
    </Link>
  )
}

function runIdOf({ run_id }: RunListRow): string {
  return run_id
}

type FiltersProps = {
  view: RunsView
  change: ChangeView<RunsView>
  counts: RunCounts | undefined
}

const words: Record<ListedStatus, string> = {
  pending: 'Pending',
  initializing: 'Reading lists',
  ingesting: 'Working',
  finished: 'Finished',
  with_problems: 'With problems',
  error: 'Failed',
  aborted: 'Aborted',
}

function Filters({ view, change, counts }: FiltersProps) {
  const total = counts && sum(counts)
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap gap-2">
        <SearchField label="Name of the run" value={view.q} onChange={(q) => change({ q }, true)} />
        <SearchField
          label="Company or matter"
          value={view.group}
          onChange={(group) => change({ group }, true)}
        />
        <SearchField
          label="Label, as team:growth"
          value={view.label}
          onChange={(label) => change({ label }, true)}
        />
      </div>
      <fieldset aria-label="Status" className="flex flex-wrap gap-2">
        <Chip
          pressed={view.status === undefined}
          label="All"
          number={total}
          act={() => change({ status: undefined })}
        />
        {ListedStatus.options.map((status) => {
          const number = counts?.[status] ?? 0
          if (number === 0 && view.status !== status) return null
          return (
            <Chip
              key={status}
              pressed={view.status === status}
              label={words[status]}
              number={number}
              act={() => change({ status })}
            />
          )
        })}
      </fieldset>
    </div>
  )
}

/** Those with problems are a part of the finished ones. */
function sum({ with_problems: _part, ...counts }: RunCounts): number {
  return Object.values(counts).reduce((total, number) => total + number, 0)
}

type ChipProps = {
  pressed: boolean
  label: string
  number: number | undefined
  act: () => void
}

function Chip({ pressed, label, number, act }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={pressed} onClick={act}>
      {label}
      {number !== undefined && <span className="tabular-nums">{count(number)}</span>}
    </button>
  )
}
