import { useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { type LogDropped, LogPage } from '../../src/protocol/log.ts'
import { request } from '../wire/request.ts'
import { nextPage, noneRead, type ReadLines, withPage } from './log-entries.ts'

type MissingLines = {
  readonly read: ReadLines
  readonly loading: boolean
  readonly error: unknown
  readonly load: (missing: LogDropped) => void
}

/** Log lines that the stream left out. The page reads them when a person asks. */
export function useMissingLines(run_id: RunId): MissingLines {
  const [read, setRead] = useState(noneRead)
  const [loading, setLoading] = useState(false)
  const [error, setError] = useState<unknown>()
  const load = async (missing: LogDropped) => {
    const page = nextPage(missing)
    setLoading(true)
    setError(undefined)
    try {
      const path = `/api/runs/${run_id}/logs?after=${page.after}&limit=${page.limit}`
      const { lines } = await request(path, LogPage)
      setRead((before) => withPage(before, page, lines))
    } catch (failure) {
      setError(failure)
    } finally {
      setLoading(false)
    }
  }
  return { read, loading, error, load: (missing) => void load(missing) }
}
