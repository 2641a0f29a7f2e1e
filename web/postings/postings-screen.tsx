import { Link } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useState } from 'react'

import { RunId } from '../../src/protocol/ids.ts'
import type { PostingView } from '../../src/protocol/posting.ts'
import { ExportMenu } from '../parts/export-menu.tsx'
import { Empty, Failure, NoMatch, Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { type ChangeView, useView } from '../parts/view.ts'
import { VirtualTable } from '../parts/virtual-table.tsx'
import { moment } from '../parts/words.ts'
import { useRunName } from '../run/run-view.ts'
import { ColumnMenu } from './column-menu.tsx'
import { exportPostings } from './export-postings.ts'
import { Facets } from './facets.tsx'
import { keepLook, lookBefore } from './kept-views.ts'
import { useListedPostings } from './listed-postings.ts'
import { postingColumns } from './posting-columns.tsx'
import { PostingPanel } from './posting-panel.tsx'
import { noFilters, postingKey, postingText, PostingsView } from './postings-view.ts'
import { SavedViews } from './saved-views.tsx'

/** All stored postings, with facets and search. */
export function PostingsScreen() {
  const [view, change] = useView(PostingsView)
  const { loaded, postings, facets, isFiltered } = useListedPostings(view)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = loaded
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const open = postingKey(view.posting)
  return (
    <Screen
      wide
      title="Postings"
      aside={
        <div className="flex flex-wrap gap-2">
          <SavedViews view={view} />
          <ColumnMenu view={view} change={change} />
          <ExportMenu what="posting" onExport={(format) => exportPostings(view, format)} />
        </div>
      }
    >
      <Search view={view} change={change} />
      <div className="flex flex-col gap-4 md:flex-row md:items-start md:gap-6">
        <FacetColumn isFiltered={isFiltered} onClear={() => change(noFilters)}>
          <Facets facets={facets} view={view} change={change} />
        </FacetColumn>
        <div className="flex min-w-0 flex-1 flex-col gap-4">
          <Failure what="The postings" loaded={loaded} />
          {loaded.isPending && <Skeleton rows={10} />}
          {postings.length > 0 && (
            <VirtualTable
              label="Postings"
              columns={postingColumns}
              shown={open ? BESIDE_PANEL : ['title', ...view.columns]}
              rows={postings}
              keyOf={postingText}
              isCurrent={(posting: PostingView) => postingText(posting) === view.posting}
              onEnd={more}
            />
          )}
          {loaded.data && postings.length === 0 && <None {...{ isFiltered, change }} />}
          {isFetchingNextPage && <p className="text-center text-muted">Loading more postings…</p>}
        </div>
        {open && (
          <PostingPanel
            key={view.posting}
            posting={open}
            onClose={() => change({ posting: '' }, true)}
          />
        )}
      </div>
    </Screen>
  )
}

/** The columns that have room beside an open posting. */
const BESIDE_PANEL = ['title']

type ViewProps = { view: PostingsView; change: ChangeView<PostingsView> }

function Search({ view, change }: ViewProps) {
  return (
    <div className="flex flex-wrap items-end gap-3">
      <SearchField
        label="Words of the title or the description"
        value={view.q}
        onChange={(q) => change({ q }, true)}
        className="basis-full sm:basis-72"
      />
      <Since
        label="Posted since"
        value={view.posted_since}
        onChange={(posted_since) => change({ posted_since })}
      />
      <Since
        label="Changed since"
        value={view.changed_since}
        onChange={(changed_since) => change({ changed_since })}
      />
      {view.changed_since === '' && (
        <SinceLastLook onChosen={(changed_since) => change({ changed_since })} />
      )}
    </div>
  )
}

/** What changed since a person was here the last time, as far as this browser knows. */
function SinceLastLook({ onChosen }: { onChosen: (time: string) => void }) {
  const [before] = useState(() => lookBefore(Date.now()))
  useEffect(() => keepLook(Date.now()), [])
  if (before === undefined) return null
  const time = new Date(before).toISOString()
  return (
    <button type="button" className="chip" title={moment(time)} onClick={() => onChosen(time)}>
      Changed since your last look
    </button>
  )
}

type SinceProps = { label: string; value: string; onChange: (value: string) => void }

/** A date, a time, or the id of a run that a link gave. */
function Since({ label, value, onChange }: SinceProps) {
  const { data: run_id } = RunId.safeParse(value)
  if (value !== '' && !/^\d{4}-\d{2}-\d{2}$/.test(value))
    return (
      <button type="button" className="chip" aria-pressed onClick={() => onChange('')}>
        {label} {run_id === undefined ? timeWords(value) : <RunName run_id={run_id} />} ×
      </button>
    )
  return (
    <label className="text-sm text-muted">
      {label}{' '}
      <input
        type="date"
        className="field text-ink"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}

function RunName({ run_id }: { run_id: RunId }) {
  const name = useRunName(run_id)
  const words = name === undefined ? `the run ${run_id.slice(0, 8)}` : `the run “${name}”`
  return <span className="wrap-anywhere">{words}</span>
}

/** An address may hold anything. */
function timeWords(value: string): string {
  return Number.isNaN(Date.parse(value)) ? value : moment(value)
}

function None({ isFiltered, change }: { isFiltered: boolean; change: ChangeView<PostingsView> }) {
  if (isFiltered) return <NoMatch what="postings" onClear={() => change(noFilters)} />
  return (
    <Empty title="No postings yet">
      <p className="text-muted">
        A run over companies reads their job lists and stores each posting.
      </p>
      <Link to="/companies/new" className="button button-main">
        Add companies
      </Link>
    </Empty>
  )
}

type FacetColumnProps = {
  isFiltered: boolean
  onClear: () => void
  children: ReactNode
}

/** The facets: a column, and on a narrow screen a part to open. */
function FacetColumn({ isFiltered, onClear, children }: FacetColumnProps) {
  return (
    <details
      open={globalThis.matchMedia('(width >= 48rem)').matches}
      className="panel p-4 md:w-56 md:shrink-0"
    >
      <summary className="cursor-pointer font-semibold">Filters</summary>
      <div className="mt-3 space-y-4">
        {isFiltered && (
          <button type="button" className="button button-quiet w-full text-sm" onClick={onClear}>
            Clear the filters
          </button>
        )}
        {children}
      </div>
    </details>
  )
}
