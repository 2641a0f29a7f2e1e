import { useEffect } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'

let seen: string | undefined

/**
 * Remembers the cursor at which the page showed a run. A list that is read afterwards shows nothing older, also if
 * it comes from a read replica (DB-4).
 */
export function useSeen(run_id: RunId, cursor: string | undefined): void {
  useEffect(() => {
    if (cursor !== undefined) seen = `${run_id}:${cursor}`
  }, [run_id, cursor])
}

/** The query of a list, with the run that the page showed last. */
export function withSeen(query: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ ...query, ...(seen !== undefined && { seen }) }).toString()
}
