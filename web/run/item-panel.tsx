import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { use, useEffect, useRef } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { JobRecord, RunRetried } from '../../src/protocol/run.ts'
import { Badge } from '../parts/badge.tsx'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { ShownPipeline } from '../parts/nouns.ts'
import { Trouble } from '../parts/trouble.tsx'
import { jobTone, moment } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'
import { adviceFor } from './advice.ts'
import { useFollowed, useReconnect } from './followed.ts'

type ItemKey = { readonly group: string; readonly external_id: string }

type ItemPanelProps = {
  run_id: RunId
  item: ItemKey
  /** The pages of other things are none of a shared run's, and neither is a retry. */
  isShared: boolean
  onClose: () => void
}

/** All that is known of one job. It is read again whenever the job's status changes. */
export function ItemPanel({ run_id, item, isShared, onClose }: ItemPanelProps) {
  const { group, external_id } = item
  const job = useFollowed(run_id, ({ run }) => run.jobs.get(group)?.get(external_id))
  const loaded = useQuery({
    queryKey: ['run', run_id, 'job', item, job?.status],
    queryFn: () => request(pathOf(run_id, item), JobRecord),
    placeholderData: (before) => before,
  })
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a key closes the panel; it has a button too
    <aside
      aria-labelledby="item-title"
      className="fixed inset-0 z-40 space-y-4 overflow-y-auto bg-surface p-4 lg:sticky lg:inset-auto lg:top-20 lg:z-auto lg:max-h-[calc(100dvh-6rem)] lg:w-96 lg:shrink-0 lg:rounded-xl lg:border lg:border-line"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <div className="flex items-start justify-between gap-3">
        <h2 id="item-title" ref={heading} tabIndex={-1} className="min-w-0 font-bold wrap-anywhere">
          {job?.title || external_id}
        </h2>
        <button type="button" className="button button-quiet text-sm" onClick={onClose}>
          Close
        </button>
      </div>
      <Failure what="The item" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={3} />}
      {loaded.data && <Facts record={loaded.data} isShared={isShared} />}
      {!isShared && (job?.status === 'failed' || job?.status === 'aborted') && (
        <RetryThis run_id={run_id} item={item} />
      )}
    </aside>
  )
}

function pathOf(run_id: RunId, { group, external_id }: ItemKey): string {
  return `/api/runs/${run_id}/jobs/${encodeURIComponent(group)}/${encodeURIComponent(external_id)}`
}

function Facts({ record, isShared }: { record: JobRecord; isShared: boolean }) {
  const { status, outcome, error, waits, url, attempts, result, group, external_id } = record
  return (
    <>
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={jobTone(status)}>{status}</Badge>
        {outcome}
        {url !== undefined && /^https?:/.test(url) && (
          <a href={url} target="_blank" rel="noreferrer" className="text-accent underline">
            At its source
          </a>
        )}
        {!isShared && <StoredRecord group={group} external_id={external_id} />}
      </p>
      {error && (
        <div className="rounded-lg bg-failed-soft p-3 text-sm text-failed-ink">
          <p className="wrap-anywhere">
            {error.message} ({error.code})
          </p>
          <p>{adviceFor(error.code)}</p>
        </div>
      )}
      {waits && (
        <p className="text-sm wrap-anywhere">
          Waits until {moment(waits.until)}: {waits.message}
        </p>
      )}
      <Attempts attempts={attempts} />
      {result !== undefined && (
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard user scrolls the text
          tabIndex={0}
          aria-label="Result"
          className="max-h-72 overflow-auto rounded-lg bg-sunken p-3 text-xs"
        >
          {JSON.stringify(result, null, 2)}
        </pre>
      )}
    </>
  )
}

/** Leads to what is stored of the item. Another pipeline keeps its results in the run alone. */
function StoredRecord({ group, external_id }: ItemKey) {
  const pipeline = use(ShownPipeline)
  if (pipeline === 'documents')
    return (
      <Link
        to="/read/$document_id"
        params={{ document_id: external_id }}
        className="text-accent underline"
      >
        The document
      </Link>
    )
  if (pipeline !== 'ingestion') return null
  return (
    <Link
      to="/postings/$company/$external_id"
      params={{ company: group, external_id }}
      className="text-accent underline"
    >
      The stored posting
    </Link>
  )
}

function Attempts({ attempts }: Pick<JobRecord, 'attempts'>) {
  if (attempts.length === 0) return null
  return (
    <section aria-label="Attempts">
      <ol className="space-y-1 text-sm">
        {attempts.map(({ attempt, started_at, end, reason }) => (
          <li key={attempt} className="wrap-anywhere">
            <span className="text-muted tabular-nums">
              {attempt}. {moment(started_at)}
            </span>{' '}
            {end ?? 'at work'}
            {reason && `: ${reason.message}`}
          </li>
        ))}
      </ol>
    </section>
  )
}

function RetryThis({ run_id, item }: { run_id: RunId; item: ItemKey }) {
  const reconnect = useReconnect(run_id)
  const retry = useMutation({
    mutationFn: () => request(`/api/runs/${run_id}/retry`, RunRetried, post({ jobs: [item] })),
    onSuccess: reconnect,
  })
  return (
    <>
      <button
        type="button"
        className="button button-quiet text-sm"
        disabled={retry.isPending}
        onClick={() => retry.mutate()}
      >
        Retry this
      </button>
      {retry.error && <Trouble title="This was not retried" error={retry.error} />}
    </>
  )
}
