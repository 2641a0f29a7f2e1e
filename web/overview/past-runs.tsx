import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { z } from 'zod'

import type { Nouns } from '../../src/protocol/pipelines.ts'
import { shownStatus, statusWords } from '../../src/protocol/run-problems.ts'
import { RunSummary } from '../../src/protocol/run.ts'
import { Badge } from '../parts/badge.tsx'
import { listedName } from '../parts/names.ts'
import { useNounsOf } from '../parts/nouns.ts'
import { Trouble } from '../parts/trouble.tsx'
import { count, countOf, moment, runTones } from '../parts/words.ts'
import { request } from '../wire/request.ts'
import { withSeen } from '../wire/seen.ts'

const STEP = 10
const MOST = 50
const Runs = z.object({ runs: z.array(RunSummary), next_cursor: z.string().nullable() })

/** The owner's earlier runs, the newest first. */
export function PastRuns() {
  const [limit, setLimit] = useState(STEP)
  const runs = useQuery({
    queryKey: ['runs', 'past', limit],
    queryFn: () => request(`/api/runs?${withSeen({ limit: String(limit) })}`, Runs),
    placeholderData: keepPreviousData,
    // The run that the page showed last may have ended since.
    refetchOnMount: 'always',
  })
  const reload = () => void runs.refetch()
  return (
    <section aria-labelledby="past-runs" className="panel p-5">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 id="past-runs" className="text-lg font-bold">
          Past runs
        </h2>
        <button type="button" className="button button-quiet text-sm" onClick={reload}>
          Refresh
        </button>
      </div>
      {runs.isPending && <p className="text-muted">Reading…</p>}
      {runs.error && (
        <Trouble title="The past runs could not be read" error={runs.error} onRetry={reload} />
      )}
      {runs.data && <RunRows runs={runs.data.runs} />}
      {runs.data && runs.data.next_cursor !== null && limit < MOST && (
        <button
          type="button"
          className="button button-quiet mt-3 w-full text-sm"
          onClick={() => setLimit(limit + STEP)}
        >
          Show more
        </button>
      )}
    </section>
  )
}

function RunRows({ runs }: { runs: readonly RunSummary[] }) {
  const nounsOf = useNounsOf()
  if (runs.length === 0) return <p className="text-muted">None yet.</p>
  return (
    <ul className="divide-y divide-line">
      {runs.map((run) => (
        <li key={run.run_id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
          <Link
            to="/runs/$run_id"
            params={{ run_id: run.run_id }}
            className="line-clamp-2 text-accent underline wrap-anywhere"
          >
            {listedName(run, nounsOf)}
          </Link>
          <StatusBadge run={run} />
          <span className="text-sm text-muted">{moment(run.created_at)}</span>
          <span className="ml-auto text-sm tabular-nums">
            {outcome(run, nounsOf(run.pipeline))}
          </span>
        </li>
      ))}
    </ul>
  )
}

function StatusBadge({ run }: { run: RunSummary }) {
  const status = shownStatus(run)
  return <Badge tone={runTones[status]}>{statusWords(status)}</Badge>
}

function outcome({ total, snapshot, problems }: RunSummary, { group, job }: Nouns): string {
  if (!snapshot) return total === 0 ? '' : countOf(total, job)
  const parts = [
    `${count(snapshot.ready)} of ${countOf(snapshot.total, job)} ready`,
    problems.jobs === 0 ? '' : `${count(problems.jobs)} failed`,
    problems.groups === 0 ? '' : `${countOf(problems.groups, group)} could not be read`,
  ]
  return parts.filter(Boolean).join(', ')
}
