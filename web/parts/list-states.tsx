import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'

import { Trouble } from './trouble.tsx'
import { clock } from './words.ts'

/** The places of rows that are still loaded. They appear after 150 ms, so that a quick answer shows none. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-busy="true" className="panel space-y-3 p-4">
      <p className="sr-only">Loading…</p>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} aria-hidden className="skeleton h-7" />
      ))}
    </div>
  )
}

/** A list without entries: what it would hold, and how the first one comes. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="panel space-y-3 p-6 text-center">
      <p className="text-lg font-semibold">{title}</p>
      {children}
    </div>
  )
}

/** No entry of a list matches its filters. */
export function NoMatch({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <div className="panel space-y-3 p-6 text-center">
      <p className="text-lg font-semibold">No {what} match these filters</p>
      <button type="button" className="button button-quiet" onClick={onClear}>
        Clear the filters
      </button>
    </div>
  )
}

/** The error of a list. One of a list that has no data stays while the list is asked for again, so that nothing jumps. */
function useLastError({ error, data }: FailureProps['loaded']): unknown {
  const [last, setLast] = useState<unknown>(null)
  const now = error ?? (data === undefined ? last : null)
  if (now !== last) setLast(now)
  return now
}

type FailureProps = {
  what: string
  loaded: Pick<UseQueryResult, 'error' | 'isError' | 'dataUpdatedAt' | 'data' | 'refetch'>
}

/** Why a list could not be loaded. What was loaded before stays below, and is said to be old. */
export function Failure({ what, loaded }: FailureProps) {
  const { data, dataUpdatedAt, refetch } = loaded
  const error = useLastError(loaded)
  if (error === null || error === undefined) return null
  return (
    <div className="space-y-2">
      <Trouble title={`${what} could not be loaded`} error={error} onRetry={() => void refetch()} />
      {data !== undefined && (
        <p className="text-sm text-muted">
          As of {clock(new Date(dataUpdatedAt).toISOString())}, which may be old.
        </p>
      )}
    </div>
  )
}
