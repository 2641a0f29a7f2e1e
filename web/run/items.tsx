import { Link } from '@tanstack/react-router'
import { useDeferredValue, useMemo } from 'react'

import type { RunState } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { Noun } from '../../src/protocol/pipelines.ts'
import { Badge } from '../parts/badge.tsx'
import { ExportMenu } from '../parts/export-menu.tsx'
import { Empty, NoMatch } from '../parts/list-states.tsx'
import { groupTitle } from '../parts/names.ts'
import { useJobStatuses, useNouns } from '../parts/nouns.ts'
import { saveRows } from '../parts/save-rows.ts'
import { SearchField } from '../parts/search-field.tsx'
import { type ChangeView, useView } from '../parts/view.ts'
import { type TableColumn, VirtualTable } from '../parts/virtual-table.tsx'
import { capital, count, jobTone } from '../parts/words.ts'
import { useFollowed } from './followed.ts'
import { ItemPanel } from './item-panel.tsx'
import { exportedRows, type ItemRow, itemKey, itemRows } from './item-rows.ts'
import { RunAddress } from './run-address.ts'

/** The jobs of a run, live, to filter and to open. */
export default function Items({ run_id, isShared }: { run_id: RunId; isShared: boolean }) {
  const [view, change] = useView(RunAddress)
  const run = useDeferredValue(useFollowed(run_id, ({ run: now }: RunState) => now))
  const rows = useMemo(() => itemRows(run, view), [run, view])
  const { group, job } = useNouns()
  const columns = useMemo(() => columnsOf(run_id, group), [run_id, group])
  const open = itemKey(view.item)
  return (
    <div className="items-start gap-6 lg:flex">
      <div className="flex min-w-0 flex-1 flex-col gap-4">
        <ItemFilters {...{ run_id, view, change, run, rows }} />
        {rows.length > 0 && (
          <VirtualTable
            label={capital(job.many)}
            columns={columns}
            shown={open && BESIDE_PANEL}
            rows={rows}
            keyOf={keyOfRow}
            isCurrent={({ key }) => key === view.item}
          />
        )}
        {rows.length === 0 && run.jobs.size > 0 && (
          <NoMatch
            what={job.many}
            onClear={() => change({ group: '', status: '', outcome: '', q: '' })}
          />
        )}
        {run.jobs.size === 0 && (
          <Empty title={`No ${job.many} yet`}>
            <p className="text-muted">They appear as soon as the run finds them.</p>
          </Empty>
        )}
      </div>
      {open && (
        <ItemPanel
          key={view.item}
          run_id={run_id}
          item={open}
          isShared={isShared}
          onClose={() => change({ item: '' }, true)}
        />
      )}
    </div>
  )
}

function keyOfRow({ key }: ItemRow): string {
  return key
}

type ItemFiltersProps = {
  view: RunAddress
  change: ChangeView<RunAddress>
  run_id: RunId
  run: RunState['run']
  rows: readonly ItemRow[]
}

function ItemFilters({ view, change, run_id, run, rows }: ItemFiltersProps) {
  const { group, job } = useNouns()
  const statuses = useJobStatuses()
  return (
    <div className="flex flex-wrap items-center gap-3">
      <SearchField
        label={`Title or id of the ${job.one}`}
        value={view.q}
        onChange={(q) => change({ q }, true)}
        className="basis-full sm:basis-56"
      />
      {run.groups.size > 1 && (
        <Select
          label={capital(group.one)}
          value={view.group}
          options={[...run.groups.keys()].map((key) => [key, groupTitle(run, key)])}
          onChange={(value) => change({ group: value })}
        />
      )}
      <Select
        label="Status"
        value={view.status}
        options={statuses.map((status) => [status, status])}
        onChange={(status) => change({ status })}
      />
      <Select
        label="Outcome"
        value={view.outcome}
        options={OUTCOMES.map((outcome) => [outcome, outcome])}
        onChange={(outcome) => change({ outcome })}
      />
      <output className="ml-auto text-sm text-muted tabular-nums">
        {count(rows.length)} shown
      </output>
      <ExportMenu
        what={job.one}
        onExport={async (format) => saveRows(exportedRows(run, rows), `run-${run_id}`, format)}
      />
    </div>
  )
}

/** The columns that have room beside an open item. */
const BESIDE_PANEL = ['title', 'status']

const OUTCOMES = ['new', 'changed', 'unchanged']

type SelectProps = {
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  onChange: (value: string) => void
}

function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <select
      aria-label={label}
      className="field max-w-56 min-w-0"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{label}: all</option>
      {options.map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  )
}

/** The columns stay the same while the run moves on. For other columns each row in sight would be rendered again. */
function columnsOf(run_id: RunId, { one }: Noun): readonly TableColumn<ItemRow>[] {
  return [
    {
      id: 'title',
      header: 'Title',
      width: 'minmax(10rem, 3fr)',
      cell: (row) => (
        <div className="min-w-0">
          <Link
            to="."
            search={(now: Readonly<Record<string, string | undefined>>) => ({
              ...now,
              item: row.key,
            })}
            hash
            resetScroll={false}
            className="line-clamp-2 text-accent wrap-anywhere hover:underline"
          >
            {row.title || row.external_id}
          </Link>
          {row.detail?.error && (
            <p className="text-sm wrap-anywhere text-failed-ink">{row.detail.error.message}</p>
          )}
        </div>
      ),
    },
    {
      id: 'group',
      header: capital(one),
      width: 'minmax(6rem, 1fr)',
      cell: ({ group }) => <GroupCell run_id={run_id} group={group} />,
    },
    {
      id: 'status',
      header: 'Status',
      width: '7rem',
      cell: ({ status }) => <Badge tone={jobTone(status)}>{status}</Badge>,
    },
    {
      id: 'outcome',
      header: 'Outcome',
      width: '6.5rem',
      cell: ({ detail }) => <span className="text-sm text-muted">{detail?.outcome}</span>,
    },
  ]
}

function GroupCell({ run_id, group }: { run_id: RunId; group: string }) {
  const title = useFollowed(run_id, ({ run }) => groupTitle(run, group))
  return <span className="line-clamp-2 text-sm text-muted wrap-anywhere">{title}</span>
}
