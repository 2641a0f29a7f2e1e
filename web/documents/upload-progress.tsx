import { Link } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'

import { ConnectionState } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { Announcer } from '../parts/announcer.tsx'
import { TallyBar } from '../parts/tally-bar.tsx'
import { type JobMap, noJobs, type JobTally, tally } from '../parts/tally.ts'
import { count, countOf } from '../parts/words.ts'
import { useDocumentRun, useFollowRetriedRun } from './document-run.ts'
import type { MatterDocuments } from './matter-documents.ts'

type UploadProgressProps = {
  group: string
  run_id: RunId
  list: MatterDocuments
  onEnded: () => void
}

/** The progress of the documents of one upload. */
export function UploadProgress({ group, run_id, list, onEnded }: UploadProgressProps) {
  const jobs = useDocumentRun(run_id, ({ run }) => run.jobs.get(group) ?? noJobs)
  const connection = useDocumentRun(run_id, (state) => state.connection)
  const ended = useDocumentRun(run_id, ({ run }) => isTerminalRun(run.status))
  const followAgain = useFollowRetriedRun(run_id)
  useEffect(() => {
    if (ended) onEnded()
  }, [ended, onEnded])
  useEffect(() => {
    // A retry has reopened the run.
    if (list.going.has(run_id)) followAgain()
  }, [list, run_id, followAgain])
  const all = useMemo(() => tally(without(jobs, list)), [jobs, list])
  if (all.total === 0) return null
  const words = wordsOf(all)
  const isDone = ended && !all.by_status.has('failed')
  const isCut = connection.status === 'reconnecting' || connection.status === 'failed'
  return (
    <div className={isDone ? 'sr-only' : 'panel space-y-2 p-4'} data-testid="upload-state">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="font-semibold tabular-nums">{words}</p>
        {!isDone && (
          <Link to="/runs/$run_id" params={{ run_id }} className="text-sm text-accent underline">
            Log
          </Link>
        )}
      </div>
      {!ended && <TallyBar label="All documents" tally={all} />}
      {isCut && (
        <p className="text-sm text-muted">
          Connection: <ConnectionState connection={connection} />
        </p>
      )}
      <Announcer text={`${words}.`} urgent={ended} />
    </div>
  )
}

/**
 * Leaves out the jobs of removed documents, which the run still has. A list with more pages does not tell
 * which documents were removed.
 */
function without(jobs: JobMap, { documents, more }: MatterDocuments): JobMap {
  if (more) return jobs
  const kept = new Set<string>(documents.map(({ document_id }) => document_id))
  return new Map([...jobs].filter(([external_id]) => kept.has(external_id)))
}

function wordsOf({ total, done, by_status }: JobTally): string {
  const failed = by_status.get('failed') ?? 0
  const failures = failed === 0 ? '' : `, ${count(failed)} failed`
  return `${count(done)} of ${countOf(total, 'document')} done${failures}`
}
