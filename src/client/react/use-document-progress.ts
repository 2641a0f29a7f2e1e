import { useCallback, useEffect, useMemo } from 'react'

import type { JobDetail } from '../../protocol/events.ts'
import type { JobStatus, JobStep, Reason } from '../../protocol/status.ts'
import { standingOf } from '../../protocol/terminal.ts'
import type { RunState } from './shared-run.ts'
import { type FoundDocument, useDocument } from './use-document.ts'
import { useRunStore } from './use-run-store.ts'
import { useSelection } from './use-selection.ts'

/** How a document goes; `progress` in percent of its step. */
export type DocumentProgress = {
  readonly status: JobStatus
  readonly step: JobStep | undefined
  readonly progress: number
  readonly message: string | undefined
  readonly error: Reason | undefined
  /** To be called when a retry or another file has it read again. */
  readonly followAgain: () => void
}

type Shown = Omit<DocumentProgress, 'followAgain'>

const WANTED = { detail: true } as const

/**
 * How a document goes, told by the run that works on it, which all components of a page follow by one
 * connection; of one that had ended when it was asked for, as it was then. It is `pending` until it is
 * known which run that is, and `error` says why that is not known.
 */
export function useDocumentProgress(document_id: string): DocumentProgress {
  const [found, askAgain] = useDocument(document_id)
  const store = useRunStore(found.following, WANTED)
  const { followAgain: followRunAgain } = store
  const select = useCallback((state: RunState) => shownOf(found, state), [found])
  const shown = useSelection(store, { select, isEqual: isSame })
  useEffect(() => {
    // It is worked on: if its run had ended for others of the page, this is the next round.
    if (found.following !== undefined) followRunAgain()
  }, [found, followRunAgain])
  return useMemo(() => ({ ...shown, followAgain: askAgain }), [shown, askAgain])
}

function shownOf({ document, failure }: FoundDocument, { run }: RunState): Shown {
  if (document === undefined)
    return { status: 'pending', progress: 0, step: undefined, message: undefined, error: failure }
  const known = run.jobs.get(document.matter)?.get(document.document_id)
  const job = known && standingOf(known, document)
  const { status } = job ?? document
  const said: Partial<Pick<JobDetail, 'progress' | 'message' | 'error'>> =
    job === undefined ? document : (job.detail ?? {})
  const { progress = 0, message, error = failure } = said
  return {
    status,
    step: stepOf(status),
    progress: status === 'ready' ? 100 : progress,
    message,
    error,
  }
}

function stepOf(status: JobStatus): JobStep | undefined {
  switch (status) {
    case 'crawling':
    case 'extracting':
    case 'chunking':
    case 'embedding':
    case 'indexing':
      return status
    default:
      return undefined
  }
}

function isSame(before: Shown, after: Shown): boolean {
  return JSON.stringify(before) === JSON.stringify(after)
}
