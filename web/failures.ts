import { useEffect, useState } from 'react'

import type { RunId } from '../src/protocol/ids.ts'
import { JobPage } from '../src/protocol/run.ts'
import { request } from './request.ts'

const CALM_MS = 500

type Failures = {
  /** Why a job failed, by external id. */
  readonly reasons: ReadonlyMap<string, string>
  readonly error?: unknown
}

const none: Failures = { reasons: new Map() }

/** The stream says that a job failed, not why: that is read when the number of failed jobs changes. */
export function useFailures(run_id: RunId, group: string, failed: number): Failures {
  const [failures, setFailures] = useState(none)
  useEffect(() => {
    if (failed === 0) return undefined
    let current = true
    const show = (next: Failures) => {
      if (current) setFailures(next)
    }
    const timer = setTimeout(() => {
      readFailures(run_id, group).then(show, (error: unknown) => show({ ...none, error }))
    }, CALM_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [run_id, group, failed])
  return failures
}

/** The first page is enough: the list shows no more rows than that at first. */
async function readFailures(run_id: RunId, group: string): Promise<Failures> {
  const query = new URLSearchParams({ group, status: 'failed', limit: '200' })
  const { jobs } = await request(`/api/runs/${run_id}/jobs?${query}`, JobPage)
  return {
    reasons: new Map(
      jobs.map(({ external_id, error }) => [
        external_id,
        error ? `${error.message} (${error.code})` : 'No reason is known.',
      ]),
    ),
  }
}
