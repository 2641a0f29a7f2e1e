import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import type { DocumentView } from '../../protocol/document.ts'
import type { JobDetail } from '../../protocol/events.ts'
import type { JobStatus, JobStep, Reason } from '../../protocol/status.ts'
import { isTerminalJob, documentState, stepOf } from '../../protocol/terminal.ts'
import { asError, isFinal } from '../errors.ts'
import { wait } from '../timer.ts'
import { type RuncastClient, type RunState, useRuncastClient } from './runcast-client.ts'
import { useRunHandle, useSelection } from './use-run.ts'

/** A document's status and progress. `progress` is in percent of its step. */
export type DocumentProgress = {
  readonly status: JobStatus
  readonly step: JobStep | undefined
  readonly progress: number
  readonly message: string | undefined
  readonly error: Reason | undefined
  /** Call it when a retry or another file has the document read again. */
  readonly followAgain: () => void
}

type DocumentState = Omit<DocumentProgress, 'followAgain'>

const WANTED = { detail: true } as const

/**
 * Asks the API for a document, and then follows the run that works on it. All components of a page share
 * one connection a run. A document that had ended is shown as the API answered, and nothing is followed.
 * Until the API answers the document is `pending`, and `error` says why there is no answer.
 */
export function useDocumentProgress(document_id: string): DocumentProgress {
  const [found, askAgain] = useDocument(document_id)
  const run = useRunHandle(found.run_id, WANTED)
  const { followAgain: followRunAgain } = run
  const select = useCallback((state: RunState) => progressOf(found, state), [found])
  const progress = useSelection(run, { select, isEqual: isSame })
  useEffect(() => {
    // If the page has already seen this run's end, the document is in the run's next round.
    if (found.run_id !== undefined) followRunAgain()
  }, [found, followRunAgain])
  return useMemo(() => ({ ...progress, followAgain: askAgain }), [progress, askAgain])
}

/** The API's answer to the question for a document. */
type FoundDocument = {
  readonly document?: DocumentView
  /** The run to follow. Absent when the document had ended. */
  readonly run_id?: string
  /** Why there is no answer. */
  readonly failure?: Reason
}

const unknown: FoundDocument = {}

/** Asks for a document, and again at each call of the function. Meanwhile the last answer stays. */
function useDocument(document_id: string): [FoundDocument, () => void] {
  const { client } = useRuncastClient()
  const [{ of, found }, setFound] = useState({ of: document_id, found: unknown })
  const asking = useRef<AbortController>(undefined)
  const ask = useCallback(() => {
    asking.current?.abort()
    asking.current = new AbortController()
    void askFor(document_id, { client, signal: asking.current.signal }, (news) =>
      setFound((last) => ({
        of: document_id,
        found: 'failure' in news && last.of === document_id ? { ...last.found, ...news } : news,
      })),
    )
  }, [client, document_id])
  useEffect(() => {
    ask()
    return () => asking.current?.abort()
  }, [ask])
  return [of === document_id ? found : unknown, ask]
}

type Asking = { readonly client: RuncastClient; readonly signal: AbortSignal }

/** Asks until there is an answer or a final refusal, and shows each failure meanwhile. */
async function askFor(
  document_id: string,
  { client, signal }: Asking,
  show: (found: FoundDocument) => void,
): Promise<void> {
  const path = `/api/documents/${encodeURIComponent(document_id)}`
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const document = await client.get<DocumentView>(path, signal)
      const run = isTerminalJob(document.status) ? {} : { run_id: document.run_id }
      if (!signal.aborted) show({ document, ...run })
      return
    } catch (error) {
      if (signal.aborted) return
      show({ failure: { code: 'not_read', message: asError(error).message } })
      if (isFinal(error)) return
      await wait(client.pauseMs(failures), signal)
    }
  }
}

/** The document's job in its run, or else the document as the API answered. */
function progressOf({ document, failure }: FoundDocument, { run }: RunState): DocumentState {
  if (document === undefined)
    return { status: 'pending', progress: 0, step: undefined, message: undefined, error: failure }
  const known = run.jobs.get(document.group ?? document.matter)?.get(document.document_id)
  const job = known && documentState(known, document)
  const { status } = job ?? document
  const detail: Partial<Pick<JobDetail, 'progress' | 'message' | 'error'>> =
    job === undefined ? document : (job.detail ?? {})
  const { progress = 0, message, error = failure } = detail
  return {
    status,
    step: stepOf(status),
    progress: status === 'ready' ? 100 : progress,
    message,
    error,
  }
}

function isSame(before: DocumentState, after: DocumentState): boolean {
  return JSON.stringify(before) === JSON.stringify(after)
}
