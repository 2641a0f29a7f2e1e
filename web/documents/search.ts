import { useCallback, useEffect, useRef, useState } from 'react'

import { type SearchHit, SearchPage } from '../../src/protocol/document.ts'
import { request } from '../wire/request.ts'
import { withSeen } from '../wire/seen.ts'
import type { NamedIn } from './matter.ts'

export type Hits = {
  readonly state: 'done'
  readonly hits: readonly SearchHit[]
  /** Passages that only have some of the words, if nothing answers the question. */
  readonly near_misses: readonly SearchHit[]
  /** Loads the next hits. Absent if there are no more. */
  readonly more?: () => void
}

export type SearchState =
  | Hits
  | { readonly state: 'none' | 'searching' }
  | { readonly state: 'failed'; readonly error: unknown }

type SearchQuestion = { readonly named: NamedIn; readonly q: string }

/** Searches, and returns the hits of the latest question. Drops late answers to earlier questions. */
export function useSearch(named: NamedIn): [SearchState, (q: string) => void] {
  const [found, setFound] = useState<SearchState>({ state: 'none' })
  const asking = useRef<AbortController>(undefined)
  useEffect(() => () => asking.current?.abort(), [])
  const search = useCallback(
    (q: string) => {
      asking.current?.abort()
      const { signal } = (asking.current = new AbortController())
      setFound({ state: 'searching' })
      follow({ named, q }, signal, setFound)
    },
    [named],
  )
  return [found, search]
}

function follow(
  asked: SearchQuestion,
  signal: AbortSignal,
  show: (found: SearchState) => void,
): void {
  const bring = async (before: readonly SearchHit[], cursor: string | null) => {
    const found = await read(asked, cursor, signal).then(
      (page) => shown(page),
      (error: unknown): SearchState => ({ state: 'failed', error }),
    )
    if (!signal.aborted) show(found)

    function shown({ hits: next, next_cursor, near_misses = [] }: SearchPage): SearchState {
      const hits = [...before, ...next]
      if (next_cursor === null) return { state: 'done', hits, near_misses }
      return { state: 'done', hits, near_misses, more: () => void bring(hits, next_cursor) }
    }
  }
  void bring([], null)
}

function read(
  { named, q }: SearchQuestion,
  cursor: string | null,
  signal: AbortSignal,
): Promise<SearchPage> {
  const query = withSeen({ ...named, q, ...(cursor === null ? {} : { cursor }) })
  return request(`/api/search?${query}`, SearchPage, { signal })
}
